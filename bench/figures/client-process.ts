/** The light client, in a process of its own: `node client-process.ts THREATS URLS ROUNDS` prints JSON. */
import { readFileSync } from 'node:fs'
import { createRequire, stripTypeScriptTypes } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { CompactList, LocalList, LocalLookup, urlHashes } from '@tocsin/client/list'
import { getDomain } from 'tldts'
import { randomNumbers, subjects } from '../ask/lists.ts'

/** What the process prints; times have an entry for each round. */
export interface ClientOutcome {
  readonly bytesPerThreat: number
  /** Of a prefix that is asked for by itself. */
  readonly nanosecondsPerPrefix: readonly number[]
  /** Of a URL that is on no list, by its expressions: parsed, hashed, looked up. */
  readonly microsecondsPerUrl: readonly number[]
  /** Of a URL of 30 expressions, the most there are. */
  readonly microsecondsPerLongUrl: readonly number[]
  /** Of a URL whose threat was asked about before. */
  readonly microsecondsPerListed: readonly number[]
  /** To take a whole list, checksum and all, once its prefixes are read. */
  readonly millisecondsPerList: readonly number[]
  /** All files that `@tocsin/client/list` imports, whole, without types and comments. */
  readonly gzipBytes: number
}

const PREFIXES_ASKED = 1_000_000

const threats = Number(process.argv[2])
const urls = Number(process.argv[3])
const rounds = Number(process.argv[4])
const random = randomNumbers(20261122)
const suffixes = { registrableDomain: (host: string) => getDomain(host, { allowPrivateDomains: true }) ?? undefined }

/** Domains of the list, and URLs that are not on it: a path of two parts and a query. */
const { listed, unlisted } = subjects('domain', threats, urls)
const plain = unlisted.map(host => `https://www.${host}/shop/item-${Math.floor(random() * 1e6)}.html?from=mail`)
const long = unlisted.slice(0, urls / 10).map(host => `http://a.b.c.d.e.${host}/1/2/3/4/5/page.html?query=1`)
const prefixOfHost = (host: string): number => {
  const hashed = urlHashes(host, suffixes)
  if (!hashed.ok) throw new Error(hashed.problem.message)
  return hashed.value.hashes.at(-1)!.prefix
}
const prefixes = Uint32Array.from(new Set(listed.map(prefixOfHost))).sort()
const checksum = new CompactList(prefixes).checksum()
const update = {
  name: 'tocsin-all-4b',
  version: Uint8Array.of(1),
  partial: false,
  additions: prefixes,
  removals: new Uint32Array(),
  waitSeconds: 60,
  checksum,
}

/** Mean time of one, in microseconds. */
async function timed(count: number, run: () => void | Promise<void>): Promise<number> {
  const startedAt = performance.now()
  await run()
  return (1000 * (performance.now() - startedAt)) / count
}

const list = new LocalList()
const millisecondsPerList: number[] = []
for (let round = 0; round < rounds; round++) {
  const fresh = new LocalList()
  const spent = await timed(1, async () => {
    await fresh.update({ list: async () => update }, 0)
  })
  millisecondsPerList.push(spent / 1000)
}
await list.update({ list: async () => update }, 0)

const found = { state: 'fresh', cacheSeconds: 86_400 } as const
const lookup = new LocalLookup({
  lists: [list],
  // Whoever asks is told what it asked for: the full hashes of the first hosts of the list.
  server: { search: async asked => ({ ...found, hashes: asked.flatMap(prefix => known.get(prefix) ?? []) }) },
  suffixes,
  clock: () => 0,
})
const bad = listed.slice(0, Math.min(1000, listed.length))
const known = new Map(
  bad.map(host => {
    const hashed = urlHashes(host, suffixes)
    if (!hashed.ok) throw new Error(hashed.problem.message)
    const { hash, prefix } = hashed.value.hashes.at(-1)!
    return [prefix, [{ hash, threats: ['MALWARE'] }]]
  }),
)

async function checkAll(asked: readonly string[], outcome: 'listed' | 'not-listed'): Promise<void> {
  let others = 0
  for (const url of asked) if ((await lookup.check(url)).outcome !== outcome) others++
  // A made-up host may hang below one that is listed; more than a few would be an error.
  if (others > asked.length / 100) throw new Error(`Cannot trust the client: ${others} URLs are not ${outcome}`)
}

const drawn = Uint32Array.from({ length: PREFIXES_ASKED }, () => random() * 2 ** 32)
const outcome = {
  nanosecondsPerPrefix: [] as number[],
  microsecondsPerUrl: [] as number[],
  microsecondsPerLongUrl: [] as number[],
  microsecondsPerListed: [] as number[],
}
const held = list.list
let hits = 0
await checkAll(plain.slice(0, 1000), 'not-listed')
await checkAll(bad, 'listed')
for (let round = 0; round < rounds; round++) {
  const perPrefix = await timed(drawn.length, () => {
    for (const prefix of drawn) if (held.has(prefix)) hits++
  })
  outcome.nanosecondsPerPrefix.push(1000 * perPrefix)
  outcome.microsecondsPerUrl.push(await timed(plain.length, () => checkAll(plain, 'not-listed')))
  outcome.microsecondsPerLongUrl.push(await timed(long.length, () => checkAll(long, 'not-listed')))
  outcome.microsecondsPerListed.push(await timed(bad.length, () => checkAll(bad, 'listed')))
}
if (hits > rounds * drawn.length) throw new Error('Cannot be: more prefixes were found than asked for')

/** Every source that a file imports by value, itself included; packages of ours are followed, others are not. */
function sourcesFrom(path: string, seen: Map<string, string>): Map<string, string> {
  if (seen.has(path)) return seen
  const text = withoutComments(stripTypeScriptTypes(readFileSync(path, 'utf8')))
  seen.set(path, text)
  for (const [, name = ''] of text.matchAll(/^(?:import|export)\b[^'";]*?\bfrom '([^']+)'/gm)) {
    if (name.startsWith('.')) sourcesFrom(join(dirname(path), name), seen)
    else if (name.startsWith('@tocsin/')) sourcesFrom(createRequire(path).resolve(name), seen)
  }
  return seen
}

/** Comments that have lines of their own, as all have in these files, and the blanks that types leave. */
function withoutComments(text: string): string {
  const code = text.replaceAll(/^\s*\/\*[^]*?\*\/\s*?$/gm, '').replaceAll(/^\s*\/\/.*$/gm, '')
  return code.replaceAll(/[ \t]+$/gm, '').replaceAll(/\n{2,}/g, '\n')
}

const entry = fileURLToPath(import.meta.resolve('@tocsin/client/list'))
const gzipBytes = gzipSync([...sourcesFrom(entry, new Map()).values()].join('\n'), { level: 9 }).length
const printed: ClientOutcome = { bytesPerThreat: held.bytes / held.size, ...outcome, millisecondsPerList, gzipBytes }
console.log(JSON.stringify(printed))
