import { guessSubject, subjectText } from '@tocsin/core/subject'
import { SMTP_REPLIES } from '@tocsin/core/verdict'
import { BATCH_MAX, type WireAnswer, type WireUnparsed } from '@tocsin/core/wire'
import type { Config } from '../config/index.ts'
import { type CommandSpec, EXIT, type ExitCode, REACHING } from './command.ts'
import { type Cell, printJson, printTable } from './print.ts'
import { reach } from './reach.ts'
import type { Surroundings } from './surroundings.ts'
import { VERDICT_COLOURS } from './verdict-cell.ts'

/** An answer, or why a text is no subject. */
type Result = WireAnswer | WireUnparsed

/** Exit codes from the least to the most serious, for several subjects at once. */
const SERIOUSNESS: readonly ExitCode[] = [EXIT.allowed, EXIT.untested, EXIT.unsure, EXIT.blocked, EXIT.error]

/** `tocsin check`. */
export const check: CommandSpec<{ readonly json?: true }> = {
  name: 'check',
  summary: 'Tell the reputation of addresses, networks, domains, pages and files.',
  settings: [...REACHING, 'policy.level', 'policy.mail.aggressiveness'],
  notes: [
    'Exit codes: 0 allowed, 1 blocked at the level, 2 error, 3 untested, 4 unsure (a stale answer, or none).',
    'With several subjects, the most serious: 2, then 1, 4, 3, 0. The policy flags count where no node runs.',
  ].join('\n'),
  examples: [
    'check 192.0.2.1',
    'check example.com https://example.com/login --json',
    'check ip:192.0.2.1 && echo welcome',
  ],
  unsure: true,
  declare(command) {
    command.argument(
      '<subject...>',
      'what is asked about; its type is guessed unless it says it (ip:, net:, domain:, url:, file:)',
    )
    command.option('--json', 'print JSON as the API answers it')
  },
  async run({ config, world, args, options }) {
    const parsed = args.map(text => ({ text, subject: guessSubject(text) }))
    const known = parsed.flatMap(({ subject }) => (subject.ok ? [subjectText(subject.value)] : []))
    const waiting = (await answersOf(known, config, world)).values()
    const results = parsed.map(({ text, subject }): Result => {
      if (!subject.ok) return { subject: text, error: subject.problem.message }
      return waiting.next().value ?? { subject: text, error: 'the node left it out of its answer' }
    })
    if (options.json === true) printJson(world.output, { results })
    else printTable(world.output, ['subject', 'verdict', 'score', 'action', 'why'], results.map(rowOf))
    return mostSerious(results.map(exitOf))
  },
}

/** Answers for subjects in canonical text, in the order asked; nobody is asked about none. Rejects like {@link reach}. */
export async function answersOf(
  subjects: readonly string[],
  config: Config,
  world: Surroundings,
): Promise<readonly Result[]> {
  if (subjects.length === 0) return []
  return await reach(config, world, async respondent => {
    const all: Result[] = []
    for (let at = 0; at < subjects.length; at += BATCH_MAX) {
      all.push(...(await respondent.check(subjects.slice(at, at + BATCH_MAX))))
    }
    return all
  })
}

/** The exit code of one result. Whatever is not a fresh answer is unsure: it never looks like "allowed". */
export function exitOf(result: Result): ExitCode {
  if ('error' in result) return EXIT.error
  // The site's own word holds whatever the book says, or whether it says anything.
  if (result.ruling !== undefined) return result.ruling === 'blocked' ? EXIT.blocked : EXIT.allowed
  if (result.state !== 'fresh') return EXIT.unsure
  if (result.action === 'block') return EXIT.blocked
  return result.verdict === 'untested' ? EXIT.untested : EXIT.allowed
}

/** The exit code of several results. */
export function mostSerious(codes: readonly ExitCode[]): ExitCode {
  return SERIOUSNESS.findLast(code => codes.includes(code)) ?? EXIT.error
}

/** What is shown of one result: subject, verdict, score, action, why. */
export function rowOf(result: Result): (Cell | string)[] {
  if ('error' in result) return [result.subject, { text: 'error', colour: 'red' }, '', '', result.error]
  const sure = result.state === 'fresh'
  const verdict: Cell = sure
    ? { text: result.verdict, colour: VERDICT_COLOURS[result.verdict] }
    : { text: 'unsure', colour: 'yellow' }
  const action: Cell = { text: result.action, colour: result.action === 'block' ? 'red' : 'green' }
  return [result.subject, verdict, sure ? String(result.score) : '', action, whyOf(result)]
}

function whyOf({ state, reason, matched, lapsesAt, ageSeconds, verdict, advice }: WireAnswer): string {
  if (state === 'unavailable') return 'nobody answered'
  const parts = [reason]
  if (matched !== undefined) parts.push(`by ${matched}`)
  if (lapsesAt !== undefined) parts.push(`until ${lapsesAt.slice(0, 16)}Z`)
  if (advice !== undefined) parts.push(`mail: reply ${SMTP_REPLIES[advice]}`)
  if (state === 'stale') parts.push(`was ${verdict} ${ageSeconds} s ago`)
  return parts.join(', ')
}
