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
  /** Waited for after each slice of reading and of work; it rejects where mining has to end. */
  readonly pause: () => Promise<void>
  /** Told of a miner that failed: the others go on, and it has its next turn in the next round. */
  readonly failed: (error: unknown) => void
}

/** Milliseconds that one miner may work in a round where nobody waits for it. */
const WORK_MS = 300

/** See the module. */
export class MiningRounds {
  readonly #parts: MiningParts
  readonly #reader: BookReader
  #round: Promise<number> = Promise.resolve(0)
  #isBusy = false

  constructor(parts: MiningParts) {
    this.#parts = parts
    const followers = parts.miners.flatMap(({ miner, desk }) =>
      miner.follower === undefined ? [] : [restating(miner.follower, desk)],
    )
    this.#reader = new BookReader(parts.book, followers, parts.pause)
  }

  /**
   * One round after all that were asked for before; resolves with how many findings were written or taken back.
   *
   * @param isAsked whether somebody waits: all work is done then, however long it takes
   */
  round(isAsked: boolean): Promise<number> {
    this.#round = this.#round.catch(() => 0).then(() => this.#run(isAsked))
    return this.#round
  }

  /** Whether the last round left work. */
  get isBusy(): boolean {
    return this.#isBusy
  }

  /** Resolves when no round is under way; begins none. */
  async idle(): Promise<void> {
    await this.#round.catch(() => 0)
  }

  async #run(isAsked: boolean): Promise<number> {
    const { miners, clock, failed } = this.#parts
    await this.#reader.catchUp()
    this.#isBusy = false
    let written = 0
    for (const { miner, desk } of miners) {
      try {
        miner.turn?.(clock(), isAsked)
        if (await this.#work(miner, isAsked)) this.#isBusy = true
        // Whoever follows the book has seen all of it now.
        if (miner.isWhole?.() !== false) desk.restated()
      } catch (error) {
        // Where mining has to end, this does so.
        await this.#parts.pause()
        failed(error)
      }
      written += await desk.flush()
    }
    return written
  }

  /** Lets a miner work; says whether it has more to do. */
  async #work(miner: RunningMiner, isAsked: boolean): Promise<boolean> {
    const until = performance.now() + WORK_MS
    while (miner.work?.() === true) {
      await this.#parts.pause()
      if (!isAsked && performance.now() >= until) return true
    }
    return false
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
