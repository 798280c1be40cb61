/**
 * Values by range of addresses, for ranges that do not overlap.
 *
 * Layout: the starts of all segments, sorted; a segment ends where the next one starts. Each has the number of its value,
 * counted from 1; 0 is a gap, of which nothing is known. IPv4 starts are 32-bit words, IPv6 starts four such words (most
 * significant first), so that a range that ends within a /64 is exact too. A value is a number (an ASN) and a text.
 *
 *     1.0.0.0/24 is AS13335, 1.0.4.0/22 is AS38803:  starts4 = [1.0.0.0, 1.0.1.0, 1.0.4.0, 1.0.8.0], values4 = [1, 0, 2, 0]
 *
 * A lookup is a binary search: 19 steps for half a million segments. Set aside: a map per prefix length (`PrefixTable`:
 * strings as keys, some 100 bytes a net) and the MaxMind form (a reader more, and no smaller in memory).
 */

/** The columns of a table, as they lie in its file. */
export interface RangeColumns {
  readonly starts4: Uint32Array
  readonly values4: Uint32Array
  /** Four words each. */
  readonly starts6: Uint32Array
  readonly values6: Uint32Array
  /** The number of each value. */
  readonly numbers: Uint32Array
  /** Where the text of each value begins in `text`; one more than there are values. */
  readonly offsets: Uint32Array
  /** UTF-8. */
  readonly text: Uint8Array
}

/** What a range says. */
export interface RangeValue {
  readonly number: number
  readonly text: string
}

/** Answers from columns. Their lengths must fit, as {@link columnsFault} checks. */
export class RangeTable {
  readonly #columns: RangeColumns

  constructor(columns: RangeColumns) {
    this.#columns = columns
  }

  /** The value of the range that holds the address (4 or 16 bytes); `undefined` in a gap. */
  find(address: Uint8Array): RangeValue | undefined {
    const { starts4, values4, starts6, values6, numbers, offsets, text } = this.#columns
    const four = address.length === 4
    const place = four ? lastNotAfter4(starts4, wordAt(address, 0)) : lastNotAfter6(starts6, address)
    const value = place < 0 ? 0 : (four ? values4 : values6)[place]!
    if (value === 0) return undefined
    const bytes = text.subarray(offsets[value - 1], offsets[value])
    return { number: numbers[value - 1]!, text: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString() }
  }

  /** Bytes in memory. */
  get bytes(): number {
    return Object.values(this.#columns).reduce(
      (sum: number, column: Uint8Array | Uint32Array) => sum + column.byteLength,
      0,
    )
  }
}

/** Why columns do not go together, or `undefined`. What passes can be asked for any address. */
export function columnsFault(columns: RangeColumns): string | undefined {
  const { starts4, values4, starts6, values6, numbers, offsets, text } = columns
  if (starts4.length !== values4.length || starts6.length !== 4 * values6.length)
    return 'starts and values must go together'
  if (offsets.length !== numbers.length + 1) return 'values and their texts must go together'
  if (offsets.some((offset, at) => offset > (offsets[at + 1] ?? text.length))) return 'texts must lie in order'
  if ([values4, values6].some(values => values.some(value => value > numbers.length))) return 'a value must exist'
  return undefined
}

function wordAt(address: Uint8Array, at: number): number {
  return ((address[at]! << 24) | (address[at + 1]! << 16) | (address[at + 2]! << 8) | address[at + 3]!) >>> 0
}

/** The place of the last start that is not after the wanted one; -1 where all are. */
function lastNotAfter4(starts: Uint32Array, wanted: number): number {
  let low = 0
  let high = starts.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (starts[middle]! <= wanted) low = middle + 1
    else high = middle
  }
  return low - 1
}

function lastNotAfter6(starts: Uint32Array, address: Uint8Array): number {
  const wanted = [wordAt(address, 0), wordAt(address, 4), wordAt(address, 8), wordAt(address, 12)]
  let low = 0
  let high = starts.length / 4
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isNotAfter(starts, 4 * middle, wanted)) low = middle + 1
    else high = middle
  }
  return low - 1
}

function isNotAfter(starts: Uint32Array, from: number, wanted: readonly number[]): boolean {
  for (let at = 0; at < 4; at++) {
    const start = starts[from + at]!
    if (start !== wanted[at]) return start < wanted[at]!
  }
  return true
}
