/**
 * `npm run trial:feeds`: a node with thousands of feeds, for some hours that pass in minutes.
 *
 * The node is the one of `tocsin up`, in this process; time is an argument of it, so an hour takes as long as it is told
 * to. The lists are served by a process of its own. What is measured is this process alone, all its threads.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { unwrap } from '@tocsin/core/base'
import { startSingle } from '../../packages/server/src/compose/single.ts'
import { loadConfig } from '../../packages/server/src/config/index.ts'
import { type ListsPlan, makeLists } from './lists.ts'
import { Measures, readTurns } from './measures.ts'
import { report } from './report.ts'
import type { FromServer, ToServer } from './server.ts'
import { TrialTime } from './time.ts'

const HOUR_MS = 3_600_000
const PAGE = fileURLToPath(new URL('../../docs/feeds-trial.md', import.meta.url))

const { values } = parseArgs({
  options: {
    feeds: { type: 'string', default: '2000' },
    entries: { type: 'string', default: '200' },
    hours: { type: 'string', default: '3' },
    'hour-seconds': { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    write: { type: 'boolean', default: false },
  },
})
const number = (name: 'feeds' | 'entries' | 'hours' | 'hour-seconds' | 'seed') => {
  const value = Number(values[name])
  if (Number.isSafeInteger(value) && value > 0) return value
  throw new Error(`Cannot begin the trial: --${name} must be a whole number above 0, found "${values[name]}"`)
}
const plan: ListsPlan = { feeds: number('feeds'), entries: number('entries'), seed: number('seed') }
const [hours, hourSeconds] = [number('hours'), number('hour-seconds')]

const folder = mkdtempSync(join(tmpdir(), 'tocsin-trial-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1))

// It ends at the time of the wall, so that nothing the node writes lies in the future.
const beganAt = Date.now() - (hours + 1) * HOUR_MS
const time = new TrialTime(beganAt)
const server = fork(new URL('./server.ts', import.meta.url), [JSON.stringify({ ...plan, beganAt })])
const [{ port }] = (await once(server, 'message')) as [FromServer]
const pace = (speed: number) => {
  time.runAt(speed)
  server.send({ pace: time.pace } satisfies ToServer)
}
writeFileSync(join(folder, 'feeds.yaml'), feedsYaml(plan.feeds, port))

const flags = { '--data': folder, '--http': '127.0.0.1:0', '--dns': '127.0.0.1:0', '--starter': 'off' }
const config = unwrap(loadConfig({ env: {}, flags }))
const measures = new Measures()
const node = await startSingle(config, { clock: time.clock, timers: time, log: () => undefined, version: 'trial' })
const told = (line: string) => process.stderr.write(`${line}\n`)

// First turns are spread over two minutes, whether they are two or two thousand.
pace(Math.max(1, 1000 / plan.feeds))
await untilAllHadOne()
told(JSON.stringify(measures.end('first turns', (time.clock() - beganAt) / HOUR_MS)))
const from = time.clock()
pace(3600 / hourSeconds)
for (let hour = 1; hour <= hours; hour++) {
  await time.until(from + hour * HOUR_MS)
  told(JSON.stringify(measures.end(`hour ${hour}`, 1)))
}
const until = time.clock()
await node[Symbol.asyncDispose]()
server.disconnect()
const text = report({
  plan,
  hours,
  hourSeconds,
  troubled: makeLists(plan).filter(({ trouble }) => trouble !== 'none').length,
  entries: makeLists(plan).reduce((sum, list) => sum + list.entries, 0),
  stretches: measures.stretches,
  turns: readTurns(join(folder, 'feeds.sqlite'), from, until),
  machine: { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version },
})
process.stdout.write(text)
if (values.write) writeFileSync(PAGE, text)

function feedsYaml(count: number, at: number): string {
  const rows = Array.from(
    { length: count },
    (_, feed) => `  f${feed}: { address: "http://127.0.0.1:${at}/${feed}.txt", allowedHosts: ["127.0.0.1:${at}"] }\n`,
  )
  return `feeds:\n${rows.join('')}`
}

/** Until each feed had its first turn, as the node's own memory has it. */
async function untilAllHadOne(): Promise<void> {
  const feedsSoFar = () => readTurns(join(folder, 'feeds.sqlite'), 0, Number.MAX_SAFE_INTEGER).feeds
  while (feedsSoFar() < plan.feeds) await new Promise(resolve => setTimeout(resolve, 1000))
}
