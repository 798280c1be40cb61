import { basename } from 'node:path'
import { ProblemError } from '@tocsin/core/base'
import { KINDS } from '@tocsin/core/evidence'
import type { WireImport } from '@tocsin/core/wire'
import { Option } from 'commander'
import { type CommandSpec, EXIT, REACHING } from './command.ts'
import { FORMAT_NAMES } from './format-names.ts'
import { type InputProgress, ListInput } from './input.ts'
import { columnsOf, confidenceOf, instantOf } from './option-values.ts'
import { printJson, printLine, printTable } from './print.ts'
import { reach } from './reach.ts'
import type { Respondent, Surroundings } from './surroundings.ts'

interface ImportOptions {
  readonly source?: string
  readonly kind?: string
  readonly confidence: number
  readonly format: string
  readonly columns?: string
  readonly asOf?: string
  readonly organisation?: string
  readonly json?: true
}

/** How often the line of progress is drawn again, in milliseconds. */
const REDRAW_MS = 200

/** `tocsin import`. */
export const importLists: CommandSpec<ImportOptions> = {
  name: 'import',
  summary: 'Import a whole list: what its source said before and the list does not hold any more is taken back.',
  settings: REACHING,
  notes: [
    'Files may be plain, or .gz, .zst, .zip, .tar and .tar.gz; "-" is standard input. Several files are one list, and so are the',
    'files of an archive but for a README; they must be of one format, which is found from the beginning of the first. A list',
    'without dates stands until its source is imported again. Exits with 0 when something was accepted, however much was refused;',
    'else 2, and nothing is taken back.',
    `Kinds: ${KINDS.map(kind => kind.name).join(', ')}.`,
  ].join('\n'),
  examples: [
    'import blocklist.txt --source my-blocklist',
    'import drop.txt.gz --source drop --kind listed-spam --confidence 0.9',
    'import hosts.zst --source ads --format hosts',
    'import lists.zip --source friends-urls --organisation friends',
    'import report.csv --source report --format csv --columns subject=2,observedAt=1',
    'curl -s https://lists.example/bad.txt | npx tocsin import - --source example',
  ],
  declare(command) {
    command.argument('<file...>', 'the list; "-" is standard input')
    command.option('--source <NAME>', 'whose list it is (default: the name of the first file without its endings)')
    command.option('--kind <KIND>', 'what every line of it means (default: listed; a MISP warninglist needs it said)')
    command.option('--confidence <0-1>', 'how sure its source is', confidenceOf, 1)
    command.addOption(
      new Option('--format <FORMAT>', 'how its lines are written').choices(['auto', ...FORMAT_NAMES]).default('auto'),
    )
    command.option(
      '--columns <MAP>',
      'for csv: which column is what, as in subject=2,observedAt=1,separator=;',
      columnsOf,
    )
    command.option('--as-of <TIME>', 'when it was observed; for kinds that are events (default: now)', instantOf)
    command.option('--organisation <NAME>', 'who is behind it: sources of one count as one (default: the source)')
    command.option('--json', 'print JSON as the API answers it')
  },
  async run({ config, world, args, options }) {
    const { kind, confidence, format, columns, asOf, organisation, json } = options
    const source = options.source ?? nameOf(args[0]!)
    const input = new ListInput(args, world.input)
    const fileName = input.name
    const meaning = {
      ...(kind === undefined ? {} : { kind }),
      confidence,
      format,
      ...(columns === undefined ? {} : { columns }),
      ...(asOf === undefined ? {} : { asOf }),
      ...(organisation === undefined ? {} : { organisation }),
      ...(fileName === undefined ? {} : { fileName }),
    }
    const draw = progressLine(world)
    const ask = (respondent: Respondent) => respondent.importList(source, input.chunks(draw.show), meaning)
    const counts = await reach(config, world, ask, { mayBegin: true, once: true })
      .catch((error: unknown) => {
        throw input.failure ?? error
      })
      .finally(draw.clear)
    if (json === true) printJson(world.output, counts)
    else printCounts(world, counts, line => input.place(line))
    return counts.accepted > 0 ? EXIT.allowed : EXIT.error
  },
}

/** The source's name for a file, in the form that names of sources have: `Drop List.txt.gz` gives `drop-list`. */
function nameOf(file: string): string {
  const plain = basename(file)
    .toLowerCase()
    .replace(/(?:\.(?:gz|zst|zstd|zip|tar|tgz|txt|list|csv|netset|ipset|hosts))+$/, '')
  const name = plain
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 64)
  if (file !== '-' && name !== '') return name
  const message = `Cannot name the source of "${file}": it must be said, as in "--source my-list"`
  throw new ProblemError({ code: 'invalid', message })
}

function printCounts(world: Surroundings, counts: WireImport, place: (line: number) => string): void {
  const { source, lines, accepted, refused, skipped, retracted, refusals } = counts
  const refusedCell = { text: String(refused), ...(refused > 0 ? { colour: 'yellow' as const } : {}) }
  printTable(
    world.output,
    ['source', 'lines', 'accepted', 'refused', 'skipped', 'retracted'],
    [[source, String(lines), String(accepted), refusedCell, String(skipped), String(retracted)]],
  )
  for (const { line, reason } of refusals) printLine(world.errors, `refused ${place(line)}: ${reason}`)
  if (refused > refusals.length) printLine(world.errors, `… and ${refused - refusals.length} more`)
}

/** One line on standard error that is drawn over and over, on a terminal alone. */
function progressLine({ errors, clock }: Surroundings) {
  const startedAt = clock()
  let drawnAt = startedAt
  return {
    show: ({ lines, bytes }: InputProgress): void => {
      const now = clock()
      if (!errors.isTerminal || now - drawnAt < REDRAW_MS) return
      drawnAt = now
      const rate = Math.round((lines * 1000) / (now - startedAt))
      errors.write(`\r\x1b[K${lines} lines, ${(bytes / 2 ** 20).toFixed(1)} MiB, ${rate} lines/s`)
    },
    clear: (): void => {
      if (errors.isTerminal && drawnAt !== startedAt) errors.write('\r\x1b[K')
    },
  }
}
