/**
 * A cloud and an edge in one process, by one clock that is set forward: the edge is cut off for a day, asked the same as the
 * cloud each hour, and told things meanwhile. Prints what came of it.
 */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { TocsinClient } from '@tocsin/client'
import { unwrap } from '@tocsin/core/base'
import type { WireAnswer, WireEvidence } from '@tocsin/core/wire'
import { startEdge } from '../../packages/server/src/compose/edge.ts'
import { startSingle } from '../../packages/server/src/compose/single.ts'
import { loadConfig } from '../../packages/server/src/config/index.ts'
import { silentLog } from '../../packages/server/src/ops/events.ts'

/** What came of it. */
export interface UnpluggedOutcome {
  readonly subjects: number
  readonly asked: number
  /** Answers of the edge whose score, verdict or action is not the cloud's. */
  readonly different: number
  /** Verdicts that time alone changed during the day: without them the figure would say nothing. */
  readonly moved: number
  readonly reported: number
  readonly lost: number
}

const HOURS = 24
const HOUR_MS = 3_600_000
const SECONDS_MAX = 120

const [folder, wanted] = [process.argv[2]!, Number(process.argv[3])]
let now = Date.now()
let isCut = false
const clock = () => now
const surroundings = { clock, log: silentLog, version: '0.0.0' }
const settings = (data: string, more: Readonly<Record<string, string>>) =>
  unwrap(
    loadConfig({ env: {}, flags: { '--data': join(folder, data), '--http': '127.0.0.1:0', '--dns': 'off', ...more } }),
  )

await using cloud = await startSingle(settings('cloud', { '--starter': 'off', '--mining': 'off' }), surroundings)
const admin = new TocsinClient({ server: cloud.httpUrl, key: keyIn('cloud') })
const { token } = await admin.keys.add({ name: 'edge', role: 'sensor', trust: 0.8 })
const sensor = new TocsinClient({ server: cloud.httpUrl, key: token! })
const subjects = Array.from({ length: wanted }, (_, at) => subjectOf(at))
await sensor.report(subjects.map((subject, at) => evidenceOf(subject, at)))
await cloud.settled()

await using edge = await startEdge(settings('edge', { '--upstream': cloud.httpUrl, '--key': token! }), {
  ...surroundings,
  random: () => 0,
  send: (url, init) => (isCut ? Promise.reject(new Error('unplugged')) : fetch(url, init)),
})
await edge.reached((await admin.head()).sequence)
const local = new TocsinClient({ server: edge.httpUrl, key: keyIn('edge') })

isCut = true
let [asked, different, moved] = [0, 0, 0]
const reported: string[] = []
const first = await answersOf(admin)
for (let hour = 1; hour <= HOURS; hour++) {
  now += HOUR_MS
  const [theirs, ours] = [await answersOf(admin), await answersOf(local)]
  asked += theirs.length
  different += theirs.filter((answer, at) => saidIn(answer) !== saidIn(ours[at]!)).length
  if (hour === HOURS) moved = theirs.filter((answer, at) => answer.verdict !== first[at]!.verdict).length
  const news = Array.from({ length: Math.ceil(wanted / 100) }, (_, at) => `ip:198.19.${hour}.${at & 255}`)
  const { accepted } = await local.report(news.map(subject => ({ subject, kind: 'brute-force' })))
  if (accepted !== news.length) throw new Error(`Cannot go on: the edge took ${accepted} of ${news.length} reports`)
  reported.push(...news)
}
isCut = false
let lost = reported.length
for (const since = performance.now(); lost > 0 && performance.now() - since < SECONDS_MAX * 1000; ) {
  await new Promise(resolve => setTimeout(resolve, 200))
  await cloud.settled()
  const answers = (await admin.checkAll(reported)) as WireAnswer[]
  lost = answers.filter(({ verdict }) => verdict === 'untested').length
}
const outcome = { subjects: wanted, asked, different, moved, reported: reported.length, lost }
process.stdout.write(`${JSON.stringify(outcome satisfies UnpluggedOutcome)}\n`)

function keyIn(data: string): string {
  return readFileSync(join(folder, data, 'admin.key'), 'utf8').trim()
}

function subjectOf(at: number): string {
  switch (at % 4) {
    case 0:
      return `ip:198.18.${(at >> 10) & 255}.${(at >> 2) & 255}`
    case 1:
      return `domain:bad-${at}.example`
    case 2:
      return `url:site-${at >> 5}.example/page/${at}`
    default:
      return `file:${randomBytes(32).toString('hex')}`
  }
}

/** Kinds that fade by days, at ages from nothing to three weeks: some of them pass a band in the course of this day. */
function evidenceOf(subject: string, at: number): WireEvidence {
  const kind = subject.startsWith('ip:')
    ? 'brute-force'
    : subject.startsWith('file:')
      ? 'malware-detected'
      : 'phishing-page'
  const observedAt = new Date(now - (at % 500) * HOUR_MS - HOUR_MS).toISOString()
  return { subject, kind, confidence: 0.4 + (0.6 * (at % 97)) / 96, observedAt }
}

async function answersOf(client: TocsinClient): Promise<readonly WireAnswer[]> {
  return (await client.checkAll(subjects)) as readonly WireAnswer[]
}

function saidIn({ score, verdict, action, matched }: WireAnswer): string {
  return `${score} ${verdict} ${action} ${matched ?? ''}`
}
