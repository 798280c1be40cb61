import { ProblemError, unwrap } from '@tocsin/core/base'
import { guessSubject, subjectText } from '@tocsin/core/subject'
import { Option } from 'commander'
import { type CommandSpec, EXIT } from './command.ts'
import { contextLines } from './enrich-print.ts'
import { type Cell, printJson, printLine, printTable } from './print.ts'
import type { Surroundings } from './surroundings.ts'

type TableWord = 'asn' | 'country' | 'ranges' | 'popularity'

interface UpdateOptions {
  readonly table?: TableWord
  readonly attribution?: string
  readonly licence?: string
  readonly date?: string
  readonly force?: true
  readonly json?: true
}

/** One table, as `enrich update` reports it. */
interface UpdateReport {
  readonly table: string
  readonly from: string
  readonly lines: number
  readonly accepted: number
  readonly refused: number
  readonly skipped: number
  readonly refusals: readonly { readonly place: string; readonly reason: string }[]
}

const DAY_MS = 86_400_000
const INSTALL = 'npm install --no-save @ip-location-db/asn @ip-location-db/geo-whois-asn-country'

/** `tocsin enrich update`. */
export const updateEnrichment: CommandSpec<UpdateOptions> = {
  name: 'enrich update',
  summary: 'Compile data about networks, countries, ranges or popular names into the data folder.',
  settings: ['data'],
  notes: [
    `Without files it reads the data packages that are installed: ${INSTALL}`,
    'Forms: "start,end,AS number,name" (asn), "start,end,country" (country), "network TAB list TAB class" (ranges), "place,domain"',
    '(popularity); plain or .gz; "-" is standard input. All files of one call are one table, which replaces the one before at',
    'once, for a node that runs too. A line that cannot be read is refused; a file of which many cannot, whole.',
  ].join('\n'),
  examples: [
    'enrich update',
    'enrich update asn-ipv4.csv asn-ipv6.csv --attribution "example.org" --licence CC-BY-4.0 --date 2026-11-01',
    'curl -s https://data.example/top-1m.csv | npx tocsin enrich update - --table popularity',
  ],
  declare(command) {
    command.argument('[file...]', 'the data (default: the packages that are installed)')
    command.addOption(
      new Option('--table <TABLE>', 'which table it is (default: found from the first line)').choices([
        'asn',
        'country',
        'ranges',
        'popularity',
      ]),
    )
    command.option('--attribution <TEXT>', 'whose data it is, as its licence wants it said')
    command.option('--licence <LICENCE>', 'under which terms', 'unknown')
    command.option('--date <DAY>', 'the day of the data, as 2026-11-01 (default: unknown)')
    command.option('--force', 'take it though it is much smaller than the one before')
    command.option('--json', 'print JSON')
  },
  async run({ config, world, args, options }) {
    const reports =
      args.length === 0
        ? await fromPackages(config.data, world, options)
        : [await fromFiles(config.data, world, args, options)]
    if (options.json === true) printJson(world.output, { tables: reports })
    else printReports(world, reports)
    return EXIT.allowed
  },
}

async function fromPackages(
  data: string,
  world: Surroundings,
  { force, table }: UpdateOptions,
): Promise<UpdateReport[]> {
  const compose = await import('../compose/enrichment.ts')
  const installed = compose.installedPackages(process.cwd()).filter(each => table === undefined || each.table === table)
  if (installed.length === 0) {
    const message = `Cannot update enrichment: a data package must be installed or a file named, found neither; "${INSTALL}" brings them`
    throw new ProblemError({ code: 'not-found', message })
  }
  const reports: UpdateReport[] = []
  for (const { files, attribution, package: from } of installed) {
    const inputs = files.map(compose.fileInput)
    const compiled = await compose.updateEnrichment(data, { inputs, attribution, force: force === true }, world.clock())
    reports.push(reportOf(from, compiled))
  }
  return reports
}

