/** Neighbours among digests, in a process of its own: `node similarity-process.ts DIGESTS ROUNDS` prints JSON. */
import { createHash } from 'node:crypto'
import {
  brandTlsh,
  loadIndex,
  NEAR,
  saveIndex,
  TLSH_BYTES,
  type Tlsh,
  TlshIndex,
  tlshDistance,
  tlshOf,
} from '@tocsin/core/similarity'
import { randomNumbers } from '../ask/lists.ts'
import { quantile } from '../harness/samples.ts'
import { FileMaker } from './similarity-files.ts'

/** What the process prints. */
export interface SimilarityOutcome {
  /** Milliseconds of a search, one entry for each round. */
  readonly p50: readonly number[]
  readonly p99: readonly number[]
  /** p99 of an addition between two searches, in microseconds, one entry for each round. */
  readonly addMicroseconds: readonly number[]
  /** Of the neighbours that an exhaustive search finds, the share that the index finds. */
  readonly recall: number
  /** How many neighbours that was. */
  readonly neighbours: number
  readonly bytesPerDigest: number
  readonly hashMegabytesPerSecond: number
  readonly loadSeconds: number
}

const FAMILY = 20
const QUERIES = 1000
const CHECKED = 30
const LIMIT = 10_000

const count = Number(process.argv[2])
const rounds = Number(process.argv[3])
const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest())

/** A fifth of all are digests of files, twenty to a family; some families have one file more, which is asked for. */
function hashed(): { digests: Tlsh[]; asked: Tlsh[]; megabytesPerSecond: number } {
  const maker = new FileMaker(20261122)
  const digests: Tlsh[] = []
  const asked: Tlsh[] = []
  let bytes = 0
  let milliseconds = 0
  const hash = (file: Uint8Array, into: Tlsh[]) => {
    const startedAt = performance.now()
    const digest = tlshOf(file)
    milliseconds += performance.now() - startedAt
    bytes += file.length
    if (digest !== undefined) into.push(digest)
  }
  const askedEvery = Math.max(1, Math.floor(count / 5 / FAMILY / (QUERIES / 2)))
  for (let family = 0; digests.length < count / 5; family++) {
    const base = maker.base()
    for (let n = 0; n < FAMILY; n++) hash(n === 0 ? base : maker.variant(base), digests)
    if (family % askedEvery === 0) hash(maker.variant(base), asked)
  }
  return { digests, asked, megabytesPerSecond: bytes / 1000 / milliseconds }
}

/** Digests of no file: the header of one that was hashed, and each byte of the buckets from another one. */
function drawn(from: readonly Tlsh[], number: number, seed: number): Tlsh[] {
  const random = randomNumbers(seed)
  const any = () => from[Math.floor(random() * from.length)]!
  return Array.from({ length: number }, () => {
    const bytes = any().slice()
    for (let at = 3; at < TLSH_BYTES; at++) bytes[at] = any()[at]!
    return brandTlsh(bytes)
  })
}

function shuffled<T>(values: T[], seed: number): T[] {
  const random = randomNumbers(seed)
  for (let last = values.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    ;[values[last], values[other]] = [values[other]!, values[last]!]
  }
  return values
}

const { digests: families, asked, megabytesPerSecond } = hashed()
const digests = shuffled([...families, ...drawn(families, count - families.length, 1)], 2)
const built = new TlshIndex()
for (const [label, digest] of digests.entries()) built.add(digest, label)
const saved = saveIndex(built, sha256)
const loadedAt = performance.now()
const loaded = loadIndex(saved, sha256)
const loadSeconds = (performance.now() - loadedAt) / 1000
if (!loaded.ok) throw new Error(loaded.problem.message)
const index = loaded.value

// Half ask for a file of a known family, half for one that is like no other.
const queries = shuffled([...asked, ...drawn(families, asked.length, 3)], 4)
for (const query of queries.slice(0, 100)) index.neighbours(query)
const p50: number[] = []
const p99: number[] = []
const addMicroseconds: number[] = []
const more = drawn(families, rounds * queries.length, 5)
for (let round = 0; round < rounds; round++) {
  const search: number[] = []
  const add: number[] = []
  for (const [at, query] of queries.entries()) {
    const addedAt = performance.now()
    index.add(more[round * queries.length + at]!, digests.length + round * queries.length + at)
    const startedAt = performance.now()
    index.neighbours(query)
    search.push(performance.now() - startedAt)
    add.push(1000 * (startedAt - addedAt))
  }
  p50.push(quantile(search, 0.5))
  p99.push(quantile(search, 0.99))
  addMicroseconds.push(quantile(add, 0.99))
}

let wanted = 0
let found = 0
const all = [...digests, ...more]
for (const query of asked.slice(0, CHECKED)) {
  const near = new Set<number>()
  for (const [label, digest] of all.entries()) if (tlshDistance(query, digest) <= NEAR.similar) near.add(label)
  const answer = index.neighbours(query, { limit: LIMIT })
  wanted += near.size
  found += answer.filter(({ label }) => near.has(label)).length
  if (answer.length > near.size)
    throw new Error(`Cannot trust the index: ${answer.length} found, ${near.size} are near`)
}

const outcome: SimilarityOutcome = {
  p50,
  p99,
  addMicroseconds,
  recall: found / wanted,
  neighbours: wanted,
  bytesPerDigest: index.bytes / index.size,
  hashMegabytesPerSecond: megabytesPerSecond,
  loadSeconds,
}
console.log(JSON.stringify(outcome))
