import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { TocsinClient } from '@tocsin/client'
import { unwrap } from '@tocsin/core/base'
import type { WireExplanation } from '@tocsin/core/wire'
import { type Node, startSingle } from '../compose/single.ts'
import { loadConfig } from '../config/index.ts'
import { silentLog } from '../ops/events.ts'
import { connect } from './connect.ts'
import { momentOf } from './explain-moment.ts'
import { sparkline } from './print.ts'
import { run } from './run.ts'
import { EXPLANATION, fakeWorld } from './world.fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'tocsin-explain-'))
const HOUR = 3_600_000
const FILE = 'ab'.repeat(32)
let node: Node
let client: TocsinClient
let key: string

before(async () => {
  const flags = {
    '--data': folder,
    '--http': '127.0.0.1:0',
    '--dns': 'off',
    '--starter': 'false',
    '--feeds-scheduled': 'false',
  }
  const config = unwrap(loadConfig({ env: {}, flags }))
  node = await startSingle(config, { clock: Date.now, log: silentLog, version: '1.2.3' })
  key = readFileSync(join(folder, 'admin.key'), 'utf8').trim()
  client = new TocsinClient({ server: node.httpUrl, key })
  const threeHoursAgo = new Date(Date.now() - 3 * HOUR).toISOString()
  const said = [
    ['ip:198.51.100.7', 'spam-trap-hit', threeHoursAgo],
    ['net:203.0.113.0/24', 'listed-attack', undefined],
    ['domain:bad.example', 'phishing-page', threeHoursAgo],
    ['url:bad.example/login', 'listed-phishing', undefined],
    [`file:${FILE}`, 'malware-detected', threeHoursAgo],
  ] as const
  const { refused } = await client.report(
    said.map(([subject, kind, observedAt]) => ({ subject, kind, ...(observedAt === undefined ? {} : { observedAt }) })),
  )
  assert.deepEqual(refused, [])
  await node.settled()
})

