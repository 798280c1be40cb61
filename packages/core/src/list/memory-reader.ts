/**
 * The book in memory, as it is asked. Any number of threads may have one over the same buffers; none of them waits for
 * the writer, but for the nanoseconds in which one entry is written.
 */
import type { SubjectType } from '../subject/index.ts'
import { type NetMatch, type PackedEntry, unpackEntry } from '../verdict/index.ts'
import { digestWords, type Secret } from './digest-words.ts'
import { mayHold } from './name-filter.ts'
import { hashAddress, hashName, type NameHash } from './name-hash.ts'
import { hasName } from './name-set.ts'
import { CONTROL, type MemoryBuffers, maskedWords, TAG, wordAt } from './sections.ts'
import { findSlot, GONE, type Slots, slotsOver } from './slots.ts'

/** Types whose keys are digests: they are asked by key, addresses and nets by address. */
export type DigestType = Extract<SubjectType, 'domain' | 'url' | 'file'>

/**
 * Reads of an entry that is being written, at most: some tenths of a millisecond, a thousand times what a write takes. A
 * writer that died in the middle of one must not take the readers along; what is read then has at worst the time of one
 * entry and the verdict of the next.
 */
const TRIES_MAX = 10_000

const NO_MATCHES: readonly NetMatch[] = []

/** See the module. Not safe for use while it is being called: JavaScript sees to that. */
export class MemoryReader {
  readonly #key = new Uint32Array(5)
  readonly #name: NameHash = { low: 0, high: 0 }
  readonly #found: { when: number; what: number } = { when: 0, what: 0 }
  #addresses!: Uint32Array
  #payloads!: Uint32Array
  #index!: Uint32Array
  #tables!: Readonly<Record<'address6' | 'net' | DigestType, Slots>>
  #filter4!: Uint32Array
  #names!: Uint32Array
  #ancestors!: Uint32Array
  #control!: Uint32Array
  #overlay!: Slots
  #secret!: Secret

  constructor(buffers: MemoryBuffers) {
    this.adopt(buffers)
  }

