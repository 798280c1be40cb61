/** Fields of a `.7z` header (`7zFormat.txt` of the LZMA SDK): bytes, and numbers of one to nine bytes. */

/** The header is none. */
export class SevenDamage extends Error {}

/** Reads forward. Every method throws {@link SevenDamage} where the header ends before. */
export class SevenFields {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  byte(): number {
    return this.bytes(1)[0]!
  }

  bytes(count: number): Buffer {
    if (count > this.left) throw new SevenDamage('a header that ends too early')
    this.#at += count
    return this.#bytes.subarray(this.#at - count, this.#at)
  }

  /** The first byte's leading ones say how many bytes follow, its rest is the highest part. Below 2^53. */
  number(): number {
    const first = this.byte()
    let following = 0
    while (following < 8 && (first & (0x80 >> following)) !== 0) following++
    let value = (first & (0x7f >> following)) * 256 ** following
    for (const [at, byte] of this.bytes(following).entries()) value += byte * 256 ** at
    if (!Number.isSafeInteger(value)) throw new SevenDamage('a size beyond all sizes')
    return value
  }

  /** A number of things of which each takes a byte or more of what is left, unless `countMax` is given. */
  count(countMax: number = this.left): number {
    const count = this.number()
    if (count > countMax) throw new SevenDamage(`more things than may be: ${count}`)
    return count
  }

  /** So many flags, the highest bit first. */
  flags(count: number): readonly boolean[] {
    const bytes = this.bytes(Math.ceil(count / 8))
    return Array.from({ length: count }, (_, at) => (bytes[at >> 3]! & (0x80 >> (at & 7))) !== 0)
  }

  /** Check sums, of those that have one. */
  sums(count: number): readonly (number | undefined)[] {
    const has = this.byte() === 0 ? this.flags(count) : Array.from({ length: count }, () => true)
    return has.map(isThere => (isThere ? this.bytes(4).readUInt32LE() : undefined))
  }

  /** The next byte must be this. */
  expect(wanted: number): void {
    const found = this.byte()
    if (found !== wanted) throw new SevenDamage(`part ${found} where ${wanted} must be`)
  }
}
