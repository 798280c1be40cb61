/**
 * Which of many digests are near a given one: exact, by reading only what can be near.
 *
 * The distance is a sum, and its header part is known for a whole chain of {@link DigestBlocks} at once: with a radius of
 * 70, lengths more than five codes apart (a factor of 1.6) are out, and so are most pairs of ratios. Of what is left each
 * digest is summed up four bytes at a time, from a table of 8 KiB made for this question, until the sum is over the
 * radius: of two that differ at random 12 of 32 bytes are read.
 *
 * Nothing is approximated, so it finds exactly what an exhaustive search finds. Among a million made-up digests whose
 * lengths differ by a factor of 8 only, half of all within five codes of each other, a search takes 6.6 ms (median) and
 * 14 ms (p99) of one core with a radius of 70, 3 and 8 with 30, 15 and 25 to 30 with 100. `npm run bench -- similarity`
 * measures it.
 *
 * Set aside: multi-index hashing (a radius of 70 spreads over all 32 bytes, so that no part of a digest must be equal or
 * nearly so), vantage point trees (the distance is no metric: a difference of 3 in a bucket counts 6), and locality
 * sensitive hashing on top (approximate, and more memory for tables than for digests).
 *
 * The worst case is a flood of digests with one header, all within the radius, so that each is read to its end: a million
 * took 51 ms with a limit of 1, 86 with 64 and 520 with 10,000. Who feeds an index from reports should bound how many
 * digests one reporter may add.
 */
import { ProblemError } from '../base/index.ts'
import { BLOCK_SLOTS, BODY_WORDS, DigestBlocks, type Labelled, type Page } from './digest-blocks.ts'
import { LENGTH_CODES } from './length-code.ts'
import { Nearest, type Neighbour } from './nearest.ts'
import { AT, TLSH_HEADER_BYTES, type Tlsh } from './tlsh.ts'
import { byteDistances, lengthDistance, NEAR, quartilesDistance, TLSH_DISTANCE_MAX } from './tlsh-distance.ts'

const LABEL_MAX = 0xffff_ffff
const LIMIT_MAX = 10_000

/** What to look for. */
export interface Search {
  /** Largest distance, 0 to `TLSH_DISTANCE_MAX`; default `NEAR.similar`. */
  readonly within?: number
  /** The most neighbours wanted, 1 to 10,000, nearest first; default 64. Few make a search in a crowd faster. */
  readonly limit?: number
}

/**
 * The digests of many files under labels, numbers of 32 bits by which the caller knows the files. One thread; additions
 * and removals take effect at once and cost about a microsecond, so they may come between any two searches.
 */
export class TlshIndex {
  readonly #blocks = new DigestBlocks()
  readonly #sums = new Uint8Array(BODY_WORDS * 4 * 256)
  readonly #ratios = new Uint8Array(256)

  /** How many digests it holds. */
  get size(): number {
    return this.#blocks.size
  }

  /** Bytes of memory: 38 to 42 a digest with a million of them, and 0.3 MB for an empty index. */
  get bytes(): number {
    return this.#blocks.bytes + this.#sums.length + this.#ratios.length
  }

  /** Adds a digest under a label. Labels need not be unique; the same pair twice is found twice. */
  add(digest: Tlsh, label: number): void {
    checkRange('label', label, 0, LABEL_MAX)
    this.#blocks.add(digest, label)
  }

  /** Takes one digest of this label away; false where it is not held. */
  remove(digest: Tlsh, label: number): boolean {
    return this.#blocks.remove(digest, label)
  }

  /** Everything it holds, in no promised order. Nothing may be added or removed meanwhile. */
  each(): Generator<Labelled> {
    return this.#blocks.each()
  }

  /**
   * The neighbours of a digest, nearest first and then by label; its own entry is among them at distance 0. What is
   * left out because of the limit is never nearer than what is there. Throws `invalid` for options out of range.
   */
  neighbours(digest: Tlsh, { within = NEAR.similar, limit = 64 }: Search = {}): readonly Neighbour[] {
    checkRange('within', within, 0, TLSH_DISTANCE_MAX)
    checkRange('limit', limit, 1, LIMIT_MAX)
    this.#prepare(digest)
    const nearest = new Nearest(within, limit)
    const length = digest[AT.length]!
    for (let step = 0; step < LENGTH_CODES; step++) {
      const cost = lengthDistance(length, length + step)
      if (cost > nearest.radius) break
      if (length + step < LENGTH_CODES) this.#searchLength(length + step, cost, digest[AT.checksum]!, nearest)
      if (step > 0 && step <= length) this.#searchLength(length - step, cost, digest[AT.checksum]!, nearest)
    }
    return nearest.found
  }

  /** Lays out the distances of every byte that may stand at each place from the byte that does. */
  #prepare(digest: Tlsh): void {
    const distances = byteDistances()
    for (let place = 0; place < 4 * BODY_WORDS; place++) {
      const row = digest[TLSH_HEADER_BYTES + place]! << 8
      this.#sums.set(distances.subarray(row, row + 256), place << 8)
    }
    for (let other = 0; other < 256; other++) {
      this.#ratios[other] = quartilesDistance(digest[AT.quartiles]!, other)
    }
  }

  #searchLength(length: number, cost: number, checksum: number, nearest: Nearest): void {
    for (let ratios = 0; ratios < 256; ratios++) {
      const header = cost + this.#ratios[ratios]!
      if (header > nearest.radius) continue
      let block = this.#blocks.head((length << 8) | ratios)
      while (block >= 0) {
        const page = this.#blocks.page(block)
        searchBlock(page, block & 0xff, this.#sums, header, checksum, nearest)
        block = page.next[block & 0xff]!
      }
    }
  }
}

function searchBlock(
  page: Page,
  local: number,
  sums: Uint8Array,
  header: number,
  checksum: number,
  nearest: Nearest,
): void {
  const { bodies, checksums } = page
  const first = local * BLOCK_SLOTS
  const used = page.used[local]!
  for (let slot = 0; slot < used; slot++) {
    const radius = nearest.radius
    const start = first * BODY_WORDS + slot
    let distance = checksums[first + slot] === checksum ? header : header + 1
    distance += four(sums, 0, bodies[start]!) + four(sums, 1024, bodies[start + BLOCK_SLOTS]!)
    for (let word = 2; word < BODY_WORDS && distance <= radius; word++) {
      distance += four(sums, word << 10, bodies[start + word * BLOCK_SLOTS]!)
    }
    if (distance <= radius) nearest.add(page.labels[first + slot]!, distance)
  }
}

/** What a word of a body adds to the distance, from the four tables that begin at a row. */
function four(sums: Uint8Array, row: number, body: number): number {
  return (
    sums[row | (body & 0xff)]! +
    sums[row | 0x100 | ((body >>> 8) & 0xff)]! +
    sums[row | 0x200 | ((body >>> 16) & 0xff)]! +
    sums[row | 0x300 | (body >>> 24)]!
  )
}

function checkRange(name: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return
  const message = `Cannot use ${name} "${value}" in a TLSH index: it must be a whole number from ${min} to ${max}`
  throw new ProblemError({ code: 'invalid', message })
}
