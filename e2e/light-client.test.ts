/** The light client's example in the runtimes that it is meant for, against a node that blocks two things. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { HashServer, LocalList, LocalLookup } from '@tocsin/client/list'
import { type Pages, servePages } from '../examples/light-client/pages.ts'
import { type Browser, startChromium } from '../testing/chromium.ts'
import { findPeer, peer } from '../testing/peers.ts'
import { type NodeProcess, startNode, temporaryFolder, tocsin } from '../testing/process.ts'
import { settledHead } from './asking.ts'

const PROGRAM = fileURLToPath(new URL('../examples/light-client/check.ts', import.meta.url))
const URLS = ['http://www.bad.example/login?x=1', 'http://host.example/evil/x', 'http://good.example/']
const LIMIT_MS = 60_000

/** A page that tries all that a page of another origin might, and says what it could read. */
const TRIES = `<!doctype html><link rel="icon" href="data:,"><pre id="answer"></pre><script type="module">
const [, node] = location.search.split('node=')
const key = { authorization: 'Bearer none' }
const tries = {
  lookup: ['/v1/reputation?subject=domain:bad.example'],
  batch: ['/v1/reputation', { method: 'POST', body: '{"subjects":["domain:bad.example"]}', headers: { 'content-type': 'application/json' } }],
  list: ['/v5/hashList/tocsin-all-4b'],
  keyed: ['/v5/hashLists', { headers: key }],
  status: ['/v1/status'],
  head: ['/v1/book/head'],
  keys: ['/v1/keys', { headers: key }],
  evidence: ['/v1/evidence', { method: 'POST', body: '[]' }],
  description: ['/openapi.json'],
}
const told = {}
for (const [name, [path, init]] of Object.entries(tries)) {
  told[name] = await fetch(node + path, init).then(({ status }) => status, () => 'closed')
}
document.getElementById('answer').textContent = JSON.stringify(told)
</script>`

interface Shown {
  readonly answer: { readonly outcome: string; readonly matched?: string; readonly by: string }
  readonly threats: number
}

