/**
 * LZMA: the coder that `.7z` and `.xz` share (LZMA SDK 26, `lzma-specification.txt`; states and names as there).
 *
 * A range decoder takes one bit after another, each by a probability that moves as bits come; bits make literals and
 * matches, and matches copy from a window of what came before. The window is a ring: what one {@link LzmaDecoder.decode}
 * gave lies in one piece of it. It is our own because what is kept well on npm unpacks whole buffers, without a bound on
 * what comes out, and knows neither the bare LZMA nor the bare LZMA2 that `.7z` has.
 */
import {
  ALIGN,
  IS_MATCH,
  IS_REP,
  IS_REP0,
  IS_REP0_LONG,
  IS_REP1,
  IS_REP2,
  LENGTH_HIGH,
  LENGTH_LOW,
  LENGTH_MIDDLE,
  LITERAL,
  LITERAL_PROBABILITIES,
  MATCH_LENGTH,
  POSITIONS,
  POSITION_SLOT,
  POSITION_SPECIAL,
  REP_LENGTH,
  type LzmaParameters,
} from './lzma-model.ts'
import { LzmaDamage, RangeDecoder } from './range-decoder.ts'

/** Bytes of input that one symbol takes at most: 20, and one for the first normalization. */
const SYMBOL_BYTES_MAX = 21

/** From this state on, the last symbol was a match or a repetition. */
const FIRST_MATCH_STATE = 7
const MATCH_LENGTH_MIN = 2

/** The distance, 2^32 − 1 as a signed number, that is none. */
const END_MARK = -1

/** Bytes of a window at its beginning. */
const FIRST_WINDOW_BYTES = 64 * 1024

/** Decodes symbols into a window. The caller feeds it, and says when the window, the state or the coder begin anew. */
export class LzmaDecoder {
  readonly #coder = new RangeDecoder()
  readonly #windowBytesMax: number
  /** Grows up to its bound as it fills, for headers ask for more than contents need. */
  #window: Uint8Array
  /** Where the next byte goes, and how many before it may be copied from. */
  #at = 0
  #filled = 0
  /** Bytes since the window began anew; its lowest bits matter. */
  #position = 0
  #lc = 0
  #literalMask = 0
  #positionMask = 0
  #state = 0
  #rep0 = 0
  #rep1 = 0
  #rep2 = 0
  #rep3 = 0
  /** Bytes of a match that did not fit into what was asked for. */
  #copyLeft = 0
  #isLast = false
  /** Whether the mark came that nothing follows. */
  hasEnded = false

  /** @param windowBytes the dictionary: 4 KiB at least, for what is stored passes through it as well */
  constructor(windowBytes: number) {
    this.#windowBytesMax = Math.max(4096, windowBytes)
    this.#window = new Uint8Array(Math.min(FIRST_WINDOW_BYTES, this.#windowBytesMax))
  }

  /** Bytes of input that are not taken yet; negative where more was taken than there was. */
  get inputLeft(): number {
    return this.#coder.inputLeft
  }

  /** Forgets what came before. */
  resetWindow(): void {
    this.#at = 0
    this.#filled = 0
    this.#position = 0
  }

  /** Begins with other parameters and untouched probabilities. */
  resetState({ lc, lp, pb }: LzmaParameters): void {
    this.#lc = lc
    this.#literalMask = (1 << lp) - 1
    this.#positionMask = (1 << pb) - 1
    this.#coder.reset(LITERAL + (LITERAL_PROBABILITIES << (lc + lp)))
    this.#state = 0
    this.#rep0 = this.#rep1 = this.#rep2 = this.#rep3 = 0
    this.#copyLeft = 0
  }

  /** Begins a coded stretch by its first five bytes. Throws {@link LzmaDamage} where the first is not 0. */
  begin(five: Uint8Array): void {
    this.#coder.begin(five)
  }

  /** Ends a coded stretch; says whether it was all of it, and nothing more. */
  end(): boolean {
    this.#coder.normalize()
    return this.#coder.isFinished && this.inputLeft === 0 && this.#copyLeft === 0
  }

  /** Gives it input, of which the rest of what it had must be the beginning. @param isLast whether no more will come */
  feed(input: Uint8Array, isLast: boolean): void {
    this.#coder.feed(input)
    this.#isLast = isLast
  }

  /** What it has not taken. */
  get rest(): Uint8Array {
    return this.#coder.rest
  }

  /** Puts stored bytes into the window; gives them as they are. */
  store(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; ) {
      const count = Math.min(bytes.length - from, this.#window.length - this.#at)
      this.#window.set(bytes.subarray(from, from + count), this.#at)
      from += count
      this.#moveBy(count)
    }
  }

