/**
 * Entries by key, small and quick: an open-addressing table with linear probing over one `Uint32Array`.
 *
 *     slot = six words: key word 0–3 (the first 128 bits of the 256-bit key) · when · what
 *
 * A slot is free where all six words are 0, and a grave where the keys are 0 and `what` is 0xffffffff; no real key is
 * all zeros, SHA-256 being what it is. 128 bits are enough to tell keys apart: with 100 million entries the chance that
 * any two share a prefix is 1.5e-23. Keys are digests, so their own bits serve as the hash; someone who grinds inputs to
 * collide in the low bits of the first word lengthens one probe chain at the cost of 2^20 hashes a step. Full at 0.7 it
 * doubles: 24 to 69 bytes per entry.
 *
 * Both rest on keys being digests, which the key of a file is only for those who play fair: it is what a reporter says
 * it is. {@link tableKey} makes a digest of it.
 */
import type { Sha256 } from '../base/index.ts'
import { sha256 as portable } from '../base/index.ts'
import type { SubjectType } from '../subject/index.ts'
import type { PackedEntry } from '../verdict/index.ts'

const WORDS = 6
const GRAVE = 0xffffffff
const LOAD_MAX = 0.7

/**
 * The key by which a table knows a subject: its own, and for a file the SHA-256 of it. Anyone with a sensor's key can
 * report a file whose "SHA-256" begins as that of another file does, and would list or remove that other one; or a
 * thousand that share one place in the table.
 */
export function tableKey(type: SubjectType, key: Uint8Array, sha256: Sha256 = portable): Uint8Array {
  return type === 'file' ? sha256(key) : key
}

/** A map from 32-byte keys, which must be digests (see {@link tableKey}), to packed entries. */
export class KeyTable {
  #slots: Uint32Array
  #mask: number
  #size = 0
  /** Slots that are not free: entries and graves. */
  #used = 0

  /** @param expected entries to make room for at once; the table grows past it by itself */
  constructor(expected = 16) {
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(16, expected / LOAD_MAX)))
    this.#slots = new Uint32Array(capacity * WORDS)
    this.#mask = capacity - 1
  }

  /** Number of entries. */
  get size(): number {
    return this.#size
  }

  get(key: Uint8Array): PackedEntry | undefined {
    const base = this.#find(word(key, 0), word(key, 4), word(key, 8), word(key, 12))
    return base < 0 ? undefined : { when: this.#slots[base + 4]!, what: this.#slots[base + 5]! }
  }

  set(key: Uint8Array, entry: PackedEntry): void {
    if (this.#used + 1 > LOAD_MAX * (this.#mask + 1)) this.#rebuild()
    const [k0, k1, k2, k3] = [word(key, 0), word(key, 4), word(key, 8), word(key, 12)]
    let base = this.#find(k0, k1, k2, k3)
    if (base < 0) {
      base = this.#free(k0)
      this.#size += 1
      this.#used += 1
    }
    this.#slots.set([k0, k1, k2, k3, entry.when, entry.what], base)
  }

  /** Removes a key; says whether it was there. */
  delete(key: Uint8Array): boolean {
    const base = this.#find(word(key, 0), word(key, 4), word(key, 8), word(key, 12))
    if (base < 0) return false
    this.#slots.set([0, 0, 0, 0, 0, GRAVE], base)
    this.#size -= 1
    return true
  }

  /** The word index of the slot that holds the key, or −1. */
  #find(k0: number, k1: number, k2: number, k3: number): number {
    const slots = this.#slots
    for (let slot = k0 & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const base = slot * WORDS
      if (slots[base] === k0 && slots[base + 1] === k1 && slots[base + 2] === k2 && slots[base + 3] === k3) return base
      if (isFree(slots, base)) return -1
    }
  }

  #free(k0: number): number {
    let slot = k0 & this.#mask
    while (!isFree(this.#slots, slot * WORDS)) slot = (slot + 1) & this.#mask
    return slot * WORDS
  }

  /** Twice the room if it is needed, and no graves. */
  #rebuild(): void {
    const old = this.#slots
    const capacity = (this.#mask + 1) * (this.#size > (LOAD_MAX / 2) * (this.#mask + 1) ? 2 : 1)
    this.#slots = new Uint32Array(capacity * WORDS)
    this.#mask = capacity - 1
    this.#used = this.#size
    for (let base = 0; base < old.length; base += WORDS) {
      if (isFree(old, base) || isGrave(old, base)) continue
      this.#slots.set(old.subarray(base, base + WORDS), this.#free(old[base]!))
    }
  }
}

/** No real key has four zero words, so what looks like one is free or a grave. */
function hasNoKey(slots: Uint32Array, base: number): boolean {
  return slots[base] === 0 && slots[base + 1] === 0 && slots[base + 2] === 0 && slots[base + 3] === 0
}

function isFree(slots: Uint32Array, base: number): boolean {
  return hasNoKey(slots, base) && slots[base + 5] === 0
}

function isGrave(slots: Uint32Array, base: number): boolean {
  return hasNoKey(slots, base) && slots[base + 5] === GRAVE
}

function word(key: Uint8Array, at: number): number {
  return ((key[at]! << 24) | (key[at + 1]! << 16) | (key[at + 2]! << 8) | key[at + 3]!) >>> 0
}