describe('the light client', () => {
  const folder = temporaryFolder()
  let node: NodeProcess
  let pages: Pages

  before(async () => {
    node = await startNode(join(folder.path, 'data'), ['--starter', 'off'])
    const list = join(folder.path, 'list.txt')
    writeFileSync(list, 'bad.example\nhttp://host.example/evil/\n')
    const reach = ['--server', node.http, '--key', node.adminKey, '--source', 'trial']
    const imported = await tocsin(['import', list, ...reach])
    assert.equal(imported.code, 0, imported.err)
    await settledHead(node)
    pages = await servePages(0, { '/tries.html': TRIES })
  })
  after(async () => {
    await pages[Symbol.asyncDispose]()
    await node[Symbol.asyncDispose]()
    folder[Symbol.dispose]()
  })

  /** What the program prints, a line for each URL. */
  async function shown(runtime: string, ...args: readonly string[]): Promise<readonly Shown[]> {
    const { out, code } = await run(runtime, [...args, PROGRAM, ...URLS], { TOCSIN_SERVER: node.http })
    assert.equal(code, 1, out)
    return out
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Shown)
  }

  function assertKnown(all: readonly Shown[]): void {
    assert.deepEqual(
      all.map(({ answer: { outcome, by, matched }, threats }) => [outcome, by, matched, threats]),
      [
        ['listed', 'server', 'domain:bad.example', 2],
        ['listed', 'server', 'url:host.example/evil/', 2],
        ['not-listed', 'list', undefined, 2],
      ],
    )
  }

  /** What a page shows when it has its answer. */
  async function browsed(browser: Browser, path: string): Promise<unknown> {
    const address = new URL(path, pages.url).href
    return JSON.parse(await browser.shows(address, "document.getElementById('answer')?.textContent")) as unknown
  }

  it('runs in Node', async () => {
    assertKnown(await shown(process.execPath))
  })

  it('runs in Deno, with the network of one node and nothing else', peer('deno'), async () => {
    const rights = ['--no-lock', '--no-prompt', '--allow-env', `--allow-net=${new URL(node.http).host}`]
    assertKnown(await shown(findPeer('deno')!, 'run', ...rights))
  })

  it('runs in Bun', peer('bun'), async () => {
    assertKnown(await shown(findPeer('bun')!))
  })

  it('runs in a page of another origin', peer('chromium'), async () => {
    await using browser = await startChromium(join(folder.path, 'profile'))
    const all: Shown[] = []
    for (const url of URLS) {
      const query = new URLSearchParams({ server: node.http, url })
      all.push((await browsed(browser, `index.html?${query.toString()}`)) as Shown)
    }
    assertKnown(all)
  })

  it('is all that a page of another origin may do', peer('chromium'), async () => {
    await using browser = await startChromium(join(folder.path, 'profile'))
    assert.deepEqual(await browsed(browser, `/tries.html?node=${node.http}`), {
      lookup: 200,
      batch: 200,
      list: 200,
      keyed: 401,
      status: 'closed',
      head: 'closed',
      keys: 'closed',
      evidence: 'closed',
      description: 'closed',
    })
  })

  it('asks the edge at hand, the cloud when that is gone, and remembers what nobody could say', async () => {
    await using edge = await startNode(join(folder.path, 'edge'), ['--upstream', node.http], 'edge')
    const addresses = [edge, node].map(({ http }) => ({ url: http }))
    const server = new HashServer({ servers: addresses })
    const list = new LocalList()
    const lookup = new LocalLookup({
      lists: [list],
      server,
      suffixes: { registrableDomain: host => host.split('.').slice(-2).join('.') },
      clock: Date.now,
    })
    assert.equal(await list.update(server, Date.now()), 'updated')
    const asked = async (url: string) => {
      const { outcome, by, server: name } = await lookup.check(url)
      return [outcome, by, name]
    }
    assert.deepEqual(await asked('bad.example'), ['listed', 'server', edge.http])
    await edge.end('SIGKILL')
    assert.deepEqual(await asked('http://host.example/evil/'), ['listed', 'server', node.http])
    // What one node said of the list, another understands.
    assert.equal(await list.update(server, list.dueAt), 'unchanged')

    const cut = new LocalLookup({
      lists: [list],
      server: new HashServer({ servers: [addresses[0]!, { url: 'http://127.0.0.1:9' }] }),
      suffixes: { registrableDomain: host => host },
      clock: Date.now,
    })
    assert.equal((await cut.check('bad.example')).outcome, 'unsure')
    assert.deepEqual(cut.waiting, ['bad.example'])
  })

  it('is sent on by an edge that mirrors addresses alone', async () => {
    await using edge = await startNode(join(folder.path, 'part'), ['--upstream', node.http, '--types', 'ip'], 'edge')
    const server = new HashServer({ servers: [{ url: edge.http }, { url: node.http }] })
    assert.equal((await server.search([1])).server, node.http)
    await assert.rejects(new HashServer({ server: edge.http }).search([1]), { code: 'unavailable', status: 503 })
  })

  it('goes on with the next server where the preferred is away, and says when none answers', async () => {
    // Port 9 is "discard", to which nothing listens on a machine of today.
    const away = 'http://127.0.0.1:9'
    const second = await run(process.execPath, [PROGRAM, URLS[0]!], { TOCSIN_SERVER: `${away},${node.http}` })
    assert.equal((JSON.parse(second.out) as { answer: { server: string } }).answer.server, node.http)
    const none = await run(process.execPath, [PROGRAM, URLS[2]!], { TOCSIN_SERVER: `${away},${away}` })
    assert.equal(none.code, 4)
    assert.equal((JSON.parse(none.out) as Shown).answer.outcome, 'unsure')
  })
})

function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly out: string; readonly code: number }> {
  const options = { env: { ...process.env, TOCSIN_KEY: '', ...env }, timeout: LIMIT_MS }
  return new Promise((resolve, reject) => {
    execFile(program, args, options, (error, out, err) => {
      const code = error === null ? 0 : error.code
      if (typeof code === 'number') resolve({ out, code })
      else reject(new Error(`${program} did not end by itself: ${error!.message}\n${out}${err}`))
    })
  })
}
