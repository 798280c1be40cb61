import { unwrap } from '@tocsin/core/base'
import { guessSubject, subjectText } from '@tocsin/core/subject'
import type { WireExplanation } from '@tocsin/core/wire'
import { type CommandSpec, EXIT, REACHING } from './command.ts'
import { printHistory } from './explain-history.ts'
import { knownLines } from './explain-known.ts'
import { momentOf } from './explain-moment.ts'
import { type Cell, paint, printJson, printLine, printTable } from './print.ts'
import { reach } from './reach.ts'
import type { Output } from './surroundings.ts'
import { verdictCell } from './verdict-cell.ts'

type Contribution = WireExplanation['contributions'][number]

/** What a line says that is no evidence. */
const TERMS = {
  prior: 'before any evidence',
  quorum: 'protected: too few independent organisations say so',
  bound: 'as far as a score goes',
} as const

/** `tocsin explain`. */
export const explain: CommandSpec<{ readonly json?: true; readonly at?: string }> = {
  name: 'explain',
  summary: 'Tell why a subject has its reputation: every contribution, and what would change it.',
  settings: REACHING,
  notes: 'Values are log-odds of "bad" in nats: +1 makes it e times likelier. They add up to the score.',
  examples: ['explain 192.0.2.1', 'explain 192.0.2.1 --at +3d', 'explain url:example.com/login --json'],
  declare(command) {
    command.argument('<subject>', 'what is asked about')
    command.option('--at <time>', 'judge for another time: as "2026-06-30T12:00:00Z", "+3d" or "-12h"')
    command.option('--json', 'print JSON as the API answers it')
  },
  async run({ config, world, args, options }) {
    const subject = subjectText(unwrap(guessSubject(args[0]!)))
    const at = options.at === undefined ? undefined : momentOf(options.at, world.clock())
    const explanation = await reach(config, world, respondent => respondent.explain(subject, at))
    if (options.json === true) printJson(world.output, explanation)
    else {
      printExplanation(world.output, explanation, at !== undefined)
      if (explanation.history !== undefined) printHistory(world.output, explanation.history, world.clock())
    }
    return EXIT.allowed
  },
}

function printExplanation(output: Output, explanation: WireExplanation, isOfAnotherTime: boolean): void {
  const { subject, verdict, score, reason, contributions, logOdds, changes, matches = [], protection } = explanation
  const shown = paint(output, verdictCell(output, verdict))
  const when = isOfAnotherTime ? ` at ${explanation.at}` : ''
  output.write(`${paint(output, { text: subject, colour: 'bold' })}${when}: ${shown}, score ${score}: `)
  printLine(output, `${reason}${protection === undefined ? '' : ` (${protection})`}`)
  output.write('\n')
  const sum: (Cell | string)[] = [{ text: nats(logOdds), colour: 'bold' }, `sum, gives score ${score}`, '', '', '', '']
  printTable(output, ['nats', 'what', 'source', 'confidence', 'age', 'half-life'], [...contributions.map(rowOf), sum])
  printList(
    output,
    'A lookup also meets',
    matches.map(match => `${match.subject}: ${match.verdict}, score ${match.score}`),
  )
  printList(output, 'What would change it', changes)
  printList(output, 'What else is known', knownLines(explanation))
}

function rowOf(contribution: Contribution): (Cell | string)[] {
  const { term, value, source = '', confidence, ageHours, halfLifeHours } = contribution
  return [
    { text: nats(value), colour: value > 0 ? 'red' : value < 0 ? 'green' : 'dim' },
    whatOf(contribution),
    source,
    confidence === undefined ? '' : String(confidence),
    ageHours === undefined ? (term === 'evidence' ? 'standing' : '') : `${hours(ageHours)} ago`,
    halfLifeHours === undefined ? '' : hours(halfLifeHours),
  ]
}

function whatOf({ term, kind, meaning, via }: Contribution): string {
  if (term === 'evidence') return meaning === undefined ? (kind ?? 'evidence') : `${meaning} (${kind ?? 'evidence'})`
  if (term === 'relation') return via === undefined ? 'met with another subject' : metWith(via)
  return TERMS[term]
}

/** As `met with file:…, malware, or spreads it (3 organisations say so)`. */
function metWith({ subject, reason, organisations }: NonNullable<Contribution['via']>): string {
  const who = organisations === 1 ? '1 organisation says so' : `${organisations} organisations say so`
  return `met with ${subject}, ${reason} (${who})`
}

function printList(output: Output, title: string, lines: readonly string[]): void {
  if (lines.length === 0) return
  output.write(`\n${paint(output, { text: title, colour: 'dim' })}\n`)
  for (const line of lines) printLine(output, `  ${line}`)
}

/** Thousandths of a nat as nats, with a sign: `+1.600`. */
function nats(thousandths: number): string {
  return `${thousandths < 0 ? '−' : '+'}${(Math.abs(thousandths) / 1000).toFixed(3)}`
}

function hours(count: number): string {
  if (count < 1) return `${Math.round(count * 60)} min`
  return count < 48 ? `${Math.round(count)} h` : `${Math.round(count / 24)} d`
}
