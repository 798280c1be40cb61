/** Files of a tree: hashed for the first time, and again; against the programs that only hash, and one that has a list. */
import { createHash } from 'node:crypto'
import { accessSync, constants, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { randomNumbers } from '../ask/lists.ts'
import type { Bench, Figure } from '../harness/bench.ts'
import { memoryBytes, start } from '../harness/processes.ts'
import type { Rival, Row } from '../harness/rows.ts'
import { sampleOf } from '../harness/samples.ts'

const MAIN = fileURLToPath(new URL('../../packages/server/bin/tocsin.js', import.meta.url))

const FILES = 20_000
const FILE_BYTES = 102_400
const FOLDER_FILES = 200

/** Files must have rested three seconds before their hashes are remembered. */
const REST_MS = 3500

/** How often the memory of a program is looked at, in milliseconds; what is read is its peak so far. */
const LOOK_MS = 20

/** What a program took. */
interface Taken {
  readonly seconds: number
  readonly peakBytes: number
}

/** Both cores are everybody's: each of these programs uses two threads or processes. */
export const scan: Figure = {
  name: 'scan',
  about: 'a warm tree of 2 GB in 20,000 files (--quick: 2,000), against sha256sum, openssl and clamscan',
  async measure(bench, add) {
    const count = bench.quick ? FILES / 10 : FILES
    const tree = makeTree(bench, count)
    const lists = makeLists(bench)
    await new Promise(resolve => setTimeout(resolve, REST_MS))
    const cache = bench.scratch('scan-cache')
    const ours = (...words: string[]) => [process.execPath, MAIN, 'scan', ...words]
    const runs: Record<'first' | 'second' | 'sha256sum' | 'openssl', Taken[]> = {
      first: [],
      second: [],
      sha256sum: [],
      openssl: [],
    }
    await taken(['sh', '-c', 'find "$1" -type f -exec cat {} + > /dev/null', 'sh', tree])
    for (let round = 1; round <= bench.rounds; round++) {
      rmSync(cache, { recursive: true, force: true })
      runs.first.push(await taken(ours(tree, '--list', lists.few, '--cache', cache)))
      runs.second.push(await taken(ours(tree, '--list', lists.few, '--cache', cache)))
      runs.sha256sum.push(await taken(byTwo(tree, 'sha256sum')))
      runs.openssl.push(await taken(byTwo(tree, 'openssl dgst -sha256')))
      const shown = Object.entries(runs).map(([name, all]) => `${name} ${all.at(-1)!.seconds.toFixed(2)} s`)
      bench.say(`round ${round}: ${shown.join(', ')}`)
    }
    const speed = (all: readonly Taken[]) => sampleOf(all.map(({ seconds }) => (count * FILE_BYTES) / 1e6 / seconds))
    const first = {
      what: `Scan of ${count.toLocaleString('en')} files, nothing remembered`,
      unit: 'MB/s',
      ours: speed(runs.first),
    }
    const sums = { name: 'xargs -P2 sha256sum', sample: speed(runs.sha256sum) }
    const openssl = { name: 'xargs -P2 openssl dgst -sha256', sample: speed(runs.openssl) }
    add({ ...first, rival: sums, target: { of: 'ratio', atLeast: 1.6 } })
    add({ ...first, rival: openssl, target: { of: 'ratio', atLeast: 0.9 } })
    const gain = runs.second.map(({ seconds }, round) => runs.first[round]!.seconds / seconds)
    add({
      what: 'Second scan, nothing changed: so many times faster',
      unit: '×',
      ours: sampleOf(gain),
      target: { of: 'ours', atLeast: 8 },
    })
    await againstClam(bench, add, { tree, lists, ours })
  },
}

interface Contest {
  readonly tree: string
  readonly lists: ReturnType<typeof makeLists>
  readonly ours: (...words: string[]) => readonly string[]
}

/** The same million hashes for both; clamscan has one thread, and ours is given two as it comes. */
async function againstClam(bench: Bench, add: (row: Row) => void, { tree, lists, ours }: Contest): Promise<void> {
  const clam = found('clamscan')
  const one = join(tree, '0', '0')
  const words = (path: string) => ours(path, '--list', lists.many, '--no-cache')
  const clamWords = (path: string) => [clam!, '-r', '-d', lists.clam, '--no-summary', '--infected', path]
  const mine: Taken[][] = [[], []]
  const theirs: Taken[][] = [[], []]
  for (let round = 1; round <= bench.rounds; round++) {
    for (const [at, path] of [tree, one].entries()) {
      mine[at]!.push(await taken(words(path)))
      if (clam !== undefined) theirs[at]!.push(await taken(clamWords(path), [0, 1]))
    }
    const shown = [...mine, ...theirs].map(all => all.at(-1)?.seconds.toFixed(2) ?? 'missing')
    bench.say(
      `round ${round}, a million hashes: ours ${shown[0]} s and ${shown[1]} s, clamscan ${shown[2]} and ${shown[3]}`,
    )
  }
  const rival = (of: (taken: Taken) => number, at: number): Rival =>
    clam === undefined
      ? { name: 'clamscan', missing: '"clamscan" is not installed: apt-get install clamav' }
      : { name: 'clamscan', sample: sampleOf(theirs[at]!.map(of)) }
  const row = (what: string, unit: string, of: (taken: Taken) => number, at: number, atMost: number): Row => ({
    what: `${what}, a list of ${lists.count.toLocaleString('en')} hashes`,
    unit,
    ours: sampleOf(mine[at]!.map(of)),
    rival: rival(of, at),
    target: { of: 'ratio', atMost },
  })
  add(row('Scan of the tree', 's', ({ seconds }) => seconds, 0, 0.2))
  add(row('Its memory at most', 'MB', ({ peakBytes }) => peakBytes / 1e6, 0, 1))
  add(row('Scan of one file', 's', ({ seconds }) => seconds, 1, 0.2))
}

function byTwo(tree: string, program: string): readonly string[] {
  return ['sh', '-c', `find "$1" -type f -print0 | xargs -0 -P2 ${program} > /dev/null`, 'sh', tree]
}

/** Runs a program to its end. */
async function taken([program, ...args]: readonly string[], codes: readonly number[] = [0]): Promise<Taken> {
  const startedAt = performance.now()
  await using running = start(program!, args, { core: 'any' })
  let peakBytes = 0
  const look = setInterval(() => {
    try {
      peakBytes = Math.max(peakBytes, memoryBytes(running.pid, 'VmHWM') || 0)
    } catch {
      // It has ended just now.
    }
  }, LOOK_MS)
  const code = await running.exited
  clearInterval(look)
  if (!codes.includes(code as number))
    throw new Error(`Cannot finish "${program}": ended with ${code}, saying "${running.errors()}"`)
  return { seconds: (performance.now() - startedAt) / 1000, peakBytes }
}

/** Files that differ, of bytes that do not compress. */
function makeTree(bench: Bench, count: number): string {
  const tree = bench.scratch('scan-tree')
  const random = randomNumbers(20261122)
  const block = Buffer.alloc(2 ** 20)
  for (let at = 0; at < block.length; at++) block[at] = random() * 256
  for (let file = 0; file < count; file++) {
    const folder = join(tree, `${Math.floor(file / FOLDER_FILES)}`)
    if (file % FOLDER_FILES === 0) mkdirSync(folder, { recursive: true })
    const begin = Math.floor(random() * (block.length - FILE_BYTES))
    const content = Buffer.from(block.subarray(begin, begin + FILE_BYTES))
    content.writeUInt32LE(file)
    writeFileSync(join(folder, `${file % FOLDER_FILES}`), content)
  }
  return tree
}

/** Lists of hashes that none of the files has: a few, and many in our form and in that of ClamAV, with `*` for sizes. */
function makeLists(bench: Bench) {
  const lists = { few: bench.scratch('few.txt'), many: bench.scratch('many.txt'), clam: bench.scratch('many.hsb') }
  const hashes = Array.from({ length: bench.listed }, (_, n) =>
    createHash('sha256').update(`listed ${n}`).digest('hex'),
  )
  writeFileSync(lists.few, `${hashes[0]}\n`)
  writeFileSync(lists.many, `${hashes.join('\n')}\n`)
  // 73 is the least engine that knows the asterisk.
  writeFileSync(lists.clam, hashes.map(hash => `${hash}:*:Listed:73\n`).join(''))
  return { ...lists, count: hashes.length }
}

function found(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return folders
    .map(folder => join(folder, name))
    .find(path => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}
