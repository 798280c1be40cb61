/**
 * The changes of one batch as bytes, as the log keeps them:
 *
 *     per change: type and flags (u8) · key (32) · the two words of the entry (u32 little-endian each) · text
 *     text: its length in bytes (u16, little-endian, 65,535 for longer ones followed by a u32) · UTF-8
 *
 * The words are absent where the entry was removed (flag 8), the text where only the hash is known (flag 16).
 */
import { SUBJECT_TYPES, type SubjectType } from '@tocsin/core/subject'
import type { PackedEntry } from '@tocsin/core/verdict'

const TYPE_BITS = 7
const REMOVED = 8
const NAMELESS = 16
const KEY_BYTES = 32
const LONG = 0xffff

/** Bytes of a change without its text, at most. */
const CHANGE_BYTES = 1 + KEY_BYTES + 8 + 2 + 4

/** A change whose entry is in its two words. */
export interface PackedChange {
  readonly type: SubjectType
  /** 32 bytes. */
  readonly key: Uint8Array
  readonly value: string | undefined
  /** `undefined` where the subject has no entry any more. */
  readonly entry: PackedEntry | undefined
}

/** Writes changes one after the other. */
export class BatchWriter {
  #bytes = Buffer.allocUnsafe(64 * 1024)
  #length = 0

  add(type: number, key: Uint8Array, entry: PackedEntry | undefined, value: string | undefined): void {
    const textMax = value === undefined ? 0 : 3 * value.length
    this.#makeRoom(CHANGE_BYTES + textMax)
    const bytes = this.#bytes
    let at = this.#length
    bytes[at] = type | (entry === undefined ? REMOVED : 0) | (value === undefined ? NAMELESS : 0)
    bytes.set(key, at + 1)
    at += 1 + KEY_BYTES
    if (entry !== undefined) {
      bytes.writeUInt32LE(entry.when, at)
      bytes.writeUInt32LE(entry.what, at + 4)
      at += 8
    }
    if (value !== undefined) at = this.#addText(value, at)
    this.#length = at
  }

  /** A view of what was written, and an empty writer. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#length)
    this.#length = 0
    return taken
  }

  #addText(value: string, at: number): number {
    const bytes = this.#bytes
    const isLong = 3 * value.length >= LONG
    const from = at + (isLong ? 6 : 2)
    const length = bytes.write(value, from, 'utf8')
    bytes.writeUInt16LE(isLong ? LONG : length, at)
    if (isLong) bytes.writeUInt32LE(length, at + 2)
    return from + length
  }

  #makeRoom(count: number): void {
    if (this.#length + count <= this.#bytes.length) return
    const grown = Buffer.allocUnsafe(2 * (this.#bytes.length + count))
    this.#bytes.copy(grown, 0, 0, this.#length)
    this.#bytes = grown
  }
}

/** Reads a batch. What this program did not write is a range error or nonsense: the file is its own. */
export function* changesOf(batch: Uint8Array): Iterable<PackedChange> {
  const bytes = Buffer.from(batch.buffer, batch.byteOffset, batch.length)
  for (let at = 0; at < bytes.length; ) {
    const head = bytes[at]!
    const key = bytes.subarray(at + 1, at + 1 + KEY_BYTES)
    at += 1 + KEY_BYTES
    let entry: PackedEntry | undefined
    if ((head & REMOVED) === 0) {
      entry = { when: bytes.readUInt32LE(at), what: bytes.readUInt32LE(at + 4) }
      at += 8
    }
    let value: string | undefined
    if ((head & NAMELESS) === 0) {
      let length = bytes.readUInt16LE(at)
      at += 2
      if (length === LONG) {
        length = bytes.readUInt32LE(at)
        at += 4
      }
      value = bytes.toString('utf8', at, at + length)
      at += length
    }
    yield { type: SUBJECT_TYPES[head & TYPE_BITS]!, key: new Uint8Array(key), value, entry }
  }
}
