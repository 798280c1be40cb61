/** Serves the page and the sources that it imports, their types stripped: what a build would do, in a few lines. */
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire, stripTypeScriptTypes } from 'node:module'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const HERE = '/examples/light-client/'

/** Nothing else of the repository is served: sources of the packages, and this folder. */
const SERVED = /^\/(packages\/(core|client)\/src|examples\/light-client)\/([\w-]+\/)*[\w-]+\.(ts|js|html)$/

/** The Public Suffix List is the caller's; here it comes from a package, as one file for browsers. */
const SUFFIXES = '/tldts.js'

const TYPES: Readonly<Record<string, string>> = {
  ts: 'text/javascript; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  html: 'text/html; charset=utf-8',
}

/** A server of the page. */
export interface Pages extends AsyncDisposable {
  /** The address of the page: `http://127.0.0.1:40123/examples/light-client/index.html`. */
  readonly url: string
}

/** Begins to serve on the loopback address; port 0 takes a free one. `more` has pages of the caller's, by path. */
export async function servePages(port: number, more: Readonly<Record<string, string>> = {}): Promise<Pages> {
  const imports = await importMap()
  const server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0]!
    textOf(path, imports, more).then(
      text => {
        response.writeHead(200, { 'content-type': TYPES[path.split('.').at(-1)!]! }).end(text)
      },
      () => {
        response.writeHead(404).end()
      },
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve)
  })
  const bound = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${bound.port}${HERE}index.html`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

async function textOf(path: string, imports: string, more: Readonly<Record<string, string>>): Promise<string> {
  if (Object.hasOwn(more, path)) return more[path]!
  if (path === SUFFIXES) return await readFile(join(dirname(suffixPackage()), 'dist/index.esm.min.js'), 'utf8')
  if (!SERVED.test(path)) throw new Error(`Cannot serve ${path}: it is no part of the page`)
  const text = await readFile(join(ROOT, path), 'utf8')
  if (path.endsWith('.ts')) return stripTypeScriptTypes(text)
  return text.replace('<!-- imports -->', `<script type="importmap">${imports}</script>`)
}

/** What a browser has to be told that Node reads in each package: which file a name stands for. */
async function importMap(): Promise<string> {
  const imports: Record<string, string> = { tldts: SUFFIXES }
  for (const name of ['core', 'client']) {
    const manifest = JSON.parse(await readFile(join(ROOT, 'packages', name, 'package.json'), 'utf8')) as {
      readonly exports: Readonly<Record<string, string>>
    }
    for (const [entry, file] of Object.entries(manifest.exports)) {
      imports[join(`@tocsin/${name}`, entry)] = join('/packages', name, file)
    }
  }
  return JSON.stringify({ imports })
}

function suffixPackage(): string {
  return createRequire(import.meta.url).resolve('tldts/package.json')
}
