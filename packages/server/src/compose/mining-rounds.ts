/** Mining in rounds: read what is new in the book, let the miners say what follows, write it. */
import type { Instant } from '@tocsin/core/evidence'
import type { FindingsDesk } from '../mining/desk.ts'
import { type BookFollower, BookReader, type FollowedBook } from '../mining/reader.ts'
import type { RunningMiner } from './mining-miners.ts'

/** A miner and its desk. */
export interface MountedMiner {
  readonly miner: RunningMiner
  readonly desk: FindingsDesk
}

/** What rounds are built from. */
export interface MiningParts {
  readonly book: FollowedBook
  readonly miners: readonly MountedMiner[]
  readonly clock: () => Instant
  /** Waited for after each slice of reading; it rejects where mining has to end. */
  readonly pause: () => Promise<void>
}

/** See the module. */
export class MiningRounds {
  readonly #parts: MiningParts
  readonly #reader: BookReader
  #round: Promise<number> = Promise.resolve(0)

  constructor(parts: MiningParts) {
    this.#parts = parts
    const followers = parts.miners.flatMap(({ miner, desk }) =>
      miner.follower === undefined ? [] : [restating(miner.follower, desk)],
    )
    this.#reader = new BookReader(parts.book, followers, parts.pause)
  }

  /** One round after all that were asked for before; resolves with how many findings were written or taken back. */
  round(): Promise<number> {
    this.#round = this.#round.catch(() => 0).then(() => this.#run())
    return this.#round
  }

  /** Resolves when no round is under way; begins none. */
  async idle(): Promise<void> {
    await this.#round.catch(() => 0)
  }

  async #run(): Promise<number> {
    const { miners, clock } = this.#parts
    await this.#reader.catchUp()
    let written = 0
    for (const { miner, desk } of miners) {
      miner.turn(clock())
      // Whoever follows the book has seen all of it now.
      if (miner.isWhole?.() !== false) desk.restated()
      written += await desk.flush()
    }
    return written
  }
}

/** A follower that begins anew says all anew: what it does not say again is taken back. */
function restating(follower: BookFollower, desk: FindingsDesk): BookFollower {
  return {
    types: follower.types,
    forget() {
      follower.forget()
      desk.restate()
    },
    entry: (type, key, value, entry) => follower.entry(type, key, value, entry),
  }
}
