/**
 * The range decoder of LZMA (`lzma-specification.txt` of LZMA SDK 26): bits, each by a probability that moves as they come.
 * Reading beyond the input gives zeros and is found out afterwards, by {@link RangeDecoder.inputLeft}.
 */

const BIT_TOTAL_BITS = 11
const MOVE_BITS = 5
const HALF = 1 << (BIT_TOTAL_BITS - 1)
/** Where one of these bits of the range is set, it is large enough. */
const LARGE = 0xff000000 | 0

/** What came is no LZMA. */
export class LzmaDamage extends Error {}

/** Takes bits from input that comes in pieces. */
export class RangeDecoder {
  #probabilities = new Uint16Array(0)
  // Both are unsigned and kept as signed: larger numbers would be objects, made anew for every bit.
  #range = 0
  #code = 0
  #input: Uint8Array = new Uint8Array(0)
  #inputAt = 0

  /** Bytes of input that are not taken yet; negative where more was taken than there was. */
  get inputLeft(): number {
    return this.#input.length - this.#inputAt
  }

  /** What was not taken of the input. */
  get rest(): Uint8Array {
    return this.#input.subarray(this.#inputAt)
  }

  /** Gives it input, of which the rest of what it had must be the beginning. */
  feed(input: Uint8Array): void {
    this.#input = input
    this.#inputAt = 0
  }

  /** Whether a coded stretch ended as its encoder ends them. */
  get isFinished(): boolean {
    return this.#code === 0
  }

  /** So many probabilities, none of them moved yet. */
  reset(probabilities: number): void {
    if (this.#probabilities.length !== probabilities) this.#probabilities = new Uint16Array(probabilities)
    this.#probabilities.fill(HALF)
  }

  /** Begins a coded stretch by its first five bytes. Throws {@link LzmaDamage} where the first is not 0. */
  begin(five: Uint8Array): void {
    if (five[0] !== 0) throw new LzmaDamage('coded data must begin with a zero')
    this.#range = -1
    this.#code = (five[1]! << 24) | (five[2]! << 16) | (five[3]! << 8) | five[4]!
  }

  /** A number of so many bits, the highest first. */
  tree(base: number, bits: number): number {
    let symbol = 1
    for (let at = 0; at < bits; at++) symbol = (symbol << 1) | this.bit(base + symbol)
    return symbol - (1 << bits)
  }

  /** A number of so many bits, the lowest first. */
  reverseTree(base: number, bits: number): number {
    let symbol = 1
    let value = 0
    for (let at = 0; at < bits; at++) {
      const bit = this.bit(base + symbol)
      symbol = (symbol << 1) | bit
      value |= bit << at
    }
    return value
  }

  /** A number of so many bits without probabilities. */
  directBits(bits: number): number {
    let value = 0
    for (let at = 0; at < bits; at++) {
      this.normalize()
      const half = this.#range >>> 1
      const isOne = this.#code >>> 0 >= half
      this.#range = half
      if (isOne) this.#code = (this.#code - half) | 0
      value = (value << 1) | (isOne ? 1 : 0)
    }
    return value
  }

  /** A bit by the probability at a place. */
  bit(at: number): 0 | 1 {
    this.normalize()
    const probabilities = this.#probabilities
    const probability = probabilities[at]!
    const bound = Math.imul(this.#range >>> BIT_TOTAL_BITS, probability)
    if (this.#code >>> 0 < bound >>> 0) {
      this.#range = bound
      probabilities[at] = probability + (((1 << BIT_TOTAL_BITS) - probability) >> MOVE_BITS)
      return 0
    }
    this.#range = (this.#range - bound) | 0
    this.#code = (this.#code - bound) | 0
    probabilities[at] = probability - (probability >> MOVE_BITS)
    return 1
  }

  /** Takes a byte where the range has become small. */
  normalize(): void {
    if ((this.#range & LARGE) !== 0) return
    const byte = this.#inputAt < this.#input.length ? this.#input[this.#inputAt]! : 0
    this.#inputAt++
    this.#range <<= 8
    this.#code = (this.#code << 8) | byte
  }
}
