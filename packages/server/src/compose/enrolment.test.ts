/** A node and edges in one process: enrolled by a token, refused with it a second time, and without their key when it is revoked. */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { TocsinClient } from '@tocsin/client'
import { ProblemError, unwrap } from '@tocsin/core/base'
import { enrolmentTokenText, parseEnrolmentToken } from '@tocsin/core/wire'
import { loadConfig } from '../config/index.ts'
import { type EventName, silentLog } from '../ops/events.ts'
import type { Send } from '../upstream/server.ts'
import { startEdge } from './edge.ts'
import { startSingle } from './single.ts'

const NODE = { '--dns': 'off', '--starter': 'off', '--mining': 'off', '--feeds-scheduled': 'off' }

const configOf = (flags: Readonly<Record<string, string>>) => unwrap(loadConfig({ env: {}, flags }))

interface World {
  /** Milliseconds that the clocks of node and edges are ahead of the machine's. */
  ahead: number
  readonly folder: string
  readonly url: string
  readonly node: TocsinClient
  startNode(more?: Readonly<Record<string, string>>): Promise<void>
  stopNode(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** A node with an administrator; it comes back at the address where it was. */
async function startWorld(more: Readonly<Record<string, string>> = {}): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-enrolment-'))
  const data = join(folder, 'node')
  let running: Awaited<ReturnType<typeof startSingle>> | undefined
  let listen = '127.0.0.1:0'
  const world = {
    ahead: 0,
    folder,
    url: '',
    async startNode(other: Readonly<Record<string, string>> = more) {
      const config = configOf({ ...NODE, '--data': data, '--http': listen, ...other })
      running = await startSingle(config, { clock: () => Date.now() + world.ahead, log: silentLog, version: '0.0.0' })
      listen = new URL(running.httpUrl).host
      world.url = running.httpUrl
    },
    async stopNode() {
      await running?.[Symbol.asyncDispose]()
      running = undefined
    },
    get node() {
      return new TocsinClient({ server: world.url, key: readFileSync(join(data, 'admin.key'), 'utf8').trim() })
    },
    async [Symbol.asyncDispose]() {
      await world.stopNode()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  await world.startNode()
  return world
}

interface EdgeWish {
  readonly enrol?: string
  readonly name?: string
  readonly upstream?: string
  readonly send?: Send
}

/** An edge that notes what it logs. */
async function edgeOf(world: World, { enrol, name = 'edge', upstream = world.url, send }: EdgeWish) {
  const data = join(world.folder, name)
  const flags = { '--data': data, '--http': '127.0.0.1:0', '--dns': 'off', '--upstream': upstream }
  const events: { event: EventName; text: string }[] = []
  const waiting: { event: EventName; resolve: () => void }[] = []
  const edge = await startEdge(configOf({ ...flags, ...(enrol === undefined ? {} : { '--enrol': enrol }) }), {
    clock: () => Date.now() + world.ahead,
    version: '0.0.0',
    random: () => 0,
    // The next round comes soon.
    later(ms, action) {
      const timer = setTimeout(action, Math.min(ms, 100))
      return () => clearTimeout(timer)
    },
    ...(send === undefined ? {} : { send }),
    log(event, fields) {
      events.push({ event, text: `${JSON.stringify(fields)} ${String(fields?.['error'])}` })
      for (const each of waiting.splice(0)) {
        if (each.event === event) each.resolve()
        else waiting.push(each)
      }
    },
  })
  return {
    ...edge,
    data,
    events,
    logged: (event: EventName) => events.filter(each => each.event === event),
    /** Resolves when something is logged, from now on. */
    next: (event: EventName) => new Promise<void>(resolve => void waiting.push({ event, resolve })),
    state: async () => (await (await fetch(`${edge.httpUrl}/v1/edge`)).json()) as EdgeState,
    [Symbol.asyncDispose]: () => edge[Symbol.asyncDispose](),
  }
}

interface EdgeState {
  readonly state: string
  readonly upstreams: readonly { readonly state: string; readonly problem?: string }[]
}

const isRefused = (error: unknown) =>
  error instanceof ProblemError && error.problem.code === 'unauthorized' && /used by another edge/.test(error.message)

test('an edge enrols with a token, pins the key in it, mirrors, and starts again with it or without', async () => {
  await using world = await startWorld()
  const { token } = await world.node.keys.enrol({ name: 'branch-1', role: 'sensor', trust: 0.6 })
  await world.node.report([{ subject: 'ip:198.18.7.9', kind: 'listed-botnet', confidence: 1 }])
  {
    await using edge = await edgeOf(world, { enrol: token! })
    await edge.reached(1)
    assert.equal((await edge.state()).upstreams[0]!.state, 'up')
    assert.equal(edge.logged('enrolled').length, 1)
    assert.equal(edge.logged('upstream-key-pinned').length, 0)
    const [pinned] = (JSON.parse(readFileSync(join(edge.data, 'upstream-keys.json'), 'utf8')) as Pinned).keys
    const shown = (await (await fetch(`${world.url}/v1/book/key`)).json()) as Pinned['keys'][number]
    assert.deepEqual(pinned, shown)
    assert.equal(statSync(join(edge.data, 'upstream.key')).mode & 0o777, 0o600)
    assert.equal(statSync(join(edge.data, 'upstream-enrolment.json')).mode & 0o777, 0o600)
    const key = (await world.node.keys.list()).find(({ name }) => name === 'branch-1')!
    assert.deepEqual([key.role, key.trust, key.organisation], ['sensor', 0.6, 'branch-1'])
    assert.deepEqual(await world.node.keys.enrolments(), [])
  }
  const made = readFileSync(join(world.folder, 'edge', 'upstream.key'), 'utf8')
  for (const enrol of [{ enrol: token! }, {}]) {
    await using again = await edgeOf(world, enrol)
    await again.reached(1)
    assert.equal(again.logged('already-enrolled').length, 'enrol' in enrol ? 1 : 0)
    assert.equal(readFileSync(join(again.data, 'upstream.key'), 'utf8'), made)
  }
})

test('a second edge with the same token is refused and does not run; so is one whose token is unknown, expired or cancelled', async () => {
  await using world = await startWorld()
  const tokenOf = async (name: string) => (await world.node.keys.enrol({ name, role: 'sensor' })).token!
  const used = await tokenOf('used')
  await using _first = await edgeOf(world, { enrol: used })
  await assert.rejects(edgeOf(world, { enrol: used, name: 'second' }), isRefused)
  assert.equal(existsSync(join(world.folder, 'second', 'upstream.key')), false)
  assert.equal(existsSync(join(world.folder, 'second', 'upstream-keys.json')), false)
  const cancelled = await tokenOf('cancelled')
  await world.node.keys.cancelEnrolment('cancelled')
  await assert.rejects(edgeOf(world, { enrol: cancelled, name: 'third' }), isRefused)
  const late = await tokenOf('late')
  world.ahead += 86_400_000
  await assert.rejects(edgeOf(world, { enrol: late, name: 'fourth' }), isRefused)
  // The folder of a refused edge takes the next token.
  await using fourth = await edgeOf(world, { enrol: await tokenOf('late'), name: 'fourth' })
  assert.equal(fourth.logged('enrolled').length, 1)
})

test('an answer that was lost, and a node that was restarted: the edge asks again with the same key and is let in', async () => {
  await using world = await startWorld()
  const { token } = await world.node.keys.enrol({ name: 'branch-1', role: 'reader' })
  const asked: string[] = []
  const losing: Send = async (url, init) => {
    const response = await fetch(url, init)
    if (!url.endsWith('/v1/enrol')) return response
    asked.push(init.body as string)
    await response.arrayBuffer()
    throw new TypeError('connection reset')
  }
  {
    await using edge = await edgeOf(world, { enrol: token!, send: losing })
    assert.equal((await edge.state()).state, 'unavailable')
    assert.equal(existsSync(join(edge.data, 'upstream.key')), false)
    assert.ok((await world.node.keys.list()).some(({ name }) => name === 'branch-1'))
  }
  await world.stopNode()
  await world.startNode()
  world.ahead += 7 * 86_400_000
  await using edge = await edgeOf(world, { enrol: token! })
  assert.equal(edge.logged('enrolled').length, 1)
  const { key } = JSON.parse(asked[0]!) as { key: string }
  assert.equal(readFileSync(join(edge.data, 'upstream.key'), 'utf8').trim(), key)
  assert.ok(asked.every(body => body === asked[0]))
})

test('an edge whose upstream does not answer stays up, unavailable, and enrols when it does; the first that answers counts', async () => {
  await using world = await startWorld()
  const { token } = await world.node.keys.enrol({ name: 'branch-1', role: 'sensor' })
  await world.stopNode()
  await using edge = await edgeOf(world, { enrol: token!, upstream: `http://127.0.0.1:1,${world.url}` })
  assert.equal((await edge.state()).state, 'unavailable')
  assert.equal((await fetch(`${edge.httpUrl}/readyz`)).status, 503)
  const enrolled = edge.next('enrolled')
  await world.startNode()
  await enrolled
  assert.equal(edge.logged('upstream-key-pinned').length, 0)
})

test('a revoked edge says that its key is not valid, goes stale, and enrols anew with another token', async () => {
  await using world = await startWorld()
  const keys = world.node.keys
  const first = await keys.enrol({ name: 'branch-1', role: 'sensor' })
  await world.node.report([{ subject: 'ip:198.18.7.9', kind: 'listed-botnet', confidence: 1 }])
  {
    await using edge = await edgeOf(world, { enrol: first.token! })
    await edge.reached(1)
    const failed = edge.next('mirror-behind')
    await keys.revoke('branch-1')
    await failed
    assert.match(edge.logged('mirror-behind').at(-1)!.text, /found 401: .*the key is not valid here/)
    const [upstream] = (await edge.state()).upstreams
    assert.equal(upstream!.state, 'down')
    assert.match(upstream!.problem!, /the key is not valid here/)
    world.ahead += 301_000
    assert.equal((await edge.state()).state, 'stale')
    const answer = await new TocsinClient({ server: edge.httpUrl }).check('ip:198.18.7.9')
    assert.deepEqual([answer.state, answer.action], ['stale', 'block'])
    // Nor does the token that brought the key bring it back.
    const made = JSON.parse(readFileSync(join(edge.data, 'upstream-enrolment.json'), 'utf8')) as { key: string }
    const { secret } = unwrap(parseEnrolmentToken(first.token!))
    assert.equal((await redeem(world.url, secret, made.key)).status, 401)
  }
  const { token } = await keys.enrol({ name: 'branch-1', role: 'sensor' })
  await using edge = await edgeOf(world, { enrol: token! })
  assert.equal(edge.logged('enrolled').length, 1)
  assert.equal((await edge.state()).state, 'fresh')
})

test('a node that distributes nothing makes no token, and says what to set', async () => {
  await using world = await startWorld({ '--distribution': 'off' })
  const made = world.node.keys.enrol({ name: 'branch-1', role: 'sensor' })
  await assert.rejects(made, /the setting "distribution" must be true/)
  assert.equal((await redeem(world.url, 'a'.repeat(32), `tocsin_${'a'.repeat(52)}`)).status, 400)
})

test('an edge takes a token or a key, not both', async () => {
  const token = enrolmentTokenText({ secret: 'a'.repeat(32), publicKey: new Uint8Array(32) })
  const flags = { '--upstream': 'http://127.0.0.1:1', '--enrol': token, '--key': 'tocsin_x' }
  const started = startEdge(configOf(flags), { clock: Date.now, log: silentLog, version: '0.0.0' })
  await assert.rejects(started, /leave one of them out/)
})

interface Pinned {
  readonly keys: readonly { readonly keyId: string; readonly publicKey: string }[]
}

const redeem = (url: string, secret: string, key: string) =>
  fetch(`${url}/v1/enrol`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ secret, key }),
  })
