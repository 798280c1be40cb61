/**
 * Room for a batch of datagrams, laid out as the kernel wants it, made once and used again for each batch.
 *
 *     struct mmsghdr   64 bytes: name pointer 8 · name length 4 (+4) · iovec pointer 8 · iovecs 8 · control pointer 8 ·
 *                      control length 8 · flags 4 (+4) · message length 4 (+4)
 *     struct iovec     16 bytes: pointer 8 · length 8
 *
 * There are two rows of headers over the same packets and names. The one for receiving stays as it is; the one for
 * sending is filled from the left with those packets that have an answer, so that what is dropped leaves no gap and a
 * batch leaves with one call whatever is dropped of it.
 *
 * A packet's place is an odd number of cache lines long: at a power of two the first lines of all 64 packets would fall
 * into the same few sets of the cache.
 */
import type { Libc } from './libc.ts'
import { SOCKADDR_BYTES } from './socket.ts'

const HEADER_WORDS = 16
const WORD = { name: 0, nameLength: 2, iovec: 4, iovecs: 6, flags: 12, messageLength: 14 } as const
const IOVEC_WORDS = 4
const NAME_BYTES = 32

/** Packets of one batch: more gain nothing (13 is usual at the highest rates). */
export const BATCH = 64

/** More was sent than a place has room for. */
const MSG_TRUNC = 0x20

export class Datagrams {
  /** The packets' places. */
  readonly packets: readonly Uint8Array[]
  /** Addresses of the two rows of headers. */
  readonly receiveAt: bigint
  readonly sendAt: bigint
  /** All names, each {@link NAME_BYTES} after the other. */
  readonly names: Uint8Array
  /** Answers in the row for sending. */
  count = 0
  readonly #received: Uint32Array
  readonly #sent: Uint32Array
  readonly #sentIovecs: Uint32Array
  readonly #receivedIovecs: Uint32Array
  readonly #nameBytes: number
  /** Keeps alive what the kernel writes to. */
  readonly #memory: Uint8Array

  constructor(libc: Libc, family: 4 | 6, packetBytes: number) {
    const stride = (Math.ceil(packetBytes / 64) | 1) * 64
    this.#nameBytes = SOCKADDR_BYTES[family]
    this.#memory = new Uint8Array(BATCH * stride)
    this.packets = Array.from({ length: BATCH }, (_, at) => this.#memory.subarray(at * stride, (at + 1) * stride))
    this.names = new Uint8Array(BATCH * NAME_BYTES)
    this.#received = new Uint32Array(BATCH * HEADER_WORDS)
    this.#sent = new Uint32Array(BATCH * HEADER_WORDS)
    this.#receivedIovecs = new Uint32Array(BATCH * IOVEC_WORDS)
    this.#sentIovecs = new Uint32Array(BATCH * IOVEC_WORDS)
    const memoryAt = libc.addressOf(this.#memory)
    const namesAt = libc.addressOf(this.names)
    const rows = [
      [this.#received, this.#receivedIovecs],
      [this.#sent, this.#sentIovecs],
    ] as const
    for (const [headers, iovecs] of rows) {
      const iovecsAt = libc.addressOf(iovecs)
      for (let at = 0; at < BATCH; at++) {
        const header = at * HEADER_WORDS
        setPointer(headers, header + WORD.name, namesAt + BigInt(at * NAME_BYTES))
        headers[header + WORD.nameLength] = this.#nameBytes
        setPointer(headers, header + WORD.iovec, iovecsAt + BigInt(at * IOVEC_WORDS * 4))
        headers[header + WORD.iovecs] = 1
        setPointer(iovecs, at * IOVEC_WORDS, memoryAt + BigInt(at * stride))
        iovecs[at * IOVEC_WORDS + 2] = packetBytes
      }
    }
    this.receiveAt = libc.addressOf(this.#received)
    this.sendAt = libc.addressOf(this.#sent)
  }

  /** Bytes of the packet received at a place; one that was cut off is as long as its place. */
  lengthAt(at: number): number {
    return this.#received[at * HEADER_WORDS + WORD.messageLength]!
  }

  /** Whether a packet was longer than its place. */
  isCutAt(at: number): boolean {
    return (this.#received[at * HEADER_WORDS + WORD.flags]! & MSG_TRUNC) !== 0
  }

  /** Where the address of the sender of a packet begins among {@link names}. */
  addressAt(at: number): number {
    return at * NAME_BYTES + (this.#nameBytes === SOCKADDR_BYTES[4] ? 4 : 8)
  }

  /** Whether a packet can be answered: port 0 is a forgery. */
  hasPortAt(at: number): boolean {
    return (this.names[at * NAME_BYTES + 2]! | this.names[at * NAME_BYTES + 3]!) !== 0
  }

  /** Puts the first `length` bytes at a place into the row for sending, to where its packet came from. */
  answer(at: number, length: number): void {
    const sent = this.count * HEADER_WORDS
    const received = at * HEADER_WORDS
    this.#sent[sent + WORD.name] = this.#received[received + WORD.name]!
    this.#sent[sent + WORD.name + 1] = this.#received[received + WORD.name + 1]!
    const iovec = this.count * IOVEC_WORDS
    this.#sentIovecs[iovec] = this.#receivedIovecs[at * IOVEC_WORDS]!
    this.#sentIovecs[iovec + 1] = this.#receivedIovecs[at * IOVEC_WORDS + 1]!
    this.#sentIovecs[iovec + 2] = length
    this.count += 1
  }

  /** The address of the header of an answer in the row for sending. */
  sendFrom(answer: number): bigint {
    return answer === 0 ? this.sendAt : this.sendAt + BigInt(answer * HEADER_WORDS * 4)
  }

  /** Makes the places ready to receive again; so many were received. */
  clear(received: number): void {
    this.count = 0
    for (let at = 0; at < received; at++) this.#received[at * HEADER_WORDS + WORD.nameLength] = this.#nameBytes
  }
}

/** Both machines that this runs on are little-endian. */
function setPointer(words: Uint32Array, at: number, pointer: bigint): void {
  words[at] = Number(pointer & 0xffffffffn)
  words[at + 1] = Number(pointer >> 32n)
}
