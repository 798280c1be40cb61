/**
 * The state hash of a set of entries: the sum modulo 2^256 of SHA-256(type ‖ key ‖ payload). A sum, so that it follows
 * each change at the cost of one or two hashes and does not depend on order; a replica that adds up the same sum holds
 * the same set. (A sum of hashes is not collision-free against someone who may choose thousands of entries; heads are
 * signed, and this guards against error, not against the signer.)
 */
import { SUBJECT_TYPES, type SubjectType } from '../subject/index.ts'
import type { PackedEntry } from '../verdict/index.ts'

const WORDS = 8

/** A 256-bit sum, mutable; one per type. */
export class StateHash {
  /** Eight 32-bit words, least significant first, kept as numbers below 2^32. */
  readonly #words = new Float64Array(WORDS)

  /** Reads a sum from its 64 hex digits; the empty set's is 64 zeros. */
  static fromHex(hex: string): StateHash {
    const hash = new StateHash()
    for (let word = 0; word < WORDS; word++) {
      hash.#words[WORDS - 1 - word] = Number.parseInt(hex.slice(word * 8, word * 8 + 8), 16)
    }
    return hash
  }

  /** Adds the digest (32 bytes) of an entry that came. */
  add(digest: Uint8Array): void {
    this.#accumulate(digest, 1)
  }

  /** Takes away the digest of an entry that went. */
  subtract(digest: Uint8Array): void {
    this.#accumulate(digest, -1)
  }

  /** 64 lower-case hex digits. */
  hex(): string {
    let text = ''
    for (let word = WORDS - 1; word >= 0; word--) text += this.#words[word]!.toString(16).padStart(8, '0')
    return text
  }

  #accumulate(digest: Uint8Array, sign: 1 | -1): void {
    let carry = 0
    for (let word = 0; word < WORDS; word++) {
      const at = 28 - word * 4
      const part = ((digest[at]! << 24) | (digest[at + 1]! << 16) | (digest[at + 2]! << 8) | digest[at + 3]!) >>> 0
      const sum = this.#words[word]! + sign * part + carry
      carry = Math.floor(sum / 0x1_0000_0000)
      this.#words[word] = sum - carry * 0x1_0000_0000
    }
  }
}

/** SHA-256(type ‖ key ‖ payload): one byte, 32 bytes, eight bytes big-endian. */
export function entryDigest(
  type: SubjectType,
  key: Uint8Array,
  entry: PackedEntry,
  sha256: (bytes: Uint8Array) => Uint8Array,
): Uint8Array {
  const bytes = new Uint8Array(41)
  bytes[0] = SUBJECT_TYPES.indexOf(type)
  bytes.set(key, 1)
  const view = new DataView(bytes.buffer)
  view.setUint32(33, entry.when)
  view.setUint32(37, entry.what)
  return sha256(bytes)
}
