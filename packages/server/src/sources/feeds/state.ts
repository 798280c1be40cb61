/** What the runner keeps of each feed between turns. */
import type { Instant } from '@tocsin/core/evidence'
import type { FeedOutcome } from '@tocsin/core/wire'
import type { Hold } from './guard.ts'

/** What is known of the copy that is followed. */
export interface Known {
  readonly etag?: string | undefined
  readonly lastModified?: string | undefined
}

/** What was found at the address. */
export type Arrival = { readonly is: 'unchanged' } | Came

/** A copy came. */
export interface Came extends Known {
  readonly is: 'came'
  readonly freshSeconds?: number | undefined
  /** Parts of it that could not be had. */
  readonly troubles?: readonly Refusal[]
  /** The copy before was not all that there was, as it comes in over several turns; neither is this one. */
  readonly wasFilling?: boolean
  readonly isFilling?: boolean
}

/** Where a feed is. */
export interface FeedPlace {
  readonly name: string
  readonly nextAt: Instant
  /** When the copy that is followed was last found to be as it is at its address. */
  readonly checkedAt?: Instant | undefined
  /** When that copy was fetched. */
  readonly goodAt?: Instant | undefined
  /** The number of that copy; 0 where there is none. */
  readonly copy: number
  /** Its entries; `undefined` where there is none. */
  readonly entries?: number | undefined
  /** Its SHA-256, in hex. */
  readonly content?: string | undefined
  readonly etag?: string | undefined
  /** From HTTP; of a file or a folder: a word for its times and sizes. */
  readonly lastModified?: string | undefined
  /** The format that was found. */
  readonly format?: string | undefined
  /** What the settings said of its entries: `meaningOf`. */
  readonly meaning?: string | undefined
  /** Turns since all entries were written, followed ones. */
  readonly sinceFull: number
  /** Turns in a row that failed. */
  readonly failures: number
  /** All turns so far. */
  readonly turns: number
  readonly error?: string | undefined
  readonly held?: Hold | undefined
}

/** What one turn did. */
export interface Turn {
  readonly at: Instant
  readonly outcome: FeedOutcome
  readonly entries: number
  readonly added: number
  readonly changed: number
  readonly removed: number
  readonly refused: number
  readonly skipped: number
  readonly bytes: number
  readonly milliseconds: number
  readonly reason?: string | undefined
}

/** A line or an object that was not taken. */
export interface Refusal {
  readonly place: number
  readonly reason: string
}

/** An entry by what names it. */
export interface Item {
  readonly subject: string
  readonly kind: string
}

/** What a turn of a feed of mode "window" notes of entries that have left it. */
export interface Departures {
  readonly left: readonly Item[]
  /** Came again, or have expired and were taken back. */
  readonly over: readonly Item[]
}

/** What a turn leaves behind: all of it in one transaction, or nothing. */
export interface TurnEnd {
  readonly place: FeedPlace
  readonly turn: Turn
  readonly refusals: readonly Refusal[]
  readonly departures?: Departures | undefined
}

/** The memory of the runner. */
export interface FeedStore extends Disposable {
  find(name: string): FeedPlace | undefined
  all(): readonly FeedPlace[]
  put(place: FeedPlace): void
  /** All of them in one transaction: each alone would wait for the disk. */
  putAll(places: readonly FeedPlace[]): void
  end(end: TurnEnd): void
  /** The last turns, newest first. */
  turns(name: string): readonly Turn[]
  refusals(name: string): readonly Refusal[]
  /** Entries that left before a time, at most `limit`. */
  departedBefore(name: string, time: Instant, limit: number): readonly Item[]
  forget(name: string): void
}
