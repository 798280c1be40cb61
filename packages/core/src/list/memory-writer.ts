/** The only writer of the book in memory. */
import { netRange, parseSubjectOf, parseAddress, type SubjectType } from '../subject/index.ts'
import type { PackedEntry } from '../verdict/index.ts'
import { addToFilter } from './name-filter.ts'
import { eachSuffix } from './name-hash.ts'
import { addName } from './name-set.ts'
import { CONTROL, type MemoryBuffers, maskedWords, TAG, wordAt } from './sections.ts'
import { fillSlot, findSlot, GONE, type Slots, slotsOver } from './slots.ts'

/** The overlay is full at this share of its slots: probes stay short. */
const LOAD_MAX = 0.6

/**
 * What is reckoned with per changed name; a name of forty labels brings more and fills the set sooner. The set of a
 * segment has room for two for each slot of the overlay beyond what it was built with.
 */
const ANCESTORS_A_NAME = 2

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
  readonly #names: Uint32Array
  readonly #ancestors: Uint32Array
  readonly #seed: number

  constructor({ segment, overlay }: MemoryBuffers) {
    this.#control = new Uint32Array(overlay.control)
    this.#overlay = slotsOver(new Uint32Array(overlay.slots), 5)
    this.#names = new Uint32Array(segment.names)
    this.#ancestors = new Uint32Array(segment.ancestors)
    this.#seed = segment.seed
  }

  /** Whether these changes fit in beside what is there. */
  hasRoomFor(changes: readonly MemoryChange[]): boolean {
    const room = this.#overlay.capacity * LOAD_MAX
    const names = changes.filter(({ type, entry }) => type === 'domain' && entry !== undefined).length
    return (
      this.#control[CONTROL.used]! + changes.length <= room &&
      this.#control[CONTROL.ancestors]! + names * ANCESTORS_A_NAME <= this.#overlay.capacity
    )
  }

  /** Writes a batch, entry by entry. Whoever calls has asked {@link hasRoomFor}. */
  apply(changes: readonly MemoryChange[], sequence: number): void {
    for (const change of changes) this.#write(change)
    Atomics.store(this.#control, CONTROL.sequence, sequence)
  }

  #write({ type, key, value, entry }: MemoryChange): void {
    if (!keyWordsOf(type, key, value, this.#key)) return
    const isNet = type === 'net'
    if (isNet && entry !== undefined) announceNet(this.#control, this.#key)
    if (type === 'domain' && value !== undefined && entry !== undefined) this.#announceName(value)
    const at = findSlot(this.#overlay, this.#key)
    Atomics.add(this.#control, CONTROL.version, 1)
    fillSlot(this.#overlay, at, this.#key, entry?.when ?? 0, entry?.what ?? GONE)
    if (at < 0) Atomics.add(this.#control, CONTROL.used, 1)
    Atomics.add(this.#control, CONTROL.version, 1)
  }

  /** A host name goes into the filter, and its ancestors into the set, as long as the set has room. */
  #announceName(value: string): void {
    eachSuffix(value, this.#seed, (hash, isWhole) => {
      addToFilter(this.#names, hash)
      if (isWhole || this.#control[CONTROL.ancestors]! >= 2 * this.#overlay.capacity) return
      if (addName(this.#ancestors, hash)) Atomics.add(this.#control, CONTROL.ancestors, 1)
    })
  }
}

/** The five words of an entry's key; false where the text that they are made of is not known. */
export function keyWordsOf(type: SubjectType, key: Uint8Array, value: string | undefined, words: Uint32Array): boolean {
  if (type === 'domain' || type === 'url' || type === 'file') {
    for (let word = 0; word < 4; word++) words[word] = wordAt(key, word * 4)
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
