/** What reading a list gave, as counts. */
import type { FeedRecord, RefusalCause, SkipCause } from '../../packages/server/src/formats/format.ts'

/** One refused record: where, and why. */
export interface Refusal {
  /** The name of the file in its archive, or of the file itself. */
  readonly member: string
  /** The record, from 1. */
  readonly place: number
  readonly reason: string
}

/** Records of one file, or of all files of an archive together. */
export class Counts {
  /** Files that were read, by the name of their format. */
  readonly formats = new Map<string, number>()
  /** Files in which no format was found, or which break off, with why. */
  readonly unread: { readonly member: string; readonly why: string }[] = []
  /** Blank lines and comments: no data lines. */
  blank = 0
  accepted = 0
  readonly refused = new Map<RefusalCause, number>()
  readonly skipped = new Map<SkipCause | 'nothing', number>()
  /** The first refused record of each cause. */
  readonly examples = new Map<RefusalCause, Refusal>()
  /** All records, counted by themselves so that the parts can be checked against it. */
  records = 0

  /** Counts one record of a file. */
  add(member: string, { place, content }: FeedRecord): void {
    this.records++
    if (content.is === 'refused') {
      count(this.refused, content.cause)
      if (!this.examples.has(content.cause)) this.examples.set(content.cause, { member, place, reason: content.reason })
    } else if (content.is === 'skipped') {
      if (content.cause === 'blank' || content.cause === 'comment') this.blank++
      else count(this.skipped, content.cause)
    } else if (content.indicators.length === 0) count(this.skipped, 'nothing')
    else this.accepted++
  }

  /** Records that are neither blank nor comments. */
  get dataLines(): number {
    return this.records - this.blank
  }

  /** Counts what another one counted. */
  include(other: Counts): void {
    for (const [name, files] of other.formats) this.formats.set(name, (this.formats.get(name) ?? 0) + files)
    this.unread.push(...other.unread)
    this.blank += other.blank
    this.accepted += other.accepted
    this.records += other.records
    for (const [cause, records] of other.refused) this.refused.set(cause, (this.refused.get(cause) ?? 0) + records)
    for (const [cause, records] of other.skipped) this.skipped.set(cause, (this.skipped.get(cause) ?? 0) + records)
    for (const [cause, example] of other.examples) if (!this.examples.has(cause)) this.examples.set(cause, example)
  }
}

/** The sum of counts. */
export function total(counts: ReadonlyMap<unknown, number>): number {
  return counts.values().reduce((sum, each) => sum + each, 0)
}

function count<T>(counts: Map<T, number>, cause: T): void {
  counts.set(cause, (counts.get(cause) ?? 0) + 1)
}
