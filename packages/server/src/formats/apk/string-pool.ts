/** The strings of binary XML (`ResStringPool` in AOSP's ResourceTypes.h), each decoded when it is asked for. */
import { cannotRead, type Span } from './little-endian.ts'

/** Strings of a pool, at most. */
const STRINGS_MAX = 65_536

/** Bytes of one string, at most. */
const STRING_BYTES_MAX = 65_536

const UTF8 = 0x100
const HEADER_BYTES = 28

/** See above. */
export class StringPool {
  readonly #chunk: Span
  readonly #count: number
  readonly #start: number
  readonly #isUtf8: boolean

  /** @param chunk the whole chunk, its header included. Throws `invalid` for one that is out of bounds. */
  constructor(chunk: Span) {
    this.#chunk = chunk
    this.#count = chunk.u32(8)
    this.#isUtf8 = (chunk.u32(16) & UTF8) !== 0
    this.#start = chunk.u32(20)
    if (this.#count > STRINGS_MAX)
      throw cannotRead(`a pool must have at most ${STRINGS_MAX} strings, found ${this.#count}`)
  }

  /** The string at an index; `undefined` for an index beyond the pool, as −1 for "none" is. */
  get(index: number): string | undefined {
    if (index >= this.#count) return undefined
    const at = this.#start + this.#chunk.u32(HEADER_BYTES + 4 * index)
    return this.#isUtf8 ? this.#utf8(at) : this.#utf16(at)
  }

  #utf8(at: number): string {
    // First the length in UTF-16 units, which nobody needs, then the one in bytes.
    const behind = at + ((this.#chunk.u8(at) & 0x80) === 0 ? 1 : 2)
    const first = this.#chunk.u8(behind)
    const isLong = (first & 0x80) !== 0
    const length = isLong ? ((first & 0x7f) << 8) | this.#chunk.u8(behind + 1) : first
    return new TextDecoder().decode(this.#chunk.part(behind + (isLong ? 2 : 1), length).bytes)
  }

  #utf16(at: number): string {
    const first = this.#chunk.u16(at)
    const isLong = (first & 0x8000) !== 0
    const units = isLong ? (first & 0x7fff) * 0x10000 + this.#chunk.u16(at + 2) : first
    if (units * 2 > STRING_BYTES_MAX)
      throw cannotRead(`a string must have at most ${STRING_BYTES_MAX} bytes, found ${units * 2}`)
    return new TextDecoder('utf-16le').decode(this.#chunk.part(at + (isLong ? 4 : 2), units * 2).bytes)
  }
}
