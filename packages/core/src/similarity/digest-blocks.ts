/**
 * Digests in memory, those with the same header (code of the length, ratios) together, so that a search passes by all
 * others unread.
 *
 *     heads[length << 8 | ratios] → block → block → −1       a chain for each header; only its first block has free slots
 *     block = 16 slots of 37 bytes: a label, a checksum, 8 words of buckets; word 0 of all slots, then word 1 of all, …
 *     page  = 256 blocks; pages are added and never moved, so that an addition never copies what is there
 *
 * A sorted array would take no pointers but has to be merged with what comes in, and a merge of a million takes longer
 * than a search may. Blocks of 16 leave some eight slots free in each chain: with a million digests 2 to 8 bytes for each.
 * The words of a block lie side by side because most digests are given up after their third: word by word a search reads
 * three cache lines of a block instead of eight.
 */
import { AT, brandTlsh, TLSH_BYTES, TLSH_HEADER_BYTES, type Tlsh } from './tlsh.ts'

/** Words of four bytes that the buckets of a digest take; the first byte is the lowest. */
export const BODY_WORDS = 8

/** Slots of a block. */
export const BLOCK_SLOTS = 16

const PAGE_BLOCKS = 256
const PAGE_SLOTS = PAGE_BLOCKS * BLOCK_SLOTS
const HEADERS = 0x10000

/** A run of blocks. Slots of block b are `(b % 256) · 16` and those after it; where their words lie says {@link wordAt}. */
export interface Page {
  readonly bodies: Uint32Array
  readonly labels: Uint32Array
  readonly checksums: Uint8Array
  readonly next: Int32Array
  readonly used: Uint8Array
}

/** What {@link DigestBlocks.each} hands out. */
export interface Labelled {
  readonly digest: Tlsh
  readonly label: number
}

/** The store. One writer and any number of readers in one thread; a search may stand between any two additions. */
export class DigestBlocks {
  readonly #pages: Page[] = []
  readonly #heads = new Int32Array(HEADERS).fill(-1)
  #blocks = 0
  #free = -1
  #size = 0

  /** How many digests it holds. */
  get size(): number {
    return this.#size
  }

  /** Bytes of memory in arrays. */
  get bytes(): number {
    const page = PAGE_SLOTS * (4 * BODY_WORDS + 4 + 1) + PAGE_BLOCKS * (4 + 1)
    return HEADERS * 4 + this.#pages.length * page
  }

  /** The first block of a header's chain; −1 where there is none. */
  head(header: number): number {
    return this.#heads[header]!
  }

  /** The page that a block lies in. */
  page(block: number): Page {
    return this.#pages[block >>> 8]!
  }

  /** Adds a digest under a label. The same pair twice is held twice. */
  add(digest: Tlsh, label: number): void {
    const header = headerOf(digest)
    let block = this.#heads[header]!
    if (block < 0 || this.page(block).used[block & 0xff] === BLOCK_SLOTS) block = this.#prepend(header)
    const page = this.page(block)
    const local = block & 0xff
    const slot = local * BLOCK_SLOTS + page.used[local]!
    page.checksums[slot] = digest[AT.checksum]!
    page.labels[slot] = label
    for (let word = 0; word < BODY_WORDS; word++) page.bodies[wordAt(slot, word)] = bodyWord(digest, word)
    page.used[local] = page.used[local]! + 1
    this.#size++
  }

  /** Takes one digest of this label away; false where it is not held. The last of the first block fills the gap. */
  remove(digest: Tlsh, label: number): boolean {
    const header = headerOf(digest)
    for (let block = this.#heads[header]!; block >= 0; block = this.page(block).next[block & 0xff]!) {
      const slot = slotOf(this.page(block), block & 0xff, digest, label)
      if (slot < 0) continue
      this.#fill(header, this.page(block), slot)
      this.#size--
      return true
    }
    return false
  }

