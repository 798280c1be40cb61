/**
 * Threats in columns, in the order of their full hashes: the hashes one behind the other, and beside each its kind (0:
 * gone) and the minute until which it is blocked. 37 bytes a threat; plain objects in a map take 200.
 */
import type { ThreatKind } from './lists.ts'
import type { Threat } from './threat.ts'

/** A threat with its full hash. */
export interface KeyedThreat extends Threat {
  /** 32 bytes. */
  readonly key: Uint8Array
}

const KEY_BYTES = 32
const KINDS: readonly ThreatKind[] = ['malware', 'phishing', 'unwanted']
const MINUTE_MS = 60_000
const FOR_GOOD = 0xffffffff
const FIRST_ROWS = 1024

/** See above. Rows can be changed in their place, and added at the end; what lies between is a new table's business. */
export class ThreatColumns {
  #length = 0
  #keys: Uint8Array
  #kinds: Uint8Array
  #untils: Uint32Array

  /** @param rows for how many there is room at first */
  constructor(rows: number = FIRST_ROWS) {
    this.#keys = new Uint8Array(rows * KEY_BYTES)
    this.#kinds = new Uint8Array(rows)
    this.#untils = new Uint32Array(rows)
  }

  /** Rows, those of threats that are gone included. */
  get length(): number {
    return this.#length
  }

  /** The first row whose key is not below this one. */
  placeOf(key: Uint8Array): number {
    let [low, high] = [0, this.#length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#compare(middle, key) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Whether a row has this key. */
  isAt(row: number, key: Uint8Array): boolean {
    return row < this.#length && this.#compare(row, key) === 0
  }

  /** Whether a key is above all that are here. */
  isBeyond(key: Uint8Array): boolean {
    return this.#length === 0 || this.#compare(this.#length - 1, key) < 0
  }

  /** Adds a threat at the end, whose key must be above all others. */
  append({ key, kind, blockedUntil }: KeyedThreat): void {
    if (this.#length === this.#kinds.length) this.#resize(Math.max(FIRST_ROWS, 2 * this.#length))
    this.#keys.set(key, this.#length * KEY_BYTES)
    this.#kinds[this.#length] = KINDS.indexOf(kind) + 1
    this.#untils[this.#length++] = minuteOf(blockedUntil)
  }

  /** Adds the rows `from` to `end` (without it) of others, whose keys must be above all that are here. */
  appendRows(others: ThreatColumns, from: number, end: number): void {
    const length = this.#length + end - from
    if (length > this.#kinds.length) this.#resize(length)
    this.#keys.set(others.#keys.subarray(from * KEY_BYTES, end * KEY_BYTES), this.#length * KEY_BYTES)
    this.#kinds.set(others.#kinds.subarray(from, end), this.#length)
    this.#untils.set(others.#untils.subarray(from, end), this.#length)
    this.#length = length
  }

  /** Changes what is said of a row's key; `undefined`: it is a threat no more. Says whether it was one before. */
  change(row: number, threat: Threat | undefined): boolean {
    const was = this.#kinds[row] !== 0
    this.#kinds[row] = threat === undefined ? 0 : KINDS.indexOf(threat.kind) + 1
    this.#untils[row] = threat === undefined ? 0 : minuteOf(threat.blockedUntil)
    return was
  }

  /** The threat of a row; `undefined` where it is gone. */
  at(row: number): KeyedThreat | undefined {
    const kind = KINDS[this.#kinds[row]! - 1]
    const key = () => this.#keys.slice(row * KEY_BYTES, (row + 1) * KEY_BYTES)
    return kind && { key: key(), kind, blockedUntil: instantOf(this.#untils[row]!) }
  }

  /** The first four bytes of a row's key, big-endian. */
  prefixAt(row: number): number {
    const from = row * KEY_BYTES
    const keys = this.#keys
    return ((keys[from]! << 24) | (keys[from + 1]! << 16) | (keys[from + 2]! << 8) | keys[from + 3]!) >>> 0
  }

  /** As `ThreatTable.prefixes`. */
  prefixes(kinds: readonly ThreatKind[], now: number): { readonly prefixes: Uint32Array; readonly until: number } {
    const isWanted = [false, ...KINDS.map(kind => kinds.includes(kind))]
    const found = new Uint32Array(this.#length)
    let count = 0
    let first = FOR_GOOD
    for (let row = 0; row < this.#length; row++) {
      const until = this.#untils[row]!
      if (!isWanted[this.#kinds[row]!] || until * MINUTE_MS <= now) continue
      if (until < first) first = until
      const prefix = this.prefixAt(row)
      if (count === 0 || found[count - 1] !== prefix) found[count++] = prefix
    }
    return { prefixes: found.slice(0, count), until: instantOf(first) }
  }

  /** Gives back the room that was kept for more rows. */
  trim(): void {
    if (this.#length < this.#kinds.length) this.#resize(this.#length)
  }

  #compare(row: number, key: Uint8Array): number {
    const from = row * KEY_BYTES
    for (let i = 0; i < KEY_BYTES; i++) {
      const difference = this.#keys[from + i]! - key[i]!
      if (difference !== 0) return difference
    }
    return 0
  }

  #resize(rows: number): void {
    const [keys, kinds, untils] = [this.#keys, this.#kinds, this.#untils]
    this.#keys = new Uint8Array(rows * KEY_BYTES)
    this.#kinds = new Uint8Array(rows)
    this.#untils = new Uint32Array(rows)
    this.#keys.set(keys.subarray(0, this.#length * KEY_BYTES))
    this.#kinds.set(kinds.subarray(0, this.#length))
    this.#untils.set(untils.subarray(0, this.#length))
  }
}

/** Rounded up: a threat is blocked a minute too long rather than too short. */
function minuteOf(instant: number): number {
  return instant === Number.POSITIVE_INFINITY ? FOR_GOOD : Math.min(FOR_GOOD - 1, Math.ceil(instant / MINUTE_MS))
}

function instantOf(minute: number): number {
  return minute === FOR_GOOD ? Number.POSITIVE_INFINITY : minute * MINUTE_MS
}
