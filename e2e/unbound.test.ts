/** A resolver of a real mail site in front of a node: Unbound, in the configuration of docs/mail.md. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { findPeer, peer } from '../testing/peers.ts'
import { type NodeProcess, startNode, temporaryFolder } from '../testing/process.ts'
import { report, settledHead } from './asking.ts'

const PAGE = readFileSync(join(import.meta.dirname, '../docs/mail.md'), 'utf8')

/** The page's own lines, for the node and the zone of the test. */
function zonesOf(node: NodeProcess): string {
  const lines = /```yaml\n# unbound\.conf\n([^]*?)```/.exec(PAGE)![1]!
  return lines.replaceAll('tocsin.internal', 'rep.test').replace('127.0.0.1@7053', `${node.dnsHost}@${node.dnsPort}`)
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  await new Promise<void>(resolve => void socket.close(() => resolve()))
  return port
}

interface Running extends AsyncDisposable {
  readonly resolver: Resolver
  /** Questions that went on to the node. */
  asked(): number
}

async function startUnbound(folder: string, node: NodeProcess): Promise<Running> {
  const port = await freePort()
  const file = join(folder, 'unbound.conf')
  // What the test adds: its port, no change of user or root, its own zone ("test" is nobody's by default), strictness.
  const own = `
server:
  interface: 127.0.0.1
  port: ${port}
  username: ""
  chroot: ""
  directory: "${folder}"
  pidfile: ""
  use-syslog: no
  log-queries: no
  module-config: "iterator"
  qname-minimisation: yes
  qname-minimisation-strict: yes
  local-zone: "test." nodefault
  verbosity: 4
`
  writeFileSync(file, own + zonesOf(node))
  const child: ChildProcess = spawn(findPeer('unbound')!, ['-d', '-c', file], { stdio: ['ignore', 'ignore', 'pipe'] })
  let log = ''
  child.stderr!.on('data', (piece: Buffer) => (log += piece.toString()))
  const exited = once(child, 'exit')
  while (!log.includes('start of service')) {
    assert.equal(child.exitCode, null, log)
    await wait(50)
  }
  const resolver = new Resolver({ timeout: 3000, tries: 2 })
  resolver.setServers([`127.0.0.1:${port}`])
  return {
    resolver,
    asked: () => log.split('sending query:').length - 1,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await exited
    },
  }
}

describe('Unbound', () => {
  it('resolves listings with strict QNAME minimisation, and keeps answers of both kinds', peer('unbound'), async () => {
    using folder = temporaryFolder()
    await using node = await startNode(join(folder.path, 'data'), ['--starter', 'off'])
    await report(node, [
      { subject: 'ip:203.0.113.7', kind: 'listed-spam' },
      { subject: 'ip:2001:db8::7', kind: 'listed-spam' },
      { subject: 'domain:a.b.bad.example', kind: 'listed-phishing' },
    ])
    await settledHead(node)
    await using unbound = await startUnbound(folder.path, node)
    const { resolver } = unbound

    const nibbles = `7${'.0'.repeat(23)}.8.b.d.0.1.0.0.2`
    const sorted = async (name: string) => (await resolver.resolve4(`${name}.rep.test`)).sort()
    assert.deepEqual(await sorted('7.113.0.203.ip'), ['127.0.0.2', '127.0.0.21', '127.0.0.3'])
    assert.deepEqual(await sorted(`${nibbles}.ip`), ['127.0.0.2', '127.0.0.21', '127.0.0.3'])
    assert.deepEqual(await sorted('a.b.bad.example.domain'), ['127.0.1.2', '127.0.1.4'])
    assert.match((await resolver.resolveTxt('7.113.0.203.ip.rep.test')).flat().join(''), /listed by tocsin/)

    await assert.rejects(resolver.resolve4('8.113.0.203.ip.rep.test'), { code: 'ENOTFOUND' })
    const before = unbound.asked()
    assert.ok(before > 0)
    await assert.rejects(resolver.resolve4('8.113.0.203.ip.rep.test'), { code: 'ENOTFOUND' })
    await sorted('7.113.0.203.ip')
    assert.equal(unbound.asked(), before)
  })
})
