/** `npm run bench`: every figure that Tocsin promises, side by side with its rivals in one run. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { FIGURES } from './figures/all.ts'
import { type Bench, type Figure, openBench } from './harness/bench.ts'
import { thisMachine } from './harness/machine.ts'
import { CORES } from './harness/processes.ts'
import { needProgram } from './harness/programs.ts'
import { pageOf, type Report, tableOf, withRun } from './harness/report.ts'
import type { Result, Row } from './harness/rows.ts'

const HELP = `npm run bench -- [FIGURE…] [options]

Measures every figure, or those named, and prints a table. Servers run on core 0, load on core 1, all on 127.0.0.1. Wants
apt-get install rbldnsd dnsperf wrk crowdsec clamav gcc libc6-dev; what is missing is said to be missing. Takes about an
hour. The package crowdsec wants to register with its makers; where it must not or cannot, first put a line such as "# none"
into /etc/crowdsec/online_api_credentials.yaml (its own way to say no). No service has to run: the bench starts its own.

Figures:
${FIGURES.map(({ name, about }) => `  ${name.padEnd(18)} ${about}`).join('\n')}

Options:
  --rounds N       how often ours and the rival take turns (default 5)
  --quick          short runs and small lists, to try the bench itself: two rounds, not for comparing
  --full           start with 10 million subjects, which takes long to prepare
  --keep FOLDER    keep the prepared data folders there for later runs of the same revision
  --set NAME=VALUE a setting of our node, as TOCSIN_DNS_TTL_SECONDS=60; may be repeated
  --write          write docs/benchmarks.md and docs/benchmarks.json: these figures anew, others as they were
  --help           this
`

const FORMATTER = fileURLToPath(new URL('../node_modules/.bin/biome', import.meta.url))

const WRITTEN = {
  page: fileURLToPath(new URL('../docs/benchmarks.md', import.meta.url)),
  data: fileURLToPath(new URL('../docs/benchmarks.json', import.meta.url)),
}

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\nSee npm run bench -- --help\n`)
  process.exitCode = 2
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      full: { type: 'boolean', default: false },
      keep: { type: 'string' },
      set: { type: 'string', multiple: true, default: [] },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(HELP)
    return 0
  }
  const rounds = Number(values.rounds ?? (values.quick ? 2 : 5))
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`Cannot use "--rounds ${values.rounds}": must be 1 or more`)
  const unknown = positionals.find(name => !FIGURES.some(figure => figure.name === name))
  if (unknown !== undefined)
    throw new Error(`Cannot measure "${unknown}": must be one of ${FIGURES.map(f => f.name).join(', ')}`)

  stayOffTheServersCore()
  // Exiting is what ends children and removes what was written.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130))
  const settings = Object.fromEntries(values.set.map(text => settingOf(text)))
  const { quick, full, keep } = values
  const bench = openBench({ rounds, quick, full, settings, keep })
  const wanted = FIGURES.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
  const results: Result[] = []
  for (const figure of wanted) results.push(await measured(figure, bench))

  // Where folders were kept says nothing to whoever repeats it.
  const said = process.argv
    .slice(2)
    .join(' ')
    .replace(/ ?--keep[ =]\S+/, '')
  const command = `npm run bench -- ${said}`
  const date = new Date().toISOString()
  const report: Report = { date, command, quick, machine: thisMachine(), results }
  process.stdout.write(`${tableOf(results).join('\n')}\n`)
  if (values.write) {
    const before = existsSync(WRITTEN.data) ? (JSON.parse(readFileSync(WRITTEN.data, 'utf8')) as Report[]) : []
    const runs = withRun(before, report)
    writeFileSync(WRITTEN.page, pageOf(runs))
    writeFileSync(WRITTEN.data, `${JSON.stringify(runs, undefined, 2)}\n`)
    // As the house formats JSON, so that the check of formats passes.
    execFileSync(FORMATTER, ['format', '--write', WRITTEN.data], { stdio: 'ignore' })
    bench.say(`written: ${WRITTEN.page}, ${WRITTEN.data}`)
  }
  return results.some(result => result.failure !== undefined) ? 1 : 0
}

/** A figure's rows, those too that it gave before it failed. */
async function measured(figure: Figure, bench: Bench): Promise<Result> {
  bench.say(`${figure.name}: ${figure.about}`)
  const rows: Row[] = []
  try {
    await figure.measure(bench, row => rows.push(row))
    return { figure: figure.name, rows }
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error)
    bench.say(`${figure.name} failed: ${failure}`)
    return { figure: figure.name, rows, failure }
  }
}

/** All threads of this process, and by default its children, go to the load's core. */
function stayOffTheServersCore(): void {
  const args = ['-a', '-c', '-p', CORES.load, String(process.pid)]
  execFileSync(needProgram('taskset'), args, { stdio: ['ignore', 'ignore', 'inherit'] })
}

function settingOf(text: string): [string, string] {
  const parts = /^(TOCSIN_[A-Z_]+)=(.*)$/.exec(text)
  if (parts === null) throw new Error(`Cannot use "--set ${text}": must look as TOCSIN_DNS_TTL_SECONDS=60`)
  return [parts[1]!, parts[2]!]
}
