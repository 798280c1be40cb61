/** Records on their way to the intake, in batches, two at a time while the next one is read. */
import { ProblemError, unwrap } from '@tocsin/core/base'
import type { FeedRecord, Indicator } from '../../formats/format.ts'
import type { Generation, Intake, Offer } from '../../intake/intake.ts'
import { LatestState } from './latest.ts'
import { type ListMeaning, offerOf } from './offers.ts'
import { Tally } from './tally.ts'

/** Offers that are put at once; the last record of a batch may have some more. */
export const BATCH_OFFERS = 12_000

/** Subjects that records other than those of a history may take away, at most. */
const GONE_MAX = 1_000_000

/** The format whose records are changes: what counts is the state after the last one. */
const HISTORY = 'delta'

/** How far an import is. */
export interface ImportProgress {
  readonly lines: number
  readonly bytes: number
  readonly accepted: number
  readonly refused: number
}

/** What a list is written with. */
export interface WriterParts extends ListMeaning {
  readonly intake: Pick<Intake, 'begin' | 'put' | 'commit' | 'retract'>
  /** Told after each batch that is durable. */
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined
}

/** Writes the records of one list. */
export class ListWriter {
  readonly tally = new Tally()
  readonly #parts: WriterParts
  readonly #latest = new LatestState()
  /** Records that went into the latest state. */
  #changes = 0
  /** What records say is gone, by subject and kind. It may have been put before, by this very list. */
  readonly #gone = new Map<string, { readonly subject: string; readonly kind: string }>()
  #offers: Offer[] = []
  /** The record of each offer. */
  #placeOf: number[] = []
  #generation: Generation | undefined
  /** Two batches, so that the ledger finds the next one when it is done with one. */
  #underway: Promise<void>[] = []

  constructor(parts: WriterParts) {
    this.#parts = parts
  }

  /** Takes the next records of a format. */
  async take(records: readonly FeedRecord[], format: string): Promise<void> {
    for (const { place, content } of records) {
      this.tally.lines++
      if (content.is === 'skipped') this.tally.skipped++
      else if (content.is === 'refused') this.tally.refuse(place, content.cause, content.reason)
      else if (content.indicators.length === 0) this.tally.skipped++
      else if (format === HISTORY) this.#change(content.indicators, place)
      else this.#affirm(content.indicators, place)
      if (this.#offers.length >= BATCH_OFFERS) await this.#send()
    }
  }

  /** Sends what is left. */
  async finish(): Promise<void> {
    // What was added and taken away again was accepted as well as what is left.
    this.tally.accepted += this.#changes - this.#latest.places()
    let last = 0
    for (const { offer, place } of this.#latest.left()) {
      if (place !== last && this.#offers.length >= BATCH_OFFERS) await this.#send()
      this.#offer(offer, place)
      last = place
    }
    if (this.#offers.length > 0) await this.#send()
    await Promise.all(this.#underway)
  }

  /** Waits for the batches underway, whatever becomes of them. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#underway)
  }

  /** Ends the generation; resolves with how many records went. Rejects as `invalid` where nothing was accepted. */
  async commit(): Promise<number> {
    if (this.#generation === undefined || this.tally.received === 0) {
      throw new ProblemError({ code: 'invalid', message: this.tally.nothingAccepted() })
    }
    let retracted = 0
    const gone = [...this.#gone.values()]
    for (let at = 0; at < gone.length; at += BATCH_OFFERS) {
      retracted += unwrap(await this.#parts.intake.retract(gone.slice(at, at + BATCH_OFFERS)))
    }
    return retracted + (await this.#parts.intake.commit(this.#generation))
  }

  #change(indicators: readonly Indicator[], place: number): void {
    this.#changes++
    for (const indicator of indicators) {
      if (indicator.gone === true) this.#latest.remove(indicator.subject)
      else this.#latest.add(offerOf(indicator, this.#parts), place)
    }
  }

  #affirm(indicators: readonly Indicator[], place: number): void {
    let isGone = true
    for (const indicator of indicators) {
      const offer = offerOf(indicator, this.#parts)
      const { subject, kind } = offer
      if (indicator.gone === true) this.#gone.set(`${kind} ${subject}`, { subject, kind })
      else {
        isGone = false
        if (this.#gone.size > 0) this.#gone.delete(`${kind} ${subject}`)
        this.#offer(offer, place)
      }
    }
    if (isGone) this.tally.accepted++
    if (this.#gone.size <= GONE_MAX) return
    const message = `Cannot import list: it must take back at most ${GONE_MAX} subjects`
    throw new ProblemError({ code: 'invalid', message })
  }

  #offer(offer: Offer, place: number): void {
    this.#offers.push(offer)
    this.#placeOf.push(place)
  }

  async #send(): Promise<void> {
    const offers = this.#offers
    const placeOf = this.#placeOf
    this.#offers = []
    this.#placeOf = []
    if (this.#underway.length > 1) await this.#underway.shift()
    this.#generation ??= await this.#parts.intake.begin()
    const put = this.#put(offers, placeOf)
    // It is awaited before the next but one and at the end; until then its failure must not end the process.
    put.catch(() => undefined)
    this.#underway.push(put)
  }

  async #put(offers: readonly Offer[], placeOf: readonly number[]): Promise<void> {
    const { intake, onProgress } = this.#parts
    const receipt = await intake.put(offers, this.#generation)
    this.tally.receive(placeOf, receipt.refused)
    const { lines, bytes, accepted, refused } = this.tally
    onProgress?.({ lines, bytes, accepted, refused })
  }
}