async function fromFiles(
  data: string,
  world: Surroundings,
  files: readonly string[],
  options: UpdateOptions,
): Promise<UpdateReport> {
  const { table, licence = 'unknown', date = 'unknown', force } = options
  if (date !== 'unknown' && !/^\d{4}-\d{2}-\d{2}$/.test(date)) {
    const message = `Cannot update enrichment: --date must be a day as 2026-11-01, found ${JSON.stringify(date)}`
    throw new ProblemError({ code: 'invalid', message })
  }
  const compose = await import('../compose/enrichment.ts')
  const from = files.join(', ')
  const attribution = { text: options.attribution ?? `${from}, of unknown origin`, licence, date }
  const inputs = files.map(file => (file === '-' ? { name: '-', chunks: world.input } : compose.fileInput(file)))
  return reportOf(
    from,
    await compose.updateEnrichment(data, { table, inputs, attribution, force: force === true }, world.clock()),
  )
}

function reportOf(
  from: string,
  compiled: Omit<UpdateReport, 'table' | 'from'> & { readonly file: { readonly header: { readonly table: string } } },
): UpdateReport {
  const { file, lines, accepted, refused, skipped, refusals } = compiled
  return { table: file.header.table, from, lines, accepted, refused, skipped, refusals }
}

function printReports(world: Surroundings, reports: readonly UpdateReport[]): void {
  printTable(
    world.output,
    ['table', 'from', 'lines', 'accepted', 'refused', 'skipped'],
    reports.map(({ table, from, lines, accepted, refused, skipped }) => [
      table,
      from,
      String(lines),
      String(accepted),
      String(refused),
      String(skipped),
    ]),
  )
  for (const { refused, refusals } of reports) {
    for (const { place, reason } of refusals) printLine(world.errors, `refused ${place}: ${reason}`)
    if (refused > refusals.length) printLine(world.errors, `… and ${refused - refusals.length} more`)
  }
}

/** `tocsin enrich status`. */
export const enrichmentStatus: CommandSpec<{ readonly json?: true }> = {
  name: 'enrich status',
  summary: 'List the tables of enrichment data: entries, age, where they come from and under which terms.',
  settings: ['data'],
  examples: ['enrich status', 'enrich status --json'],
  declare(command) {
    command.option('--json', 'print JSON')
  },
  async run({ config, world, options }) {
    const { openNodeEnrichment } = await import('../compose/enrichment.ts')
    const { enrichment } = await openNodeEnrichment(config.data)
    const now = world.clock()
    const tables = enrichment.tables().map(state => ({ ...state, ...ageOf(state.attribution?.date, now) }))
    if (options.json === true) {
      printJson(world.output, { tables })
      return EXIT.allowed
    }
    const rows = tables.map(({ table, state, entries, attribution, ageDays, why }): (Cell | string)[] => [
      table,
      { text: state, colour: state === 'ready' ? 'green' : state === 'damaged' ? 'red' : 'dim' },
      entries === undefined ? '' : String(entries),
      attribution === undefined
        ? ''
        : ageDays === undefined
          ? attribution.date
          : `${attribution.date}, ${ageDays} d old`,
      attribution === undefined ? (why ?? '') : `${attribution.text}; ${attribution.licence}`,
    ])
    printTable(world.output, ['table', 'state', 'entries', 'data of', 'from'], rows)
    return EXIT.allowed
  },
}

/** Whole days since the day of the data; nothing where that is unknown. */
function ageOf(date: string | undefined, now: number): { readonly ageDays?: number } {
  const day = Date.parse(date ?? '')
  return Number.isNaN(day) ? {} : { ageDays: Math.max(0, Math.floor((now - day) / DAY_MS)) }
}

/** `tocsin enrich lookup`. */
export const lookUpEnrichment: CommandSpec<{ readonly json?: true }> = {
  name: 'enrich lookup',
  summary: 'Tell what is known of an address or a name beside its reputation.',
  settings: ['data'],
  examples: ['enrich lookup 192.0.2.1', 'enrich lookup example.com --json'],
  declare(command) {
    command.argument('<subject>', 'an address, a domain or a URL')
    command.option('--json', 'print JSON')
  },
  async run({ config, world, args, options }) {
    const { openNodeEnrichment } = await import('../compose/enrichment.ts')
    const subject = unwrap(guessSubject(args[0]!))
    const { contextOf } = await openNodeEnrichment(config.data)
    const context = await contextOf(subject)
    if (options.json === true)
      printJson(world.output, { subject: subjectText(subject), ...(context === undefined ? {} : { context }) })
    else if (context === undefined) printLine(world.output, `${subjectText(subject)}: unknown`)
    else for (const line of contextLines(context)) printLine(world.output, line)
    return EXIT.allowed
  },
}