  /**
   * Decodes up to so many bytes, fewer where the window wraps or the input is at its end (none: feed it). They are a view
   * that holds until the next call. Throws {@link LzmaDamage}.
   */
  decode(bytesMax: number): Uint8Array {
    const begin = this.#at
    const end = Math.min(begin + bytesMax, this.#window.length)
    if (this.#copyLeft > 0) this.#copy(end)
    while (this.#at < end && !this.hasEnded) {
      if (!this.#isLast && this.inputLeft < SYMBOL_BYTES_MAX) break
      this.#symbol(end)
    }
    const given = this.#window.subarray(begin, this.#at)
    if (this.inputLeft < 0) throw new LzmaDamage('it must not end within coded data')
    if (this.#at === this.#window.length) this.#turn()
    return given
  }

  #moveBy(bytes: number): void {
    this.#at += bytes
    this.#filled = Math.min(this.#filled + bytes, this.#window.length)
    this.#position = (this.#position + bytes) | 0
    if (this.#at === this.#window.length) this.#turn()
  }

  /** Goes on at the end of the window: in a larger one, or at its beginning. */
  #turn(): void {
    const before = this.#window
    if (before.length === this.#windowBytesMax) {
      this.#at = 0
      return
    }
    this.#window = new Uint8Array(Math.min(2 * before.length, this.#windowBytesMax))
    this.#window.set(before)
  }

  #symbol(end: number): void {
    const place = this.#position & this.#positionMask
    const state = this.#state
    if (this.#coder.bit(IS_MATCH + state * POSITIONS + place) === 0) return this.#literal()
    if (this.#coder.bit(IS_REP + state) === 0) {
      if (!this.#match(place)) return
    } else if (!this.#repetition(place)) return this.#put(this.#behind(this.#rep0))
    if (this.#rep0 >>> 0 >= this.#filled) throw new LzmaDamage('a match must lie within what came before')
    this.#copy(end)
  }

  #literal(): void {
    const before = this.#filled === 0 ? 0 : this.#behind(0)
    const which = ((this.#position & this.#literalMask) << this.#lc) + (before >> (8 - this.#lc))
    const base = LITERAL + LITERAL_PROBABILITIES * which
    const state = this.#state
    let symbol = 1
    if (state >= FIRST_MATCH_STATE) {
      let match = this.#behind(this.#rep0)
      do {
        match <<= 1
        const matchBit = match & 0x100
        const bit = this.#coder.bit(base + 0x100 + matchBit + symbol)
        symbol = (symbol << 1) | bit
        if (matchBit >> 8 !== bit) break
      } while (symbol < 0x100)
    }
    while (symbol < 0x100) symbol = (symbol << 1) | this.#coder.bit(base + symbol)
    this.#put(symbol & 0xff)
    this.#state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6
  }

  /** A match at a new distance; false for the mark of the end. */
  #match(place: number): boolean {
    this.#rep3 = this.#rep2
    this.#rep2 = this.#rep1
    this.#rep1 = this.#rep0
    const length = this.#length(MATCH_LENGTH, place)
    this.#state = this.#state < FIRST_MATCH_STATE ? 7 : 10
    this.#rep0 = this.#distance(Math.min(length, 3))
    this.#copyLeft = length + MATCH_LENGTH_MIN
    if (this.#rep0 !== END_MARK) return true
    this.#coder.normalize()
    this.#copyLeft = 0
    this.hasEnded = true
    return false
  }

  /** A match at one of the last four distances; false for a single byte. */
  #repetition(place: number): boolean {
    const state = this.#state
    if (this.#rep0 >>> 0 >= this.#filled) throw new LzmaDamage('a repetition must have something before it')
    if (this.#coder.bit(IS_REP0 + state) === 0) {
      if (this.#coder.bit(IS_REP0_LONG + state * POSITIONS + place) === 0) {
        this.#state = state < FIRST_MATCH_STATE ? 9 : 11
        return false
      }
    } else {
      const distance = this.#earlierDistance(state)
      this.#rep1 = this.#rep0
      this.#rep0 = distance
    }
    this.#copyLeft = this.#length(REP_LENGTH, place) + MATCH_LENGTH_MIN
    this.#state = state < FIRST_MATCH_STATE ? 8 : 11
    return true
  }

  #earlierDistance(state: number): number {
    if (this.#coder.bit(IS_REP1 + state) === 0) return this.#rep1
    const isThird = this.#coder.bit(IS_REP2 + state) === 0
    const distance = isThird ? this.#rep2 : this.#rep3
    if (!isThird) this.#rep3 = this.#rep2
    this.#rep2 = this.#rep1
    return distance
  }

  /** A length less {@link MATCH_LENGTH_MIN}. */
  #length(base: number, place: number): number {
    if (this.#coder.bit(base) === 0) return this.#coder.tree(base + LENGTH_LOW + 8 * place, 3)
    if (this.#coder.bit(base + 1) === 0) return 8 + this.#coder.tree(base + LENGTH_MIDDLE + 8 * place, 3)
    return 16 + this.#coder.tree(base + LENGTH_HIGH, 8)
  }

  /** A distance less one, −1 for the mark of the end; below −1 for those beyond 2 GiB, which no window has. */
  #distance(lengthClass: number): number {
    const slot = this.#coder.tree(POSITION_SLOT + 64 * lengthClass, 6)
    if (slot < 4) return slot
    const bits = (slot >> 1) - 1
    const high = (2 | (slot & 1)) << bits
    if (slot < 14) return high + this.#coder.reverseTree(POSITION_SPECIAL + high - slot, bits)
    const middle = this.#coder.directBits(bits - 4) << 4
    return (high + middle + this.#coder.reverseTree(ALIGN, 4)) | 0
  }

  /** The byte so many before the last. */
  #behind(distance: number): number {
    const place = this.#at - distance - 1
    return this.#window[place < 0 ? place + this.#window.length : place]!
  }

  #put(byte: number): void {
    this.#window[this.#at++] = byte
    if (this.#filled < this.#window.length) this.#filled++
    this.#position = (this.#position + 1) | 0
  }

  /** Copies what a match is of, up to a place in the window. */
  #copy(end: number): void {
    const window = this.#window
    const count = Math.min(this.#copyLeft, end - this.#at)
    let to = this.#at
    let from = to - this.#rep0 - 1
    if (from < 0) from += window.length
    for (const stop = to + count; to < stop; ) {
      window[to++] = window[from++]!
      if (from === window.length) from = 0
    }
    this.#at = to
    this.#copyLeft -= count
    this.#filled = Math.min(this.#filled + count, window.length)
    this.#position = (this.#position + count) | 0
  }
}
