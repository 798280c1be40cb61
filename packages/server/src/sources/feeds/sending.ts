/** Entries on their way to the intake: a few batches under way while the next one is read. */
import type { Generation, Intake, Offer } from '../../intake/intake.ts'
import type { Item } from './state.ts'

/** Offers in one call: some milliseconds of admission, so that nobody else on the thread waits for long. */
const BATCH = 1000

/** Batches under way: what waits together shares one flush to disk. */
const UNDERWAY = 8

/** What of an intake is used here. */
export type FeedIntake = Pick<Intake, 'put' | 'retract' | 'begin' | 'commit'>

/** Sends offers; what the intake refuses is counted, with the first reasons. */
export class Sender {
  /** Reasons of the first refusals, and how many there were. */
  readonly reasons: string[] = []
  refused = 0
  accepted = 0
  readonly #intake: FeedIntake
  readonly #generation: Generation | undefined
  #offers: Offer[] = []
  readonly #underway: Promise<void>[] = []

  constructor(intake: FeedIntake, generation?: Generation) {
    this.#intake = intake
    this.#generation = generation
  }

  async offer(offer: Offer): Promise<void> {
    this.#offers.push(offer)
    if (this.#offers.length >= BATCH) await this.#send()
  }

  /** Resolves when all that was offered is durable, or refused. */
  async end(): Promise<void> {
    if (this.#offers.length > 0) await this.#send()
    await Promise.all(this.#underway)
  }

  async #send(): Promise<void> {
    const put = this.#put(this.#offers)
    this.#offers = []
    // It is awaited before long; until then its failure must not end the process.
    put.catch(() => undefined)
    this.#underway.push(put)
    if (this.#underway.length >= UNDERWAY) await this.#underway.shift()
  }

  async #put(offers: readonly Offer[]): Promise<void> {
    const { accepted, duplicate, refused } = await this.#intake.put(offers, this.#generation)
    this.accepted += accepted + duplicate
    this.refused += refused.length
    for (const { reason } of refused.slice(0, 5)) if (this.reasons.length < 5) this.reasons.push(reason)
  }
}

/** Takes back items; one that the intake cannot read was never taken, and does not keep the others. */
export async function retractAll(intake: FeedIntake, items: readonly Item[]): Promise<void> {
  for (let at = 0; at < items.length; at += BATCH) {
    const batch = items.slice(at, at + BATCH)
    if ((await intake.retract(batch)).ok) continue
    for (const item of batch) await intake.retract([item])
  }
}
