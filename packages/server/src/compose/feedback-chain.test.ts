/** Feedback of an edge behind an edge: cloud ← first ← second, enrolled one at the other, in one process over real HTTP. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { TocsinClient } from '@tocsin/client'
import { unwrap } from '@tocsin/core/base'
import { loadConfig } from '../config/index.ts'
import { silentLog } from '../ops/events.ts'
import type { Send } from '../upstream/server.ts'
import { type Edge, startEdge } from './edge.ts'
import { startSingle } from './single.ts'

const NODE = { '--dns': 'off', '--starter': 'off', '--mining': 'off', '--feeds-scheduled': 'off' }
const SURROUNDINGS = { clock: Date.now, log: silentLog, version: '0.0.0', drainMs: 200 }

const configOf = (flags: Readonly<Record<string, string>>) => unwrap(loadConfig({ env: {}, flags }))

/** Asks again until something holds. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise(resolve => setImmediate(resolve))
}

async function world() {
  await using opened = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-feedback-chain-'))
  opened.defer(() => rmSync(folder, { recursive: true, force: true }))
  const clientOf = (server: string, name: string) =>
    new TocsinClient({ server, key: readFileSync(join(folder, name, 'admin.key'), 'utf8').trim() })
  const config = configOf({ ...NODE, '--data': join(folder, 'cloud'), '--http': '127.0.0.1:0' })
  const cloud = opened.use(await startSingle(config, SURROUNDINGS))
  const running = opened.move()
  return {
    cloud: { url: cloud.httpUrl, client: clientOf(cloud.httpUrl, 'cloud') },
    /** An edge that enrols at a node. */
    async start(name: string, upstream: TocsinClient, flags: Readonly<Record<string, string>>, send: Send = fetch) {
      const { token } = await upstream.keys.enrol({ name, role: 'sensor', organisation: `of ${name}`, trust: 0.8 })
      const own = { '--data': join(folder, name), '--http': '127.0.0.1:0', '--dns': 'off', '--enrol': token! }
      const edge: Edge = running.use(await startEdge(configOf({ ...own, ...flags }), { ...SURROUNDINGS, send }))
      return { url: edge.httpUrl, edge, client: clientOf(edge.httpUrl, name) }
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

test('reports, encounters, sightings and texts of an edge behind an edge arrive at the cloud as those of the first', async () => {
  await using net = await world()
  const submit = { '--feedback-submit': 'auto' }
  const first = await net.start('first', net.cloud.client, { '--upstream': net.cloud.url, ...submit })
  const second = await net.start('second', first.client, { '--upstream': first.url, ...submit })
  const others = await Promise.all(
    ['third', 'fourth'].map(name => net.start(name, net.cloud.client, { '--upstream': net.cloud.url, ...submit })),
  )

  await second.client.report([
    { subject: 'ip:192.0.2.1', kind: 'listed-botnet', confidence: 1, id: 'mail of jane' },
    { subject: 'url:https://bad.example/login?id=1', kind: 'listed-phishing', confidence: 1 },
  ])
  const checked = async (client: TocsinClient, subject: string) => (await client.check(subject)).action
  for (const subject of ['ip:192.0.2.1', 'url:bad.example/login']) {
    await until(async () => (await checked(net.cloud.client, subject)) === 'block')
    assert.equal(await checked(first.client, subject), 'block', subject)
  }
  await second.client.retract([{ subject: 'ip:192.0.2.1', kind: 'listed-botnet' }])
  await until(async () => (await checked(net.cloud.client, 'ip:192.0.2.1')) === 'allow')

  const page = 'url:new.example/kit/index.php'
  for (const { client } of [...others, second]) await client.check(page)
  const met = async () => (await net.cloud.client.unknown.list()).subjects
  await until(async () => (await met()).some(({ organisations }) => organisations === '3'))
  assert.ok((await met()).every(({ subject }) => subject !== page) || others.length === 2)
  // Whoever met it is asked with what it sends next; the first edge was asked for what it knows by its hash alone.
  await until(async () => {
    for (const { client } of [...others, second]) await client.check(page)
    await Promise.all([first, second, ...others].map(({ client }) => client.feedback.list('pending', 1)))
    return (await met()).some(({ subject }) => subject === page)
  })
  const told = JSON.stringify((await first.client.feedback.list('sent', 1000)).batches)
  assert.doesNotMatch(told, /jane|of second/)
  const refused = (await second.client.feedback.status()).refused
  assert.equal(refused, 0)
})

test('a text goes on from an edge between only as far as its own site agrees', async () => {
  await using net = await world()
  const first = await net.start('first', net.cloud.client, { '--upstream': net.cloud.url })
  const { token } = await first.client.keys.add({ name: 'sensor', role: 'sensor' })
  const submitted = await fetch(`${first.url}/v1/submissions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-tocsin-key': token! },
    body: JSON.stringify({ subjects: ['url:new.example/a', 'url:u:p@new.example/a', 'url:nas.local/a'] }),
  })
  const { accepted, refused } = (await submitted.json()) as { accepted: number; refused: { reason: string }[] }
  assert.equal(accepted, 0)
  assert.match(refused[0]!.reason, /nobody waits/)
  assert.equal(refused.length, 3)
})

test('edges that are each other’s upstreams do not pass a report to and fro', async () => {
  await using net = await world()
  const circle: { url?: string; key?: string; posted: number } = { posted: 0 }
  const send: Send = (url, init) => {
    if (circle.url === undefined) return fetch(url, init)
    circle.posted += init.method === 'POST' ? 1 : 0
    const headers = { ...(init.headers as Record<string, string>), authorization: `Bearer ${circle.key}` }
    return fetch(url.replace(net.cloud.url, circle.url), { ...init, headers })
  }
  const first = await net.start('first', net.cloud.client, { '--upstream': net.cloud.url }, send)
  const second = await net.start('second', first.client, { '--upstream': first.url })
  circle.key = (await second.client.keys.add({ name: 'first', role: 'sensor' })).token!
  circle.url = second.url
  await second.client.report([{ subject: 'ip:192.0.2.1', kind: 'listed-botnet', confidence: 1 }])
  const waits = async () => (await first.client.feedback.status()).trouble
  await until(async () => (await waits()) !== undefined)
  assert.match((await waits())!, /508.*it has been here before/)
  assert.equal((await second.client.feedback.list('sent', 10)).batches.length, 1)
  assert.equal((await first.client.feedback.list('pending', 10)).batches.length, 1)

  // The cloud is back: it gets what waited.
  delete circle.url
  await until(async () => (await net.cloud.client.check('ip:192.0.2.1')).action === 'block')
})