after(async () => {
  await node[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

async function ran(...words: readonly string[]) {
  const world = { ...fakeWorld(), clock: Date.now, connect }
  const code = await run([...words, '--server', node.httpUrl, '--key', key], world)
  return { code, out: world.told.output, err: world.told.errors }
}

const explained = {
  'ip:198.51.100.7': [
    'sent mail to a spam trap (spam-trap-hit)',
    '3 h ago +3 d',
    /lapses to highly-suspicious in \d+ days/,
  ],
  'net:203.0.113.0/24': [
    'is on a list of attackers (listed-attack)',
    'standing',
    /becomes untested .* takes its evidence/,
  ],
  'domain:bad.example': ['shows a page that asks for secrets', '3 h ago +7 d', /lapses to untested in \d+ days/],
  'url:bad.example/login': ['is on a list of phishing (listed-phishing)', 'standing', /takes its evidence back/],
  [`file:${FILE}`]: ['was found to be malware (malware-detected)', '3 h ago +365 d', /lapses to .* in \d+ days/],
} as const

for (const [subject, [what, age, change]] of Object.entries(explained)) {
  test(`explain tells of ${subject.slice(0, 24)} what was said, by whom, how long ago, and what would change it`, async () => {
    const { code, out } = await ran('explain', subject)
    assert.equal(code, 0)
    assert.ok(out.startsWith(`${subject}: dangerous, score `), out)
    assert.ok(out.includes(what), out)
    assert.match(out, new RegExp(`a trusted reporter +1 +${age}`), out)
    assert.match(out, /What would change it\n/)
    assert.match(out, change)
    assert.doesNotMatch(out, /admin/)
  })
}

test('explain judges for a time to come, and for one before anything was said', async () => {
  const later = await ran('explain', 'ip:198.51.100.7', '--at', '+30d')
  assert.match(later.out, /^ip:198\.51\.100\.7 at 20[^ ]+Z: (?:suspicious|untested), score/)
  const earlier = await ran('explain', 'ip:198.51.100.7', '--at', '-12h')
  assert.match(earlier.out, /^ip:198\.51\.100\.7 at 20[^ ]+Z: untested, score 71/)
  const wrong = await ran('explain', 'ip:198.51.100.7', '--at', 'soon')
  assert.equal(wrong.code, 2)
  assert.match(wrong.err, /--at must be a time as in .* found "soon"/)
})

test('the API takes the time in both forms, and refuses what is none', async () => {
  const get = async (path: string) => {
    const response = await fetch(`${node.httpUrl}/v1/explain${path}`)
    return { status: response.status, body: (await response.json()) as WireExplanation & { detail: string } }
  }
  const at = new Date(Date.now() + 72 * HOUR).toISOString()
  const byQuery = await get(`?subject=ip:198.51.100.7&at=${at}`)
  const byPath = await get(`/ip/198.51.100.7?at=${encodeURIComponent(at)}`)
  assert.deepEqual([byQuery.status, byQuery.body.at], [200, at])
  assert.deepEqual(byPath, byQuery)
  assert.ok(byQuery.body.score > (await get('/ip/198.51.100.7')).body.score)
  assert.equal((await get('?subject=ip:198.51.100.7&at=tomorrow')).status, 400)
  assert.equal((await get('/ip/198.51.100.7?at=tomorrow')).status, 400)
  assert.equal((await get(`/url/bad.example/login?at=${at}`)).body.subject, `url:bad.example/login?at=${at}`)
})

test('explain shows the history that the node gives, as bars and as a table', async () => {
  const history = [
    { until: '2026-11-20T00:00:00.000Z', score: 33, verdict: 'dangerous', reason: 'listed as a threat' },
    {
      from: '2026-11-20T12:00:00.000Z',
      until: '2026-11-21T00:00:00.000Z',
      score: 60,
      verdict: 'highly-suspicious',
      reason: 'a source of spam',
    },
    { from: '2026-11-21T00:00:00.000Z', score: 3, verdict: 'dangerous', reason: 'a source of spam' },
  ] as const
  const world = fakeWorld({ node: { explain: async () => ({ ...EXPLANATION, history }) } })
  assert.equal(await run(['explain', '192.0.2.1'], world), 0)
  const { output } = world.told
  assert.match(output, /What lookups said, and say\n {2}▅{15}▁{33} {2}score from 2026-11-20 12:00Z/)
  assert.match(output, /^ {2}not noted +2026-11-20 00:00Z +dangerous +33 +listed as a threat$/m)
  assert.match(output, /^ {2}2026-11-21 00:00Z +now +dangerous +3 +a source of spam$/m)
  const asJson = fakeWorld({ node: { explain: async () => ({ ...EXPLANATION, history }) } })
  await run(['explain', '192.0.2.1', '--json'], asJson)
  assert.deepEqual((JSON.parse(asJson.told.output) as WireExplanation).history, history)
})

test('check says how a mail server should reply', async () => {
  const { code, out } = await ran('check', 'ip:198.51.100.7', 'bad.example')
  assert.equal(code, 1)
  assert.match(out, /^ip:198\.51\.100\.7 .*mail: reply [45]50 [45]\.7\.1$/m)
  assert.doesNotMatch(out, /bad\.example.*mail/)
})

test('sparkline() has eight heights, and a dot for nothing', () => {
  assert.equal(sparkline([0, 13, 26, 38, 51, 63, 76, 100, undefined]), '▁▂▃▄▅▆▇█·')
})

test('momentOf() reads moments, days and distances, and refuses what is far off or no time', () => {
  const now = Date.UTC(2026, 5, 30)
  assert.equal(momentOf('+90m', now), '2026-06-30T01:30:00.000Z')
  assert.equal(momentOf('-2d', now), '2026-06-28T00:00:00.000Z')
  assert.equal(momentOf('2026-07-01', now), '2026-07-01T00:00:00.000Z')
  for (const text of ['3d', '+3w', '+9999999d', '1066-01-01', '', '+d']) {
    assert.throws(() => momentOf(text, now), /--at must be/, text)
  }
})
