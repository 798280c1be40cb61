/** A page known by its hash alone, and what nobody knows: from the report of a site to the verdict, in one process. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { TocsinClient } from '@tocsin/client'
import { encodeHex, unwrap } from '@tocsin/core/base'
import { parseSubject, subjectKey } from '@tocsin/core/subject'
import type { WireEncounterReceipt, WireSubmissionReceipt, WireUnknown } from '@tocsin/core/wire'
import { loadConfig } from '../config/index.ts'
import { silentLog } from '../ops/events.ts'
import { startEdge } from './edge.ts'
import { startSingle } from './single.ts'

const NODE = { '--dns': 'off', '--starter': 'off', '--mining': 'off', '--feeds-scheduled': 'off' }
const HOUR = `${new Date().toISOString().slice(0, 13)}:00:00Z`

const configOf = (flags: Readonly<Record<string, string>>) => unwrap(loadConfig({ env: {}, flags }))
const hashOf = (text: string) => `url:sha256:${encodeHex(subjectKey(unwrap(parseSubject(text))))}`

/** A node with a few sensors, one of them trusted. */
async function startNode(more: Readonly<Record<string, string>> = {}) {
  await using opened = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-unknown-'))
  opened.defer(() => rmSync(folder, { recursive: true, force: true }))
  const config = configOf({ ...NODE, '--data': join(folder, 'node'), '--http': '127.0.0.1:0', ...more })
  const node = opened.use(await startSingle(config, { clock: Date.now, log: silentLog, version: '0.0.0' }))
  const admin = readFileSync(join(folder, 'node', 'admin.key'), 'utf8').trim()
  const client = new TocsinClient({ server: node.httpUrl, key: admin })
  const sensor = async (name: string, trust = 0.3) =>
    (await client.keys.add({ name, role: 'sensor', organisation: `of ${name}`, trust })).token!
  const post = async (key: string, path: string, body: unknown) => {
    const headers = { 'content-type': 'application/json', 'x-tocsin-key': key }
    const response = await fetch(`${node.httpUrl}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    assert.equal(response.status, 200, await response.clone().text())
    return (await response.json()) as never
  }
  const running = opened.move()
  return {
    url: node.httpUrl,
    folder,
    admin,
    client,
    node,
    sensor,
    meet: (key: string, items: readonly object[]): Promise<WireEncounterReceipt> => post(key, '/v1/encounters', items),
    submit: (key: string, subjects: readonly string[]): Promise<WireSubmissionReceipt> =>
      post(key, '/v1/submissions', { subjects }),
    report: (key: string, items: readonly object[]): Promise<unknown> => post(key, '/v1/evidence', items),
    unknown: (): Promise<WireUnknown> => client.unknown.list(),
    check: async (subject: string, url = node.httpUrl) => {
      const response = await fetch(`${url}/v1/reputation?subject=${encodeURIComponent(subject)}`)
      return (await response.json()) as { subject: string; verdict: string; action: string; score: number }
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

test('a page that is reported by its hash is blocked by its text, at the node and at an edge', async () => {
  await using net = await startNode()
  const key = await net.sensor('trusted', 0.8)
  const [page, hash] = ['url:bad.example/login', hashOf('url:bad.example/login')]
  await net.report(key, [
    { subject: hash, kind: 'listed-phishing', related: ['domain:bad.example'] },
    { subject: hashOf('url:other.example/x'), kind: 'listed-phishing', related: ['domain:other.example'] },
  ])
  await net.node.settled()
  for (const asked of [page, 'url:https://user@bad.example:8443/login?id=1#top', hash]) {
    assert.equal((await net.check(asked)).action, 'block', asked)
  }
  assert.equal((await net.check(hash)).subject, hash)
  assert.equal((await net.check('url:bad.example/')).action, 'allow')
  assert.equal((await net.check('url:bad.example/logi')).action, 'allow')
  assert.equal((await net.client.explain(hash)).subject, hash)

  const flags = { '--data': join(net.folder, 'edge'), '--http': '127.0.0.1:0', '--dns': 'off', '--upstream': net.url }
  await using edge = await startEdge(configOf(flags), { clock: Date.now, log: silentLog, version: '0.0.0' })
  await edge.reached((await net.client.head()).sequence)
  assert.equal((await net.check(page, edge.httpUrl)).action, 'block')
  assert.equal((await net.check(hash, edge.httpUrl)).action, 'block')

  // Somebody meets the same hash with its text: it is shown from then on.
  await net.report(await net.sensor('other'), [{ subject: page, kind: 'listed-phishing' }])
  await net.node.settled()
  assert.equal((await net.client.explain(hash)).subject, page)
})

test('what sites met and nobody knows waits, is asked for, named, and goes when there is a verdict', async () => {
  await using net = await startNode()
  const page = 'url:new.example/a/b'
  const keys = await Promise.all(['one', 'two', 'three'].map(name => net.sensor(name)))
  const met = { subject: hashOf(page), hour: HOUR, asked: 5, blocked: 0, untested: 5, id: 'one' }
  const common = { subject: 'domain:new.example', hour: HOUR, asked: 2, untested: 2 }
  assert.deepEqual(await net.meet(keys[0]!, [met, common]), { accepted: 2, refused: [], wanted: [] })
  await net.meet(keys[0]!, [met])
  await net.meet(keys[1]!, [met])
  assert.deepEqual((await net.meet(keys[2]!, [met])).wanted, [met.subject])
  assert.deepEqual((await net.meet(keys[2]!, [met])).wanted, [], 'once a day')

  const before = await net.unknown()
  assert.deepEqual(
    before.subjects.map(({ subject, count, organisations }) => [subject, count, organisations]),
    [
      [met.subject, 15, '3'],
      ['domain:new.example', 2, '1'],
    ],
  )
  const taken = await net.submit(keys[2]!, [
    page,
    'url:https://new.example/a/b',
    'url:user@new.example/a/b',
    'url:new.example/a/b?q=1',
    'url:new.example/a/b#x',
    'url:intranet.local/a',
    'url:192.168.1.1/a',
    met.subject,
    'url:never.example/met',
  ])
  assert.equal(taken.accepted, 1)
  assert.deepEqual(
    taken.refused.map(({ index }) => index),
    [1, 2, 3, 4, 5, 6, 7, 8],
  )
  assert.equal((await net.unknown()).subjects[0]?.subject, page)
  assert.deepEqual((await net.meet(keys[0]!, [{ ...met, id: 'later' }])).wanted, [], 'its text is known')

  await net.report(await net.sensor('trusted', 0.8), [{ subject: met.subject, kind: 'listed-phishing' }])
  await net.node.settled()
  assert.equal((await net.check(page)).action, 'block')
  const after = await net.unknown()
  assert.deepEqual(
    after.subjects.map(({ subject }) => subject),
    ['domain:new.example'],
  )
  assert.equal(after.waiting, 1)
  await net.meet(keys[1]!, [{ ...met, id: 'again' }])
  assert.equal((await net.unknown()).waiting, 1, 'what is known does not come back')
})

test('a submission gives its text to what was reported by its hash', async () => {
  await using net = await startNode()
  const page = 'url:weak.example/a'
  const key = await net.sensor('one', 0.1)
  await net.meet(key, [{ subject: hashOf(page), hour: HOUR, asked: 1, untested: 1 }])
  await net.report(key, [{ subject: hashOf(page), kind: 'listed-phishing' }])
  await net.node.settled()
  assert.equal((await net.submit(key, [page])).accepted, 1)
  assert.equal((await net.client.explain(hashOf(page))).subject, page)
})

test('bad encounters are refused one by one, and what could name a person or an inner network cannot be said', async () => {
  await using net = await startNode()
  const key = await net.sensor('one')
  const good = { subject: 'domain:new.example', hour: HOUR, untested: 1 }
  const { accepted, refused } = await net.meet(key, [
    { ...good, client: '192.0.2.1' },
    { ...good, subject: 'domain:printer.local' },
    { ...good, subject: 'domain:localhost' },
    { ...good, subject: 'ip:10.0.0.1' },
    { ...good, subject: 'net:192.0.2.0/24' },
    { ...good, subject: 'url:new.example/a?user=x' },
    { ...good, subject: 'url:sha256:00' },
    { ...good, hour: '2020-01-01T00:00:00Z' },
    { ...good, hour: '2099-01-01T00:00:00Z' },
    { ...good, hour: '2026-99-99T99:00:00Z' },
    { ...good, asked: 1, untested: 2 },
    { ...good, untested: 10_000_001 },
    good,
  ])
  assert.equal(accepted, 1)
  assert.deepEqual(
    refused.map(({ index }) => index),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
  )
  await net.meet(key, [{ ...good, asked: 10_000_000, untested: 10_000_000 }])
  assert.equal((await net.unknown()).subjects[0]?.count, 1001, 'a count is clamped')
})

test('own questions that found nothing wait as well: pages by their hash, nothing of inner networks', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-unknown-'))
  try {
    const flags = { ...NODE, '--data': folder, '--http': '127.0.0.1:0' }
    const start = () => startSingle(configOf(flags), { clock: Date.now, log: silentLog, version: '0.0.0' })
    const asked = ['url:new.example/a?user=x', 'url:new.example/a', 'domain:new.example', 'ip:192.0.2.1']
    const inner = ['ip:10.0.0.1', 'domain:printer.local', 'url:10.0.0.1/a', 'url:wiki.internal/b', 'domain:wiki']
    {
      await using node = await start()
      for (const subject of [...asked, ...inner]) {
        await fetch(`${node.httpUrl}/v1/reputation?subject=${encodeURIComponent(subject)}`)
      }
    }
    await using node = await start()
    const key = readFileSync(join(folder, 'admin.key'), 'utf8').trim()
    const client = new TocsinClient({ server: node.httpUrl, key })
    const { subjects } = await client.unknown.list()
    const names = subjects.map(({ subject, count }) => `${subject} ${count}`).sort()
    assert.deepEqual(names, ['domain:new.example 1', 'ip:192.0.2.1 1', `${hashOf('url:new.example/a')} 2`])
    assert.deepEqual((await client.unknown.list({ type: 'ip', limit: 1 })).subjects.length, 1)
    const metrics = await (await fetch(`${node.httpUrl}/metrics`)).text()
    assert.match(metrics, /\ntocsin_unknown_waiting 3\n/)
    assert.equal((await fetch(`${node.httpUrl}/v1/unknown`)).status, 401)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('with mining on, names that are unknown are judged once somebody tells the text of a page', async () => {
  await using net = await startNode({ '--mining': 'on' })
  const key = await net.sensor('one')
  const name = 'paypal-login-secure-verify.example'
  const page = `url:${name}/paypal/login.php`
  await net.meet(key, [
    { subject: hashOf(page), hour: HOUR, untested: 1 },
    { subject: 'domain:plain.example', hour: HOUR, untested: 1 },
  ])
  await net.node.mined()
  assert.equal((await net.check(`domain:${name}`)).verdict, 'untested')
  assert.equal((await net.submit(key, [page])).accepted, 1)
  await net.node.mined()
  assert.equal((await net.check(`domain:${name}`)).verdict, 'suspicious')
})
