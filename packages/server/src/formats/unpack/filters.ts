/** What packers do to bytes before they pack them, undone piece by piece. */

/** Delta: each byte is told as its difference from the one so many before. @param distance 1 to 256 */
export async function* deltaUndone(
  chunks: AsyncIterable<Uint8Array>,
  distance: number,
): AsyncGenerator<Uint8Array, void> {
  const before = new Uint8Array(256)
  let at = 0
  for await (const chunk of chunks) {
    const whole = chunk.slice()
    for (let index = 0; index < whole.length; index++, at++) {
      const byte = (whole[index]! + before[(at - distance) & 255]!) & 255
      before[at & 255] = byte
      whole[index] = byte
    }
    yield whole
  }
}

/** Which of the last three bytes were an opcode, as bits, and what that means for the next one. */
const MAY_FOLLOW = [true, true, true, false, true, false, false, false] as const
const BYTES_BACK = [0, 1, 2, 2, 3, 3, 3, 3] as const

/** Bytes of an address and its opcode. */
const CALL_BYTES = 5

/**
 * BCJ of x86: addresses of calls and jumps (E8, E9) are absolute in what was packed, so that calls of one place look alike,
 * and become relative again. After `xz_dec_bcj.c` of XZ Embedded, which is in the public domain.
 *
 * @param start the address of the first byte, as the packer took it
 */
export async function* x86Undone(chunks: AsyncIterable<Uint8Array>, start = 0): AsyncGenerator<Uint8Array, void> {
  const filter = new X86Filter(start)
  let rest: Uint8Array = new Uint8Array(0)
  for await (const chunk of chunks) {
    const bytes = Buffer.concat([rest, chunk])
    const done = filter.undo(bytes)
    rest = bytes.subarray(done)
    if (done > 0) yield bytes.subarray(0, done)
  }
  if (rest.length > 0) yield rest
}

class X86Filter {
  #position: number
  #mask = 0

  constructor(start: number) {
    this.#position = start
  }

  /** Undoes it in place; says how many bytes are done with: the last four wait for what follows. */
  undo(bytes: Buffer): number {
    const end = bytes.length - (CALL_BYTES - 1)
    if (end <= 0) return 0
    let last = -1
    let at = 0
    for (; at < end; at++) {
      if ((bytes[at]! & 0xfe) !== 0xe8) continue
      const gap = at - last
      last = at
      this.#mask = gap > 3 ? 0 : (this.#mask << (gap - 1)) & 7
      if (this.#isAddressAt(bytes, at)) {
        this.#turn(bytes, at)
        at += CALL_BYTES - 1
      } else this.#mask = (this.#mask << 1) | 1
    }
    const gap = at - last
    this.#mask = gap > 3 ? 0 : this.#mask << (gap - 1)
    this.#position = (this.#position + at) >>> 0
    return at
  }

  #isAddressAt(bytes: Buffer, at: number): boolean {
    const mask = this.#mask
    if (mask !== 0 && (!MAY_FOLLOW[mask] || isEdge(bytes[at + 4 - BYTES_BACK[mask]!]!))) return false
    return isEdge(bytes[at + 4]!)
  }

  #turn(bytes: Buffer, at: number): void {
    let from = bytes.readUInt32LE(at + 1)
    let to: number
    for (;;) {
      to = (from - (this.#position + at + CALL_BYTES)) >>> 0
      if (this.#mask === 0) break
      const bits = BYTES_BACK[this.#mask]! * 8
      if (!isEdge((to >>> (24 - bits)) & 0xff)) break
      from = (to ^ (2 ** (32 - bits) - 1)) >>> 0
    }
    to &= 0x01ffffff
    if ((to & 0x01000000) !== 0) to |= 0xff000000
    bytes.writeUInt32LE(to >>> 0, at + 1)
  }
}

/** Whether it may be the upper byte of a near address. */
function isEdge(byte: number): boolean {
  return byte === 0 || byte === 0xff
}