  /** Goes over to another segment and overlay, at once. */
  adopt({ segment, overlay }: MemoryBuffers): void {
    const salt = segment.secret.high
    this.#addresses = new Uint32Array(segment.addresses)
    this.#payloads = new Uint32Array(segment.payloads)
    this.#index = new Uint32Array(segment.index)
    this.#filter4 = new Uint32Array(segment.filter4)
    this.#names = new Uint32Array(segment.names)
    this.#ancestors = new Uint32Array(segment.ancestors)
    this.#secret = segment.secret
    this.#tables = {
      address6: slotsOver(new Uint32Array(segment.address6), 4, salt),
      net: slotsOver(new Uint32Array(segment.net), 5, salt),
      domain: slotsOver(new Uint32Array(segment.domain), 4, salt),
      url: slotsOver(new Uint32Array(segment.url), 4, salt),
      file: slotsOver(new Uint32Array(segment.file), 4, salt),
    }
    this.#control = new Uint32Array(overlay.control)
    this.#overlay = slotsOver(new Uint32Array(overlay.slots), 5, salt)
  }

  /** Of the last batch that is in memory. */
  get sequence(): number {
    return Atomics.load(this.#control, CONTROL.sequence)
  }

  /** The seed of the name hash that {@link mayKnowName} takes. */
  get seed(): number {
    return this.#secret.low
  }

  /** The entry of a domain, url or file by its 32-byte key. */
  get(type: DigestType, key: Uint8Array): PackedEntry | undefined {
    digestWords(key, this.#secret, this.#key)
    this.#key[4] = TAG[type] << 8
    return this.#held(this.#tables[type]) ? { when: this.#found.when, what: this.#found.what } : undefined
  }

  /** The entries of the address itself (prefix length 32 or 128) and of all nets that hold it, the longest first. */
  matchIp(address: Uint8Array): readonly NetMatch[] {
    const is4 = address.length === 4
    const exact = is4 ? this.#address4(wordAt(address, 0)) : this.#address6(address)
    if (!exact && is4 && !this.#isCovered(wordAt(address, 0))) return NO_MATCHES
    const matches: NetMatch[] = []
    if (exact) matches.push({ prefixLength: is4 ? 32 : 128, entry: unpackEntry(this.#found) })
    if (is4 && !this.#isCovered(wordAt(address, 0))) return matches
    const lengths = is4 ? CONTROL.lengths4 : CONTROL.lengths6
    for (let length = is4 ? 32 : 128; length >= 0; length--) {
      if ((this.#control[lengths + (length >>> 5)]! & (1 << (length & 31))) === 0) continue
      maskedWords(address, length, this.#key)
      this.#key[4] = ((is4 ? TAG.net4 : TAG.net6) << 8) | length
      if (this.#held(this.#tables.net)) matches.push({ prefixLength: length, entry: unpackEntry(this.#found) })
    }
    return matches
  }

  /** Whether anything may be known of an IPv4 address: false is certain. */
  mayKnowAddress(address: number): boolean {
    return this.#address4(address) || this.#isCovered(address)
  }

  /** Whether anything is known of a file, by its 32-byte SHA-256. Allocates nothing. */
  knowsFile(key: Uint8Array): boolean {
    digestWords(key, this.#secret, this.#key)
    this.#key[4] = TAG.file << 8
    return this.#held(this.#tables.file)
  }

  /** Whether a host name may be known, or be the ancestor of a known one: false is certain. */
  mayKnowName(hash: NameHash): boolean {
    return mayHold(this.#names, hash)
  }

  /** The same of a canonical host as text. */
  mayKnowHost(host: string): boolean {
    hashName(this.#name, host, this.seed)
    return mayHold(this.#names, this.#name)
  }

  /** Whether names below this one are known, or were a while ago. */
  hasBelow(hash: NameHash): boolean {
    return hasName(this.#ancestors, hash)
  }

  /** The filter is asked first: one cache line says "no" where the index, the addresses and the overlay take three. */
  #address4(address: number): boolean {
    hashAddress(this.#name, address, this.#secret.low)
    if (!mayHold(this.#filter4, this.#name)) return false
    const key = this.#key
    key[0] = address
    key[1] = 0
    key[2] = 0
    key[3] = 0
    key[4] = TAG.ip4 << 8
    const changed = this.#inOverlay()
    if (changed !== undefined) return changed
    let low = this.#index[address >>> 16]!
    let high = this.#index[(address >>> 16) + 1]!
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#addresses[middle]! < address) low = middle + 1
      else high = middle
    }
    if (low >= this.#addresses.length || this.#addresses[low] !== address) return false
    return this.#take(this.#payloads[low * 2]!, this.#payloads[low * 2 + 1]!)
  }

  #address6(address: Uint8Array): boolean {
    maskedWords(address, 128, this.#key)
    this.#key[4] = TAG.ip6 << 8
    return this.#held(this.#tables.address6)
  }

  #isCovered(address: number): boolean {
    const block = address >>> 16
    return (this.#control[CONTROL.cover4 + (block >>> 5)]! & (1 << (block & 31))) !== 0
  }

  #held(table: Slots): boolean {
    const changed = this.#inOverlay()
    if (changed !== undefined) return changed
    const at = findSlot(table, this.#key)
    return at >= 0 && this.#take(table.words[at + table.keyWords]!, table.words[at + table.keyWords + 1]!)
  }

  /** Whether the overlay has an entry for the key, has it as gone, or (`undefined`) knows nothing of it. */
  #inOverlay(): boolean | undefined {
    const overlay = this.#overlay
    if (this.#control[CONTROL.used] === 0) return undefined
    for (let tries = 1; ; tries++) {
      const version = Atomics.load(this.#control, CONTROL.version)
      const at = findSlot(overlay, this.#key)
      if (at < 0) return undefined
      const when = overlay.words[at + 5]!
      const what = overlay.words[at + 6]!
      // Read again what was being written meanwhile.
      const isWhole = (version & 1) === 0 && Atomics.load(this.#control, CONTROL.version) === version
      if (isWhole || tries === TRIES_MAX) return this.#take(when, what)
    }
  }

  #take(when: number, what: number): boolean {
    this.#found.when = when
    this.#found.what = what
    return what !== GONE && what !== 0
  }
}
