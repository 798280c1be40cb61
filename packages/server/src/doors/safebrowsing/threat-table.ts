/**
 * The threats of one type by their full hashes: who asks for a prefix of four bytes gets all that begin so, and lists are
 * built from it in one pass.
 *
 * Two parts: columns in the order of the hashes, found by bisection, and what is new since, in a map by prefix, until it
 * is worth merging. A book that is read in its order goes into the columns at once. Set aside: to ask the book itself
 * (its memory has 16 bytes of each key, which is too little for an answer, and its file, asked for a prefix, reads 10,000
 * rows at a time).
 */
import { bytesEqual, compareBytes } from '@tocsin/core/base'
import type { ThreatKind } from './lists.ts'
import type { Threat } from './threat.ts'
import { type KeyedThreat, ThreatColumns } from './threat-columns.ts'

/** New threats that are kept beside the columns at least; above that, an eighth of the columns. */
const ASIDE_MIN = 4096

/** See above. */
export class ThreatTable {
  #columns = new ThreatColumns()
  readonly #aside = new Map<number, KeyedThreat[]>()
  #asideCount = 0
  #gone = 0

  /** Threats in it, those whose time is over included. */
  get size(): number {
    return this.#columns.length - this.#gone + this.#asideCount
  }

  /** Adds or replaces a threat; `undefined` takes it away. The key is copied. */
  set(key: Uint8Array, threat: Threat | undefined): void {
    if (this.#asideCount === 0 && this.#columns.isBeyond(key)) {
      if (threat !== undefined) this.#columns.append({ key, ...threat })
      return
    }
    const row = this.#columns.placeOf(key)
    if (this.#columns.isAt(row, key)) {
      const was = this.#columns.change(row, threat)
      this.#gone += Number(was) - Number(threat !== undefined)
    } else {
      this.#setAside(key, threat)
    }
    if (this.#asideCount > Math.max(ASIDE_MIN, this.#columns.length >>> 3)) this.#merge()
  }

  /** The threats at a time whose full hashes begin with a prefix, given as a big-endian number. */
  find(prefix: number, now: number): readonly KeyedThreat[] {
    const first = new Uint8Array(32)
    new DataView(first.buffer).setUint32(0, prefix)
    const found: KeyedThreat[] = []
    const columns = this.#columns
    for (let row = columns.placeOf(first); row < columns.length && columns.prefixAt(row) === prefix; row++) {
      const threat = columns.at(row)
      if (threat !== undefined) found.push(threat)
    }
    found.push(...(this.#aside.get(prefix) ?? []))
    return found.filter(threat => threat.blockedUntil > now)
  }

  /**
   * The prefixes of the threats of some kinds at a time, ascending, none twice; and when the first of them is over,
   * Infinity if none ever is.
   */
  prefixes(kinds: readonly ThreatKind[], now: number): { readonly prefixes: Uint32Array; readonly until: number } {
    this.settle()
    return this.#columns.prefixes(kinds, now)
  }

  /** Merges what is new into the columns, and gives back room that is not needed. */
  settle(): void {
    if (this.#asideCount > 0) this.#merge()
    this.#columns.trim()
  }

  #merge(): void {
    const added = [...this.#aside.values()].flat().sort((a, b) => compareBytes(a.key, b.key))
    const merged = new ThreatColumns(this.#columns.length + added.length)
    let from = 0
    for (const threat of added) {
      const row = this.#columns.placeOf(threat.key)
      merged.appendRows(this.#columns, from, row)
      merged.append(threat)
      from = row
    }
    merged.appendRows(this.#columns, from, this.#columns.length)
    this.#columns = merged
    this.#aside.clear()
    this.#asideCount = 0
    if (this.#gone > merged.length >>> 2) this.#sweep()
  }

  /** Leaves out what is gone. */
  #sweep(): void {
    const kept = new ThreatColumns(this.size)
    for (let row = 0; row < this.#columns.length; row++) {
      const threat = this.#columns.at(row)
      if (threat !== undefined) kept.append(threat)
    }
    this.#columns = kept
    this.#gone = 0
  }

  #setAside(key: Uint8Array, threat: Threat | undefined): void {
    const prefix = prefixOf(key)
    const kept = this.#aside.get(prefix) ?? []
    const others = kept.filter(each => !bytesEqual(each.key, key))
    const after = threat === undefined ? others : [...others, { key: new Uint8Array(key), ...threat }]
    if (after.length === 0) this.#aside.delete(prefix)
    else this.#aside.set(prefix, after)
    this.#asideCount += after.length - kept.length
  }
}

/** The first four bytes, big-endian. */
export function prefixOf(key: Uint8Array): number {
  return ((key[0]! << 24) | (key[1]! << 16) | (key[2]! << 8) | key[3]!) >>> 0
}
