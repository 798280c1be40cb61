/** nginx in front of a cloud: it keeps what never changes, and edges that come through it follow as ever. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { findPeer, peer } from '../testing/peers.ts'
import { startNode, temporaryFolder } from '../testing/process.ts'
import { addresses } from './addresses.ts'
import { answersFor, ask, report, settledHead } from './asking.ts'

/** The block that docs/edge.md tells operators to copy, with what a test needs around it. */
function configuration(folder: string, port: number, cloud: string): string {
  const page = readFileSync(new URL('../docs/edge.md', import.meta.url), 'utf8')
  const block = /```nginx\n([\s\S]*?)```/
    .exec(page)![1]!
    .replaceAll('http://127.0.0.1:7080', cloud)
    .replaceAll('/var/cache/nginx/tocsin', join(folder, 'cache'))
    .replace('listen 8080;', `listen 127.0.0.1:${port};\n    access_log ${folder}/access.log fetched;`)
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  const own = kinds.map(kind => `${kind}_temp_path ${folder}/${kind};`).join('\n')
  return [
    `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;`,
    'events {}',
    `http {\nlog_format fetched "$request_uri $upstream_cache_status";\n${own}\n${block}}`,
  ].join('\n')
}

/** A port that was free a moment ago; nginx takes no port 0. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

test(
  'edges follow a cloud through nginx, which gives the files of the second from its cache',
  peer('nginx'),
  async () => {
    using folder = temporaryFolder()
    await using cloud = await startNode(join(folder.path, 'cloud'), ['--starter', 'off'])
    await ask(cloud, '/v1/sources/list/list', {
      method: 'PUT',
      body: addresses(5000).join('\n'),
      headers: { 'content-type': 'text/plain' },
    })
    const port = await freePort()
    const place = join(folder.path, 'nginx')
    mkdirSync(place)
    writeFileSync(join(place, 'nginx.conf'), configuration(place, port, cloud.http))
    const nginx = spawn(findPeer('nginx')!, ['-p', place, '-c', 'nginx.conf'], { stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    nginx.stderr.on('data', (piece: Buffer) => (said += piece.toString()))
    const ended = once(nginx, 'exit')
    try {
      const through = `http://127.0.0.1:${port}`
      while (
        !(await fetch(`${through}/healthz`).then(
          ({ ok }) => ok,
          () => false,
        ))
      ) {
        if (nginx.exitCode !== null) throw new Error(`nginx ended: ${said}`)
      }
      await using first = await startNode(join(folder.path, 'first'), ['--upstream', through], 'edge')
      await using second = await startNode(join(folder.path, 'second'), ['--upstream', through], 'edge')
      await report(cloud, [{ subject: 'ip:198.18.7.9', kind: 'listed-botnet', confidence: 1 }])
      const head = await settledHead(cloud)
      for (const edge of [first, second]) {
        while ((await ask<State>(edge, '/v1/edge')).head.sequence < head.sequence);
        assert.deepEqual((await ask<State>(edge, '/v1/edge')).head.stateHash, head.stateHash)
        assert.equal((await answersFor(edge, ['ip:198.18.7.9']))[0]!.action, 'block')
        assert.equal((await ask<State>(edge, '/v1/edge')).isPushed, true)
      }
    } finally {
      nginx.kill('SIGTERM')
      await ended
    }
    const files = readFileSync(join(place, 'access.log'), 'utf8')
      .split('\n')
      .filter(line => line.startsWith('/v1/book/files/'))
    const [hits, misses] = ['HIT', 'MISS'].map(status => files.filter(line => line.endsWith(` ${status}`)).length)
    assert.ok(misses! > 0 && hits! > 0, `${hits} hits and ${misses} misses of ${files.length} files`)
    // Each file was fetched from the cloud once, and never again.
    assert.equal(new Set(files.map(line => line.split(' ')[0])).size, misses)
  },
)

interface State {
  readonly head: { readonly sequence: number; readonly stateHash: object }
  readonly isPushed: boolean
}
