/**
 * The intake: the only entrance. It asks who are you, may you, is it well-formed, is it new; then writes the ledger and
 * acknowledges. A source is handed an intake of its own and sees nothing else of the node: no reputation, no ledger.
 */
import type { Result } from '@tocsin/core/base'
import type { WireDigests } from '@tocsin/core/wire'
import type { Generation } from '../ledger/ledger.ts'

export type { Generation } from '../ledger/ledger.ts'

/** One observation as it is offered: untrusted words, checked here. Times are ISO 8601 with an offset. */
export interface Offer {
  readonly subject: string
  readonly kind: string
  /** 0 (excluded) to 1; 1 where absent. */
  readonly confidence?: number
  readonly observedAt?: string
  readonly id?: string
  readonly group?: string
  readonly related?: readonly string[]
  /** Of a file: other digests of the very same content, in hexadecimal of either case. */
  readonly digests?: WireDigests
}

/** What became of an offer. Everything counted as accepted is durable. */
export interface Receipt {
  readonly accepted: number
  /** Known already: the same id from the same source within 7 days. */
  readonly duplicate: number
  /** Not taken, with the reason, by position in the offer. */
  readonly refused: readonly { readonly index: number; readonly reason: string }[]
}

/** The port that a source gets, bound to who the source is. */
export interface Intake {
  /** Offers evidence; resolves when what it accepts is durable. Bad items are refused one by one, never the whole. */
  put(offers: readonly Offer[], generation?: Generation): Promise<Receipt>
  /** Takes back what this source said of the subjects, by kind; resolves with how many records went. */
  retract(items: readonly { readonly subject: string; readonly kind: string }[]): Promise<Result<number>>
  /** Begins a generation: from here on `put` with it, then `commit`. */
  begin(): Promise<Generation>
  /** Retracts whatever a committed generation does not hold any more; resolves with how many records went. */
  commit(generation: Generation): Promise<number>
}
