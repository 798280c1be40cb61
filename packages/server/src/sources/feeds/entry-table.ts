/**
 * The entries of one copy of a feed, as a set that is small: 17 bytes a slot.
 *
 * Layout: open addressing, linear probing, three quarters full at most. A slot is four 32-bit words: 96 bits of SHA-256 of
 * "kind subject", which find an entry, and a check of what is said of it (confidence, time, relations); and one byte of
 * state. Ten million entries take 13.3 million slots or 227 MB, and 378 MB for the moment in which the set grows to that;
 * a copy that was as long the last time is given its size at once. Strings in a `Set` would take ten times as much.
 *
 * 96 bits: two of ten million entries fall together with a chance of 10⁻¹⁵. Who seeks out two such entries has lost
 * one of the two from a list of their own.
 */
import { hash } from 'node:crypto'
import { ProblemError } from '@tocsin/core/base'

/** Entries of one feed, at most. */
export const ENTRIES_MAX = 10_000_000

const SLOTS_MAX = Math.ceil((ENTRIES_MAX * 4) / 3)
const GROWTH = 1.5

/** Slots that are moved at once: a millisecond. */
const STEP_SLOTS = 20_000

/** Bytes of an entry in a set on disk. */
export const RECORD_BYTES = 16

/** What is known of a slot. */
export const SLOT = { free: 0, fresh: 1, same: 2, changed: 3, gone: 4 } as const

/** What finds an entry: three words of a hash. */
export type Identity = readonly [number, number, number]

/** The identity of an entry. */
export function identityOf(kind: string, subject: string): Identity {
  // As hex it comes without a Buffer of its own, in less than half the time.
  const digest = hash('sha256', `${kind} ${subject}`, 'hex')
  const word = (at: number) => Number.parseInt(digest.slice(at, at + 8), 16)
  return [word(0), word(8), word(16)]
}

/** A check of what is said of an entry: FNV-1a of 32 bits. */
export function checkOf(said: string): number {
  let sum = 0x811c9dc5
  for (let at = 0; at < said.length; at++) sum = Math.imul(sum ^ said.charCodeAt(at), 0x01000193)
  return sum >>> 0
}

/** See above. */
export class EntryTable {
  #words: Uint32Array
  #states: Uint8Array
  /** Slots that are not free. */
  #used = 0
  #size = 0

  /** @param expected how many entries there may be, as there were the last time */
  constructor(expected = 0) {
    const slots = slotsFor(Math.min(expected, ENTRIES_MAX))
    this.#words = new Uint32Array(slots * 4)
    this.#states = new Uint8Array(slots)
  }

  /** Entries that are not gone. */
  get size(): number {
    return this.#size
  }

  /** Makes room where there is little left, as a full table is moved at once, which takes up to a second. */
  async widen(pause: () => Promise<void>): Promise<void> {
    const { length } = this.#states
    if (length === SLOTS_MAX || this.#used * 8 < length * 5) return
    for (const _ of this.#growing()) await pause()
  }

  /** Adds an entry. What is said twice of one has the sum of both checks, in whatever order. Throws above the most. */
  add([a, b, c]: Identity, check: number): void {
    const slot = this.#slot(a, b, c)
    const state = this.#states[slot]!
    const word = slot * 4 + 3
    if (state !== SLOT.free && state !== SLOT.gone) {
      this.#words[word] = this.#words[word]! + check
      return
    }
    this.#words[word] = check
    this.#size++
    this.#mark(slot, [a, b, c], SLOT.fresh)
  }

  /** Notes that the feed itself says that an entry is gone. */
  remove([a, b, c]: Identity): void {
    const slot = this.#slot(a, b, c)
    const state = this.#states[slot]
    if (state !== SLOT.free && state !== SLOT.gone) this.#size--
    this.#mark(slot, [a, b, c], SLOT.gone)
  }

  /** The state of an entry: one of {@link SLOT}. */
  state([a, b, c]: Identity): number {
    return this.#states[this.#slot(a, b, c)]!
  }

  /**
   * Compares with an entry of an older set: it is the same here, or changed. Answers with the state; `free` or `gone`
   * where the entry is not here any more.
   */
  compare(identity: Identity, check: number): number {
    const slot = this.#slot(...identity)
    const state = this.#states[slot]!
    if (state === SLOT.free || state === SLOT.gone) return state
    const found = this.#words[slot * 4 + 3] === check ? SLOT.same : SLOT.changed
    this.#states[slot] = found
    return found
  }

  /** Entries as they are on disk, in pieces of at most 64 KiB; the piece is used again. */
  *records(): Generator<Uint8Array> {
    const piece = Buffer.alloc(4096 * RECORD_BYTES)
    let length = 0
    for (let slot = 0; slot < this.#states.length; slot++) {
      const state = this.#states[slot]
      if (state === SLOT.free || state === SLOT.gone) continue
      for (let word = 0; word < 4; word++) length = piece.writeUInt32LE(this.#words[slot * 4 + word]!, length)
      if (length === piece.length) {
        yield piece
        length = 0
      }
    }
    if (length > 0) yield piece.subarray(0, length)
  }

  #mark(slot: number, [a, b, c]: Identity, state: number): void {
    if (this.#states[slot] === SLOT.free) {
      this.#words[slot * 4] = a
      this.#words[slot * 4 + 1] = b
      this.#words[slot * 4 + 2] = c
      this.#used++
    }
    this.#states[slot] = state
    if (this.#used * 4 > this.#states.length * 3) this.#grow()
  }

  #slot(a: number, b: number, c: number): number {
    const words = this.#words
    const { length } = this.#states
    let slot = a % length
    while (this.#states[slot] !== SLOT.free) {
      const at = slot * 4
      if (words[at] === a && words[at + 1] === b && words[at + 2] === c) break
      slot = slot + 1 === length ? 0 : slot + 1
    }
    return slot
  }

  #grow(): void {
    for (const _ of this.#growing()) continue
  }

  /** Moves all slots to a table with more of them; in steps, between which nothing may be added. */
  *#growing(): Generator<void> {
    const words = this.#words
    const states = this.#states
    if (states.length === SLOTS_MAX) throw tooMany()
    const slots = Math.min(SLOTS_MAX, Math.ceil(states.length * GROWTH))
    this.#words = new Uint32Array(slots * 4)
    this.#states = new Uint8Array(slots)
    for (let old = 0; old < states.length; old++) {
      if (old % STEP_SLOTS === STEP_SLOTS - 1) yield
      if (states[old] === SLOT.free) continue
      const at = old * 4
      const slot = this.#slot(words[at]!, words[at + 1]!, words[at + 2]!)
      for (let word = 0; word < 4; word++) this.#words[slot * 4 + word] = words[at + word]!
      this.#states[slot] = states[old]!
    }
  }
}

/** Sizes are the greatest one, divided by the growth as often as it goes: so the last step is never a small one. */
function slotsFor(entries: number): number {
  const needed = Math.max(1024, Math.ceil((entries * 4) / 3))
  let slots = SLOTS_MAX
  while (slots / GROWTH >= needed) slots = Math.ceil(slots / GROWTH)
  return slots
}

function tooMany(): ProblemError {
  return new ProblemError({ code: 'limited', message: `Cannot read feed: it must have at most ${ENTRIES_MAX} entries` })
}