  /** All digests, header by header. Nothing may be added or removed meanwhile. */
  *each(): Generator<Labelled> {
    for (let header = 0; header < HEADERS; header++) {
      for (let block = this.#heads[header]!; block >= 0; block = this.page(block).next[block & 0xff]!) {
        const page = this.page(block)
        const first = (block & 0xff) * BLOCK_SLOTS
        for (let slot = first; slot < first + page.used[block & 0xff]!; slot++) yield read(page, slot, header)
      }
    }
  }

  /** Moves the last digest of the chain's first block into the slot, and frees the block where it was the only one. */
  #fill(header: number, page: Page, slot: number): void {
    const head = this.#heads[header]!
    const from = this.page(head)
    const local = head & 0xff
    const last = local * BLOCK_SLOTS + from.used[local]! - 1
    page.checksums[slot] = from.checksums[last]!
    page.labels[slot] = from.labels[last]!
    for (let word = 0; word < BODY_WORDS; word++) {
      page.bodies[wordAt(slot, word)] = from.bodies[wordAt(last, word)]!
    }
    from.used[local] = from.used[local]! - 1
    if (from.used[local] !== 0) return
    this.#heads[header] = from.next[local]!
    from.next[local] = this.#free
    this.#free = head
  }

  #prepend(header: number): number {
    const block = this.#free >= 0 ? this.#free : this.#grow()
    const page = this.page(block)
    if (block === this.#free) this.#free = page.next[block & 0xff]!
    page.next[block & 0xff] = this.#heads[header]!
    this.#heads[header] = block
    return block
  }

  #grow(): number {
    if (this.#blocks === this.#pages.length * PAGE_BLOCKS) this.#pages.push(emptyPage())
    return this.#blocks++
  }
}

/** The header that a digest's chain has: code of the length, then ratios. */
export function headerOf(digest: Tlsh): number {
  return (digest[AT.length]! << 8) | digest[AT.quartiles]!
}

/** Where a word of a slot lies in the bodies of its page. */
function wordAt(slot: number, word: number): number {
  const inBlock = slot % BLOCK_SLOTS
  return (slot - inBlock) * BODY_WORDS + word * BLOCK_SLOTS + inBlock
}

function emptyPage(): Page {
  return {
    bodies: new Uint32Array(PAGE_SLOTS * BODY_WORDS),
    labels: new Uint32Array(PAGE_SLOTS),
    checksums: new Uint8Array(PAGE_SLOTS),
    next: new Int32Array(PAGE_BLOCKS),
    used: new Uint8Array(PAGE_BLOCKS),
  }
}

function bodyWord(digest: Tlsh, word: number): number {
  const at = TLSH_HEADER_BYTES + 4 * word
  return digest[at]! | (digest[at + 1]! << 8) | (digest[at + 2]! << 16) | (digest[at + 3]! << 24)
}

/** The slot in this block that holds the digest under the label; −1 where none does. */
function slotOf(page: Page, local: number, digest: Tlsh, label: number): number {
  const first = local * BLOCK_SLOTS
  for (let slot = first; slot < first + page.used[local]!; slot++) {
    if (page.labels[slot] !== label || page.checksums[slot] !== digest[AT.checksum]) continue
    let word = 0
    while (word < BODY_WORDS && page.bodies[wordAt(slot, word)] === bodyWord(digest, word) >>> 0) word++
    if (word === BODY_WORDS) return slot
  }
  return -1
}

function read(page: Page, slot: number, header: number): Labelled {
  const bytes = new Uint8Array(TLSH_BYTES)
  bytes[AT.checksum] = page.checksums[slot]!
  bytes[AT.length] = header >>> 8
  bytes[AT.quartiles] = header & 0xff
  for (let at = 0; at < 4 * BODY_WORDS; at++) {
    bytes[TLSH_HEADER_BYTES + at] = page.bodies[wordAt(slot, at >>> 2)]! >>> (8 * (at & 3))
  }
  return { digest: brandTlsh(bytes), label: page.labels[slot]! }
}
