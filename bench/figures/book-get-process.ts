/** The book in memory, asked in a process of its own: `node --expose-gc book-get-process.ts ENTRIES ROUNDS` prints JSON. */
import { buildSegment, type MemoryBuffers, MemoryReader, type SegmentPlan } from '@tocsin/core/list'
import { packEntry } from '@tocsin/core/verdict'
import { randomNumbers } from '../ask/lists.ts'

/** What the process prints. */
export interface BookGetOutcome {
  readonly hitsPerSecond: readonly number[]
  readonly missesPerSecond: readonly number[]
  readonly addressesPerSecond: readonly number[]
  readonly file: MemoryUse
  readonly ip: MemoryUse
}

/** Bytes for each entry: of the tables that hold them, of everything (overlay included), and of the process's growth. */
export interface MemoryUse {
  readonly tableBytes: number
  readonly allBytes: number
  readonly residentBytes: number
  readonly buildSeconds: number
}

const ASKED = 1_000_000
const SECRET = { low: 0x1234_5678, high: 0x9abc_def0 }
const ENTRY = packEntry({
  score: 40,
  reason: 'listed',
  incriminated: true,
  stops: false,
  scoredAt: 0,
  lapses: [63, 63, 63],
  restsSafe: false,
  protection: undefined,
  organisations: 0,
})

const entries = Number(process.argv[2])
const rounds = Number(process.argv[3])

/** The same digests for the same seed, one after another, in one array that is written anew. */
function* digests(count: number, seed: number): Generator<Uint8Array> {
  const random = randomNumbers(seed)
  const key = new Uint8Array(32)
  const words = new Uint32Array(key.buffer)
  for (let n = 0; n < count; n++) {
    for (let word = 0; word < 8; word++) words[word] = Math.floor(random() * 2 ** 32)
    yield key
  }
}

/** A million of the digests, spread over all of them and in no order, eight words each. */
function sampled(count: number, seed: number): Uint32Array {
  const every = Math.max(1, Math.floor(count / ASKED))
  const order = Uint32Array.from({ length: Math.ceil(count / every) }, (_, at) => at)
  const random = randomNumbers(3)
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    ;[order[last], order[other]] = [order[other]!, order[last]!]
  }
  const picked = new Uint32Array(order.length * 8)
  let at = 0
  for (const key of digests(count, seed)) {
    if (at % every === 0) picked.set(new Uint32Array(key.buffer), order[at / every]! * 8)
    at++
  }
  return picked
}

/** Builds, and says what the memory is used for. */
function built(type: 'file' | 'ip', source: Parameters<typeof buildSegment>[1]): [MemoryBuffers, MemoryUse] {
  const plan: SegmentPlan = {
    entries: { ip: 0, net: 0, domain: 0, url: 0, file: 0, [type]: entries },
    sequence: 1,
    secret: SECRET,
  }
  globalThis.gc?.()
  const before = process.memoryUsage().rss
  const startedAt = performance.now()
  const buffers = buildSegment(plan, source)
  const buildSeconds = (performance.now() - startedAt) / 1000
  globalThis.gc?.()
  const { segment, overlay } = buffers
  const own = type === 'file' ? [segment.file] : [segment.addresses, segment.payloads, segment.index, segment.filter4]
  const all = [...Object.values(segment), ...Object.values(overlay)].filter(part => part instanceof SharedArrayBuffer)
  const sum = (parts: readonly SharedArrayBuffer[]) => parts.reduce((bytes, part) => bytes + part.byteLength, 0)
  return [
    buffers,
    {
      tableBytes: sum(own) / entries,
      allBytes: sum(all) / entries,
      residentBytes: (process.memoryUsage().rss - before) / entries,
      buildSeconds,
    },
  ]
}

/** Questions a second; throws where not all of them were answered as they must be. */
function rate(questions: number, wanted: number, ask: () => number): number {
  const startedAt = performance.now()
  const found = ask()
  const seconds = (performance.now() - startedAt) / 1000
  if (found !== wanted) throw new Error(`Cannot trust the book: it found ${found} of ${questions}, not ${wanted}`)
  return questions / seconds
}

function measureFiles(): Pick<BookGetOutcome, 'hitsPerSecond' | 'missesPerSecond' | 'file'> {
  const source = function* () {
    for (const key of digests(entries, 1)) yield { type: 'file' as const, key, value: undefined, entry: ENTRY }
  }
  const [buffers, file] = built('file', source())
  const reader = new MemoryReader(buffers)
  const hits = sampled(entries, 1)
  const misses = sampled(entries, 2)
  // As in a door, the key is written into one array; it comes from memory that is read in order.
  const key = new Uint8Array(32)
  const words = new Uint32Array(key.buffer)
  const count = (keys: Uint32Array) => {
    let found = 0
    for (let at = 0; at < keys.length; at += 8) {
      for (let word = 0; word < 8; word++) words[word] = keys[at + word]!
      if (reader.get('file', key) !== undefined) found++
    }
    return found
  }
  const questions = hits.length / 8
  count(hits.subarray(0, 800_000))
  const hitsPerSecond: number[] = []
  const missesPerSecond: number[] = []
  for (let round = 0; round < rounds; round++) {
    hitsPerSecond.push(rate(questions, questions, () => count(hits)))
    missesPerSecond.push(rate(questions, 0, () => count(misses)))
  }
  return { hitsPerSecond, missesPerSecond, file }
}

function measureAddresses(): Pick<BookGetOutcome, 'addressesPerSecond' | 'ip'> {
  // 0x9e3779b1 is odd, so n ↦ n·0x9e3779b1 is one-to-one on 32 bits.
  const address = (n: number) => Math.imul(n, 0x9e3779b1) >>> 0
  const text = (word: number) => `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`
  const key = new Uint8Array(32)
  const source = function* () {
    for (let n = 0; n < entries; n++) yield { type: 'ip' as const, key, value: text(address(n)), entry: ENTRY }
  }
  const [buffers, ip] = built('ip', source())
  const reader = new MemoryReader(buffers)
  const asked = Uint32Array.from({ length: ASKED }, (_, n) => address((n * 7919) % entries))
  const count = () => {
    let found = 0
    for (const word of asked) if (reader.mayKnowAddress(word)) found++
    return found
  }
  count()
  const addressesPerSecond: number[] = []
  for (let round = 0; round < rounds; round++) addressesPerSecond.push(rate(ASKED, ASKED, count))
  return { addressesPerSecond, ip }
}

const outcome: BookGetOutcome = { ...measureFiles(), ...measureAddresses() }
console.log(JSON.stringify(outcome))
