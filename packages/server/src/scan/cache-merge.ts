/** Old records and new ones as one sorted table. */
import { type CacheTable, comparePlaces, KINDS, placeContents, RECORD_BYTES, RECORD_WORDS } from './cache-records.ts'

/** Days that a record stays whose file no scan has met. */
const DAYS_KEPT = 30

/** Records at most: 400 MB. What no scan met today makes room first. */
const RECORDS_MAX = 4_000_000

/** Bytes of all that was found in archives; what is beyond is looked into again the next time. */
const CONTENTS_MAX = 64 * 2 ** 20

/** Records that a scan adds, in the order in which they came. */
export class NewRecords {
  readonly #pieces: Uint8Array[] = []
  readonly #contents = new Map<number, string>()
  count = 0

  /** @param contents by place among these records: what was found in archives, as it is to be read again */
  add(records: Uint8Array, contents: readonly (readonly [place: number, text: string])[]): void {
    for (const [place, text] of contents) this.#contents.set(this.count + place, text)
    this.#pieces.push(records)
    this.count += records.length / RECORD_BYTES
  }

  /** All of them as words, and their order by place; the later of two for one file comes later. */
  sorted(): { readonly words: Uint32Array; readonly order: Uint32Array } {
    const bytes = new Uint8Array(this.count * RECORD_BYTES)
    let at = 0
    for (const piece of this.#pieces) {
      bytes.set(piece, at)
      at += piece.length
    }
    const words = new Uint32Array(bytes.buffer)
    const order = Uint32Array.from({ length: this.count }, (_, index) => index)
    order.sort((a, b) => comparePlaces(words, a * RECORD_WORDS, words, b * RECORD_WORDS) || a - b)
    return { words, order }
  }

  contents(index: number): string | undefined {
    return this.#contents.get(index)
  }
}

/** A table as it is written. */
export interface Merged {
  readonly count: number
  readonly records: Uint8Array
  readonly contents: Uint8Array
}

/** All records that are worth keeping; of two for one file, the newer. */
export function mergedRecords(old: CacheTable | undefined, fresh: NewRecords, today: number): Merged {
  const { words, order } = fresh.sorted()
  const oldCount = old?.count ?? 0
  const fits = oldCount + order.length <= RECORDS_MAX
  const writer = new TableWriter(Math.min(oldCount + order.length, RECORDS_MAX))
  let at = 0
  const takeOld = (index: number) => {
    const day = old!.day(index)
    if (day < today - DAYS_KEPT || (!fits && day !== today)) return
    writer.add(old!.record(index), old!.kind(index) === KINDS.lookedInto ? old!.contents(index) : undefined)
  }
  for (const [nth, index] of order.entries()) {
    const next = order[nth + 1]
    const begin = index * RECORD_WORDS
    if (next !== undefined && comparePlaces(words, begin, words, next * RECORD_WORDS) === 0) continue
    const record = words.slice(begin, begin + RECORD_WORDS)
    for (; at < oldCount && comparePlaces(old!.record(at), 0, record, 0) < 0; at++) takeOld(at)
    if (at < oldCount && comparePlaces(old!.record(at), 0, record, 0) === 0) at++
    writer.add(record, fresh.contents(index))
  }
  for (; at < oldCount; at++) takeOld(at)
  return writer.whole()
}

const KIND_WORD = 19

class TableWriter {
  readonly #words: Uint32Array
  readonly #contents: Uint8Array[] = []
  #count = 0
  #bytes = 0

  constructor(recordsMax: number) {
    this.#words = new Uint32Array(recordsMax * RECORD_WORDS)
  }

  add(record: Uint32Array, contents: string | undefined): void {
    const begin = this.#count * RECORD_WORDS
    if (begin + RECORD_WORDS > this.#words.length) return
    const written = contents === undefined ? undefined : Buffer.from(contents, 'utf8')
    if (written !== undefined && this.#bytes + written.length <= CONTENTS_MAX) {
      placeContents(record, this.#bytes, written.length)
      this.#contents.push(written)
      this.#bytes += written.length
    } else if (record[KIND_WORD] === KINDS.lookedInto) {
      record[KIND_WORD] = KINDS.unopened
    }
    this.#words.set(record, begin)
    this.#count++
  }

  whole(): Merged {
    const records = new Uint8Array(this.#words.buffer, 0, this.#count * RECORD_BYTES)
    return { count: this.#count, records, contents: Buffer.concat(this.#contents) }
  }
}
