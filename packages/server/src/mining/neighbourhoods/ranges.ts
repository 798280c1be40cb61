/**
 * Bad addresses counted by the ranges that they lie in: /24 and /16 of IPv4, /64 of IPv6. Ranges that hold a protected
 * address or a protected part are marked, for nothing is said of them.
 */
import { reservedPrefix } from '@tocsin/core/subject'
import { FOR_GOOD_MINUTE } from '../bad-until.ts'
import { WordTable } from '../word-table.ts'

/** Ranges with fewer bad addresses, before and after a change, are not told of: of most there is only one. */
const TOLD_FROM = 4

const BAD = 1
const PROTECTED = 2

/** What is known of one range. */
export interface RangeCount {
  /** Bad addresses. */
  readonly bad: number
  /** Whether protected addresses or parts are in it. */
  readonly holdsProtected: boolean
}

/** Told which range of some bad addresses has changed, by its first address. */
export type RangeListener = (address: Uint8Array) => void

/** See the module. */
export class CountedRanges {
  readonly #changed: RangeListener
  /** Address → what it is, and the minute until which it is bad. */
  readonly #addresses: { readonly 4: WordTable; readonly 16: WordTable }
  /** Range → bad addresses. */
  readonly #bad: { readonly 4: WordTable; readonly 16: WordTable }
  /** Range → protected addresses and parts. */
  readonly #protected: { readonly 4: WordTable; readonly 16: WordTable }
  readonly #in16 = new Uint32Array(65_536)
  #inAll4 = 0

  constructor(seed: number, changed: RangeListener) {
    this.#changed = changed
    this.#addresses = { 4: new WordTable(1, 2, seed), 16: new WordTable(4, 2, seed) }
    this.#bad = { 4: new WordTable(1, 1, seed), 16: new WordTable(2, 1, seed) }
    this.#protected = { 4: new WordTable(1, 1, seed), 16: new WordTable(2, 1, seed) }
  }

  /** Bytes of all tables. */
  get bytes(): number {
    const tables = [this.#addresses, this.#bad, this.#protected].flatMap(pair => [pair[4], pair[16]])
    return tables.reduce((sum, table) => sum + table.bytes, this.#in16.byteLength)
  }

  clear(): void {
    for (const pair of [this.#addresses, this.#bad, this.#protected])
      for (const size of [4, 16] as const) pair[size].clear()
    this.#in16.fill(0)
    this.#inAll4 = 0
  }

  /**
   * Takes note of an address of 4 or 16 bytes.
   *
   * @param until the first minute in which it is not bad any more; 0 where it is not
   */
  note(address: Uint8Array, until: number, isProtected: boolean): void {
    if (reservedPrefix(address) !== undefined) return
    const size = sizeOf(address)
    const words = wordsOf(address)
    const before = this.#addresses[size].get(words)
    const after = (until > 0 ? BAD : 0) | (isProtected ? PROTECTED : 0)
    if (after === 0) this.#addresses[size].delete(words)
    else this.#addresses[size].set(words, after, until)
    this.#count(words, (after & BAD) - (before & BAD))
    this.#guard(words, ((after & PROTECTED) - (before & PROTECTED)) / PROTECTED)
  }

  /** Takes note that a net longer than a range, which lies in it, is protected, or is no more. */
  guard(address: Uint8Array, difference: 1 | -1): void {
    this.#guard(wordsOf(address), difference)
  }

  /** Ends what has lapsed by a minute; answers how many addresses that were. */
  sweep(minute: number): number {
    let swept = 0
    for (const size of [4, 16] as const) {
      const lapsed: { readonly words: Uint32Array; readonly isProtected: boolean }[] = []
      this.#addresses[size].forEach((words, [flags, until]) => {
        if ((flags! & BAD) === 0 || until === FOR_GOOD_MINUTE || until! > minute) return
        lapsed.push({ words: words.slice(), isProtected: (flags! & PROTECTED) !== 0 })
      })
      for (const { words, isProtected } of lapsed) {
        if (isProtected) this.#addresses[size].set(words, PROTECTED, 0)
        else this.#addresses[size].delete(words)
        this.#count(words, -1)
      }
      swept += lapsed.length
    }
    return swept
  }

  /** The range of an address. */
  of(address: Uint8Array): RangeCount {
    const range = rangeOf(wordsOf(address))
    const size = sizeOf(address)
    return { bad: this.#bad[size].get(range), holdsProtected: this.#protected[size].get(range) > 0 }
  }

  /** Bad addresses in the /16 of an IPv4 address, and in all IPv4. */
  around(address: Uint8Array): { readonly in16: number; readonly inAll: number } {
    return { in16: this.#in16[wordsOf(address)[0]! >>> 16]!, inAll: this.#inAll4 }
  }

  #count(words: Uint32Array, difference: number): void {
    if (difference === 0) return
    const is4 = words.length === 1
    const bad = this.#bad[is4 ? 4 : 16].add(rangeOf(words), difference)
    if (is4) {
      this.#in16[words[0]! >>> 16]! += difference
      this.#inAll4 += difference
    }
    if (Math.max(bad, bad - difference) >= TOLD_FROM) this.#changed(addressOf(words))
  }

  #guard(words: Uint32Array, difference: number): void {
    if (difference === 0) return
    this.#protected[words.length === 1 ? 4 : 16].add(rangeOf(words), difference)
    this.#changed(addressOf(words))
  }
}

function sizeOf(address: Uint8Array): 4 | 16 {
  return address.length === 4 ? 4 : 16
}

function wordsOf(address: Uint8Array): Uint32Array {
  const words = new Uint32Array(address.length / 4)
  for (let at = 0; at < address.length; at++) words[at >>> 2] = (words[at >>> 2]! << 8) | address[at]!
  return words
}

/** The key of the /24 or /64. */
function rangeOf(words: Uint32Array): Uint32Array {
  return words.length === 1 ? Uint32Array.of(words[0]! >>> 8) : words.subarray(0, 2)
}

/** The first address of the /24 or /64. */
function addressOf(words: Uint32Array): Uint8Array {
  const address = new Uint8Array(words.length * 4)
  const kept = words.length === 1 ? 3 : 8
  for (let at = 0; at < kept; at++) address[at] = words[at >>> 2]! >>> (24 - 8 * (at & 3))
  return address
}
