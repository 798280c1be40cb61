/** The only writer of the book in memory. */
import { netRange, parseAddress, parseSubjectOf, type SubjectType } from '../subject/index.ts'
import type { PackedEntry } from '../verdict/index.ts'
import { digestWords, type Secret } from './digest-words.ts'
import { addToFilter, admitAll } from './name-filter.ts'
import { eachSuffix, hashAddress, type NameHash } from './name-hash.ts'
import { addName } from './name-set.ts'
import { CONTROL, type MemoryBuffers, maskedWords, TAG } from './sections.ts'
import { fillSlot, findSlot, GONE, type Slots, slotsOver } from './slots.ts'

/** The overlay is full at this share of its slots: probes stay short. */
const LOAD_MAX = 0.6

/** One change on its way into memory. */
export interface MemoryChange {
  readonly type: SubjectType
  /** 32 bytes. */
  readonly key: Uint8Array
  /** Canonical text without its type; without it addresses and nets cannot be held, nor names be filtered. */
  readonly value: string | undefined
  /** `undefined` removes. */
  readonly entry: PackedEntry | undefined
}

/** Writes changes into an overlay, beside readers. */
export class MemoryWriter {
  readonly #key = new Uint32Array(5)
  readonly #control: Uint32Array
  readonly #overlay: Slots
  readonly #filter4: Uint32Array
  readonly #hash: NameHash = { low: 0, high: 0 }
  readonly #names: Uint32Array
  readonly #ancestors: Uint32Array
  readonly #secret: Secret
  readonly #spareNames: number

  constructor({ segment, overlay }: MemoryBuffers) {
    this.#control = new Uint32Array(overlay.control)
    this.#overlay = slotsOver(new Uint32Array(overlay.slots), 5, segment.secret.high)
    this.#filter4 = new Uint32Array(segment.filter4)
    this.#names = new Uint32Array(segment.names)
    this.#ancestors = new Uint32Array(segment.ancestors)
    this.#secret = segment.secret
    this.#spareNames = segment.spareNames
  }

  /** Slots of the overlay in use. */
  get used(): number {
    return this.#control[CONTROL.used]!
  }

  /** Whether so many changes more fit into the overlay. */
  hasRoomFor(changes: number): boolean {
    return this.#control[CONTROL.used]! + changes <= this.#overlay.capacity * LOAD_MAX
  }

  /**
   * Whether the set of ancestors is half used up: time for a new segment. When it is full, new ancestors are left out,
   * and a DNS list says NXDOMAIN above names that it has just learned.
   */
  get isCrowded(): boolean {
    return this.#control[CONTROL.ancestors]! > this.#spareNames / 2
  }

  /** Writes a batch, entry by entry. Whoever calls has asked {@link hasRoomFor}. */
  apply(changes: readonly MemoryChange[], sequence: number): void {
    for (const change of changes) this.#write(change)
    Atomics.store(this.#control, CONTROL.sequence, sequence)
  }

  #write({ type, key, value, entry }: MemoryChange): void {
    if (!keyWordsOf({ type, key, value }, this.#secret, this.#key)) return
    const isNet = type === 'net'
    if (isNet && entry !== undefined) announceNet(this.#control, this.#key)
    if (type === 'domain' && entry !== undefined) {
      if (value === undefined) admitAll(this.#names)
      else this.#announceName(value)
    }
    if (this.#key[4]! >>> 8 === TAG.ip4 && entry !== undefined) {
      hashAddress(this.#hash, this.#key[0]!, this.#secret.low)
      addToFilter(this.#filter4, this.#hash)
    }
    const at = findSlot(this.#overlay, this.#key)
    Atomics.add(this.#control, CONTROL.version, 1)
    fillSlot(this.#overlay, at, this.#key, entry?.when ?? 0, entry?.what ?? GONE)
    if (at < 0) Atomics.add(this.#control, CONTROL.used, 1)
    Atomics.add(this.#control, CONTROL.version, 1)
  }

  /** A host name goes into the filter, and its ancestors into the set, as long as the set has room. */
  #announceName(value: string): void {
    eachSuffix(value, this.#secret.low, (hash, isWhole) => {
      addToFilter(this.#names, hash)
      if (isWhole || this.#control[CONTROL.ancestors]! >= this.#spareNames) return
      if (addName(this.#ancestors, hash)) Atomics.add(this.#control, CONTROL.ancestors, 1)
    })
  }
}

/** The five words of an entry's key; false where the text that they are made of is not known. */
export function keyWordsOf(
  { type, key, value }: Omit<MemoryChange, 'entry'>,
  secret: Secret,
  words: Uint32Array,
): boolean {
  if (type === 'domain' || type === 'url' || type === 'file') {
    digestWords(key, secret, words)
    words[4] = TAG[type] << 8
    return true
  }
  if (value === undefined) return false
  if (type === 'ip') {
    const address = parseAddress(value)
    if (!address.ok) return false
    maskedWords(address.value, address.value.length * 8, words)
    words[4] = (address.value.length === 4 ? TAG.ip4 : TAG.ip6) << 8
    return true
  }
  const net = parseSubjectOf('net', value)
  if (!net.ok) return false
  const { address, prefixLength } = netRange(net.value)
  maskedWords(address, prefixLength, words)
  words[4] = ((address.length === 4 ? TAG.net4 : TAG.net6) << 8) | prefixLength
  return true
}

/** Notes that nets of this length exist and, for IPv4, which /16 blocks they touch. Never taken back but by a new pair. */
export function announceNet(control: Uint32Array, key: Uint32Array): void {
  const is4 = key[4]! >>> 8 === TAG.net4
  const length = key[4]! & 255
  if (is4) {
    const first = key[0]! >>> 16
    const blocks = length >= 16 ? 1 : 2 ** (16 - length)
    for (let block = first; block < first + blocks; block++) {
      Atomics.or(control, CONTROL.cover4 + (block >>> 5), 1 << (block & 31))
    }
  }
  Atomics.or(control, (is4 ? CONTROL.lengths4 : CONTROL.lengths6) + (length >>> 5), 1 << (length & 31))
}
