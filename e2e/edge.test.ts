/** A cloud and an edge as programs of their own: what one is told, the other refuses, with the cloud unplugged, too. */
import assert from 'node:assert/strict'
import { Resolver } from 'node:dns/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { WireAnswer } from '@tocsin/core/wire'
import { type NodeProcess, startNode, temporaryFolder } from '../testing/process.ts'
import { addresses } from './addresses.ts'
import { answersFor, ask, report, settledHead } from './asking.ts'

interface EdgeState {
  readonly state: 'fresh' | 'stale' | 'unavailable'
  readonly head: { readonly sequence: number; readonly stateHash: object; readonly entries: object }
  readonly upstreams: readonly { readonly state: string }[]
  readonly rounds: { readonly failed: number }
  readonly isPushed: boolean
}

const stateOf = (edge: NodeProcess) => ask<EdgeState>(edge, '/v1/edge')

/** Asks again until something holds; the test's own time limit ends what never does. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds()));
}

const startEdge = (data: string, upstream: string, args: readonly string[] = []) =>
  startNode(data, ['--upstream', upstream, ...args], 'edge')

/** The addresses that the DNS door of a node lists an address with; none where it is not listed. */
async function listings(node: NodeProcess, address: string): Promise<string[]> {
  const resolver = new Resolver()
  resolver.setServers([`${node.dnsHost}:${node.dnsPort}`])
  try {
    return await resolver.resolve4(`${address.split('.').toReversed().join('.')}.ip.rep.test`)
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ENOTFOUND')
    return []
  }
}

/** Addresses alone, and nobody is asked about the rest. */
const ONE_TYPE = ['--types', 'ip', '--ask-unmirrored', 'off']

const BAD = '198.18.7.9'
const detected = (address: string) => ({ subject: `ip:${address}`, kind: 'listed-botnet', confidence: 1 })

describe('an edge', () => {
  it('refuses what its cloud was told, goes on without it and says so, and follows it again', async () => {
    using folder = temporaryFolder()
    const cloudData = join(folder.path, 'cloud')
    const cloud = await startNode(cloudData, ['--starter', 'off'])
    await using edge = await startEdge(join(folder.path, 'edge'), cloud.http, ['--stale-after-seconds', '1'])
    assert.deepEqual(await listings(edge, BAD), [])
    await report(cloud, [detected(BAD)])
    const head = await settledHead(cloud)
    await until(async () => (await stateOf(edge)).head.sequence >= head.sequence)
    assert.ok((await listings(edge, BAD)).includes('127.0.0.2'))
    assert.deepEqual((await stateOf(edge)).head.stateHash, head.stateHash)
    const explained = await ask<{ readonly contributions: readonly object[] }>(edge, `/v1/explain/ip/${BAD}`)
    assert.ok(explained.contributions.length > 1)

    const port = new URL(cloud.http).port
    await cloud.end('SIGKILL')
    await until(async () => (await stateOf(edge)).state === 'stale')
    const [answer] = await answersFor(edge, [`ip:${BAD}`])
    assert.deepEqual([answer!.verdict, answer!.action, answer!.state], ['dangerous', 'block', 'stale'])
    assert.ok((await listings(edge, BAD)).includes('127.0.0.2'))

    await using again = await startNode(cloudData, ['--starter', 'off', '--http', `127.0.0.1:${port}`])
    await report(again, [detected('198.18.7.10')])
    await until(async () => (await listings(edge, '198.18.7.10')).length > 0)
    assert.equal((await stateOf(edge)).upstreams[0]!.state, 'up')
  })

  it('is at its last good state after a kill in the middle, and where its cloud is a moment later', async () => {
    using folder = temporaryFolder()
    await using cloud = await startNode(join(folder.path, 'cloud'), ['--starter', 'off'])
    const data = join(folder.path, 'edge')
    const importing = ask(cloud, '/v1/sources/list/list', {
      method: 'PUT',
      body: addresses(20_000).join('\n'),
      headers: { 'content-type': 'text/plain' },
    })
    for (let kill = 0; kill < 3; kill++) {
      const edge = await startEdge(data, cloud.http)
      await until(async () => (await stateOf(edge)).head.sequence > kill)
      await edge.end('SIGKILL')
    }
    await importing
    const head = await settledHead(cloud)
    await using edge = await startEdge(data, cloud.http)
    await until(async () => (await stateOf(edge)).head.sequence >= head.sequence)
    assert.deepEqual((await stateOf(edge)).head.stateHash, head.stateHash)
  })

  it('says nothing of types that it does not mirror, and refuses the folder of a node that scores', async () => {
    using folder = temporaryFolder()
    const cloudData = join(folder.path, 'cloud')
    await using cloud = await startNode(cloudData, ['--starter', 'off'])
    await report(cloud, [detected(BAD), { subject: 'domain:bad.example', kind: 'listed-phishing', confidence: 1 }])
    const head = await settledHead(cloud)
    await using edge = await startEdge(join(folder.path, 'edge'), cloud.http, ONE_TYPE)
    await until(async () => (await stateOf(edge)).head.sequence >= head.sequence)
    const [address, domain] = (await answersFor(edge, [`ip:${BAD}`, 'domain:bad.example'])) as [WireAnswer, WireAnswer]
    assert.deepEqual([address.action, address.state], ['block', 'fresh'])
    assert.equal(domain.state, 'unavailable')
    const resolver = new Resolver()
    resolver.setServers([`${edge.dnsHost}:${edge.dnsPort}`])
    await assert.rejects(resolver.resolve4('bad.example.domain.rep.test'), { code: 'ESERVFAIL' })
    assert.deepEqual(await listings(edge, '198.18.7.200'), [])
    await cloud.end('SIGTERM')
    await assert.rejects(startEdge(cloudData, edge.http), /it must be a folder of its own/)
  })
})
