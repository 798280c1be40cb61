import { concatBytes } from '@tocsin/core/base'

/** RFC 1035 §4.2.2: two bytes of length before each message. */
const PREFIX_BYTES = 2

/**
 * Cuts a TCP stream into messages (RFC 7766 §8), however it arrives: byte by byte, or many in one piece.
 *
 * It keeps what has not been taken yet, so its caller stops reading from the socket while it does not take.
 */
export class MessageFramer {
  readonly #messageBytesMax: number
  #held: Uint8Array = new Uint8Array()
  #at = 0

  /** @param messageBytesMax up to 65,535. */
  constructor(messageBytesMax: number) {
    this.#messageBytesMax = messageBytesMax
  }

  /** Takes the next piece of the stream. */
  push(chunk: Uint8Array): void {
    this.#held = this.#at === this.#held.length ? chunk : concatBytes([this.#held.subarray(this.#at), chunk])
    this.#at = 0
  }

  /**
   * The next whole message; `incomplete` if it has not arrived yet; `too-long` if it announces more than allowed: the
   * stream cannot be used any further then.
   */
  next(): Uint8Array | 'incomplete' | 'too-long' {
    if (this.#held.length - this.#at < PREFIX_BYTES) return 'incomplete'
    const length = ((this.#held[this.#at] as number) << 8) | (this.#held[this.#at + 1] as number)
    if (length > this.#messageBytesMax) return 'too-long'
    const from = this.#at + PREFIX_BYTES
    if (this.#held.length < from + length) return 'incomplete'
    this.#at = from + length
    return this.#held.subarray(from, this.#at)
  }
}

/**
 * A message of at most 65,535 bytes with its length before it, in one piece so that it leaves in one segment (RFC 7766
 * §8).
 */
export function frameMessage(message: Uint8Array): Uint8Array {
  return concatBytes([Uint8Array.of(message.length >> 8, message.length & 255), message])
}
