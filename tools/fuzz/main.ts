/** `npm run fuzz`: every parser that meets the network, fed with what nobody would send in good faith. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { type Outcome, type RunOptions, run } from './run.ts'
import type { Target } from './target.ts'
import { allTargets } from './targets.ts'

const HELP = `npm run fuzz -- [FORMAT…] [options]

Feeds every format, or those named, and the parsers beneath them with broken input, and holds them to what format.ts
promises: nothing thrown but a problem at the end, the same records whole and in pieces, canonical subjects, output and
memory bounded. The same seed gives the same cases.

Options:
  --cases N  cases of each (default 20,000)
  --seed S   another set of cases (default 20261122)
  --jobs N   processes at a time (default 1)
  --from N   the number of the first case, to see one again (with --cases 1)
  --help     this
`

type Numbers = [number, number, number, number]

/** Characters of a failing input that are printed. */
const SHOWN = 2000

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\nSee npm run fuzz -- --help\n`)
  process.exitCode = 2
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      cases: { type: 'string', default: '20000' },
      seed: { type: 'string', default: '20261122' },
      jobs: { type: 'string', default: '1' },
      from: { type: 'string', default: '0' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(HELP)
    return 0
  }
  const collect = globalThis.gc
  if (collect === undefined) throw new Error('Cannot watch memory: must run with --expose-gc (npm run fuzz does)')
  const all = allTargets()
  const unknown = positionals.find(name => !all.some(target => target.name === name))
  if (unknown !== undefined) {
    throw new Error(`Cannot fuzz "${unknown}": must be one of ${all.map(({ name }) => name).join(', ')}`)
  }
  const wanted = all.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
  const [cases, seed, first, jobs] = [values.cases, values.seed, values.from, values.jobs].map(wholeNumber) as Numbers
  console.log(`fuzz: ${wanted.length} parsers, ${cases.toLocaleString('en')} cases each, seed ${seed}`)
  const startedAt = performance.now()
  const held =
    jobs > 1
      ? await inProcesses(wanted, jobs, ['--seed', values.seed, '--from', values.from, '--cases', values.cases])
      : await here(wanted, { seed, first, cases }, collect)
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  console.log(`fuzz: ${held} of ${wanted.length} parsers held, ${seconds} s`)
  return held === wanted.length ? 0 : 1
}

/** Fuzzes the targets one after another; says how many held. */
async function here(targets: readonly Target[], options: RunOptions, collect: () => unknown): Promise<number> {
  let held = 0
  for (const target of targets) if (await fuzzed(target, options, collect)) held++
  return held
}

/** Fuzzes one target in this process and prints what came of it; says whether it held. */
async function fuzzed(target: Target, options: RunOptions, collect: () => unknown): Promise<boolean> {
  const outcome = await run(target, options, () => void collect())
  console.log(lineOf(target.name, outcome))
  const { fault } = outcome
  if (fault === undefined) return true
  const again = `npm run fuzz -- ${target.name} --seed ${options.seed} --from ${fault.number} --cases 1`
  const input = JSON.stringify(fault.input.toString('latin1').slice(0, SHOWN))
  console.log(`    ${fault.why}\n    input (${fault.input.length} bytes, as Latin-1): ${input}\n    again: ${again}`)
  return false
}

/** The same in so many processes, the targets dealt among them; says how many held, none of a process that broke down. */
async function inProcesses(targets: readonly Target[], jobs: number, args: readonly string[]): Promise<number> {
  const hands = Array.from({ length: jobs }, (_, job) => targets.filter((_target, at) => at % jobs === job))
  const held = await Promise.all(
    hands.map(async hand => {
      if (hand.length === 0) return 0
      const names = hand.map(({ name }) => name)
      const child = spawn(process.execPath, ['--expose-gc', import.meta.filename, ...names, ...args], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let count = 0
      for await (const line of createInterface(child.stdout)) {
        if (line.startsWith('fuzz: ')) continue
        console.log(line)
        if (line.startsWith('ok ')) count++
      }
      return count
    }),
  )
  return held.reduce((sum, count) => sum + count, 0)
}

function lineOf(name: string, { cases, seconds, slowestMs, slowestCase, growthBytes, fault }: Outcome): string {
  const growth = `${growthBytes >= 0 ? '+' : ''}${(growthBytes / 2 ** 20).toFixed(1)} MiB`
  const slowest = `slowest ${slowestMs.toFixed(0)} ms (case ${slowestCase})`
  const word = fault === undefined ? 'ok  ' : 'FAIL'
  return `${word}  ${name.padEnd(22)} ${cases.toLocaleString('en').padStart(9)} cases  ${seconds.toFixed(1).padStart(7)} s  ${slowest}  ${growth}`
}

function wholeNumber(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 0)
    throw new Error(`Cannot use "${text}": must be a whole number of 0 or more`)
  return number
}
