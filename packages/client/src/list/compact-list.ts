/**
 * A set of 4-byte prefixes in a little more than two bytes each.
 *
 * The prefixes are sorted. The upper half of a prefix is its bucket and is not stored: `starts` says where the bucket of
 * each of the 65,536 upper halves begins, and `lows` has the lower halves, one behind the other. To ask for a prefix is to
 * look up two starts and to bisect what lies between them: 15 lows of a million, four steps.
 *
 *     1d32c508 1d32ffff 291bc542     starts[1d32] = 0, starts[1d33…291b] = 2, starts[291c…] = 3
 *                                    lows = c508 ffff c542
 *
 * A million take 2.26 bytes each and 262 kB of them are starts; below 131,072 prefixes those would weigh more than they
 * save, and the prefixes are kept as they are, in 4 bytes. Set aside: Rice-delta with an index (1.9 bytes, but a lookup
 * decodes dozens of numbers), a Bloom filter (1.8 bytes at one in a thousand, and it cannot be updated by what differs).
 */
import { fail, ok, type Result, sha256 } from '@tocsin/core/base'

/** Prefixes from which buckets are worth their starts. */
const BUCKETS_FROM = 131_072

const BUCKETS = 65_536

/** Prefixes of hashes. A set says nothing of a verdict: what is in it has to be asked about by its whole hash. */
export class CompactList {
  /** The prefixes themselves, or their lower halves where there are starts. */
  readonly #lows: Uint32Array | Uint16Array
  readonly #starts: Uint32Array | undefined

  /** @param prefixes ascending, none twice: 32-bit numbers, the four bytes read big-endian; copied */
  constructor(prefixes: Uint32Array) {
    if (prefixes.length < BUCKETS_FROM) {
      this.#lows = prefixes.slice()
      return
    }
    const lows = new Uint16Array(prefixes.length)
    const starts = new Uint32Array(BUCKETS + 1)
    for (let i = 0; i < prefixes.length; i++) {
      lows[i] = prefixes[i]! & 0xffff
      starts[(prefixes[i]! >>> 16) + 1]!++
    }
    for (let bucket = 1; bucket <= BUCKETS; bucket++) starts[bucket]! += starts[bucket - 1]!
    this.#lows = lows
    this.#starts = starts
  }

  /** How many there are. */
  get size(): number {
    return this.#lows.length
  }

  /** Bytes of memory that the prefixes take. */
  get bytes(): number {
    return this.#lows.byteLength + (this.#starts?.byteLength ?? 0)
  }

  /** Whether a prefix is in the set. */
  has(prefix: number): boolean {
    const starts = this.#starts
    if (starts === undefined) return isAmong(this.#lows, prefix, 0, this.#lows.length)
    const bucket = prefix >>> 16
    return isAmong(this.#lows, prefix & 0xffff, starts[bucket]!, starts[bucket + 1]!)
  }

  /** All prefixes, ascending; a new array. */
  prefixes(): Uint32Array {
    const prefixes = Uint32Array.from(this.#lows)
    const starts = this.#starts
    if (starts === undefined) return prefixes
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      for (let i = starts[bucket]!; i < starts[bucket + 1]!; i++) prefixes[i] = bucket * BUCKETS + prefixes[i]!
    }
    return prefixes
  }

  /**
   * The set without the prefixes at some places and with others. Fails as `invalid` where a place is beyond the end, or
   * a prefix is added that is there: then this is not the set that the update is for.
   *
   * @param removals places in this set, ascending, none twice
   * @param additions ascending, none twice
   */
  updated(removals: Uint32Array, additions: Uint32Array): Result<CompactList> {
    const beyond = removals.at(-1)
    if (beyond !== undefined && beyond >= this.size) {
      return fail('invalid', `Cannot update the list: place ${beyond} must be below ${this.size}`)
    }
    const before = this.prefixes()
    const after = new Uint32Array(before.length - removals.length + additions.length)
    let [removal, addition, to] = [0, 0, 0]
    for (let at = 0; at < before.length; at++) {
      if (removals[removal] === at) {
        removal++
        continue
      }
      const prefix = before[at]!
      while (addition < additions.length && additions[addition]! < prefix) after[to++] = additions[addition++]!
      if (additions[addition] === prefix) {
        return fail('invalid', `Cannot update the list: prefix ${prefix} is added and there already`)
      }
      after[to++] = prefix
    }
    after.set(additions.subarray(addition), to)
    return ok(new CompactList(after))
  }

  /** SHA-256 over all prefixes in order, big-endian: what the server says of the version that this must be. */
  checksum(): Uint8Array {
    const bytes = new Uint8Array(4 * this.size)
    const view = new DataView(bytes.buffer)
    const prefixes = this.prefixes()
    for (let i = 0; i < prefixes.length; i++) view.setUint32(4 * i, prefixes[i]!)
    return sha256(bytes)
  }
}

function isAmong(values: Uint32Array | Uint16Array, value: number, from: number, end: number): boolean {
  let low = from
  let high = end
  while (low < high) {
    const middle = (low + high) >>> 1
    const found = values[middle]!
    if (found === value) return true
    if (found < value) low = middle + 1
    else high = middle
  }
  return false
}
