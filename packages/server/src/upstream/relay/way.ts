/** Ways of deltas that this node has taken itself: they lead on whoever is where it was, with nobody upstream. */
import type { DistributedHead, ListFileName } from '@tocsin/core/list'
import type { Changes, DeltaName } from '../plan.ts'
import type { AppliedStep } from '../synchroniser.ts'

/** Deltas that are remembered; the oldest go first. */
const DELTAS_MAX = 4096

interface TakenStep extends Pick<AppliedStep, 'from' | 'deltas'> {
  readonly head: Pick<DistributedHead, 'bookId'>
}

/** The deltas of one book that came, step by step, to the state of a signed head. */
export class TakenDeltas {
  #bookId = ''
  #deltas: DeltaName[] = []

  /** Takes note of a step that the mirror has taken. */
  note({ head: { bookId }, from, deltas }: TakenStep): void {
    if (bookId !== this.#bookId) {
      this.#bookId = bookId
      this.#deltas = []
    }
    let at = from
    for (const delta of deltas) {
      // Where a delta begins is the word of whoever named it; that it led on from here is known.
      this.#deltas.push({ ...delta, from: Math.max(at, delta.from) })
      at = delta.to
    }
    this.#deltas = this.#deltas.slice(-DELTAS_MAX)
  }

  /** What to go on from after a restart: the last deltas, of the book that they lead through. */
  last(count: number): Changes {
    return { bookId: this.#bookId, files: this.#deltas.slice(-count) }
  }

  /** Goes on from what an earlier run had; see {@link TakenDeltas.last}. */
  resume({ bookId, files }: Changes): void {
    this.#bookId = bookId
    this.#deltas = [...files]
  }

  /**
   * The fewest deltas from a place to exactly another, of those that are at hand; `undefined` where none lead there.
   *
   * @param isAtHand whether a file can be given
   */
  between(
    { bookId }: Pick<DistributedHead, 'bookId'>,
    since: number,
    to: number,
    isAtHand: (file: ListFileName) => boolean,
  ): readonly DeltaName[] | undefined {
    if (bookId !== this.#bookId) return undefined
    const way: DeltaName[] = []
    for (let at = since; at !== to; ) {
      let best: DeltaName | undefined
      for (const delta of this.#deltas) {
        const leadsOn = delta.from <= at && delta.to > (best?.to ?? at) && delta.to <= to
        if (leadsOn && isAtHand(delta)) best = delta
      }
      if (best === undefined) return undefined
      way.push(best)
      at = best.to
    }
    return way
  }
}
