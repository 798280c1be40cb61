/** Writes that wait together are committed together, so that a hundred small reports cost one flush to disk. */
import type { LedgerWrite, WriteOutcome } from '../ledger.ts'

interface Waiting {
  readonly write: LedgerWrite
  readonly resolve: (outcome: WriteOutcome) => void
  readonly reject: (error: unknown) => void
}

/** See above. */
export class WriteQueue {
  readonly #commit: (writes: readonly LedgerWrite[]) => readonly WriteOutcome[]
  #waiting: Waiting[] = []

  /** @param commit writes all of them in one transaction, or throws and has written none */
  constructor(commit: (writes: readonly LedgerWrite[]) => readonly WriteOutcome[]) {
    this.#commit = commit
  }

  /** Resolves when the write is durable. */
  add(write: LedgerWrite): Promise<WriteOutcome> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ write, resolve, reject })
      if (this.#waiting.length === 1) setImmediate(() => this.flush())
    })
  }

  /** Commits what waits, now. */
  flush(): void {
    const waiting = this.#waiting
    this.#waiting = []
    if (waiting.length === 0) return
    try {
      const outcomes = this.#commit(waiting.map(each => each.write))
      for (const [index, each] of waiting.entries()) each.resolve(outcomes[index]!)
    } catch (error) {
      const [first] = waiting
      if (waiting.length === 1) first!.reject(error)
      // One of them may be the reason, as the write of a generation that is over; the others are not refused for it.
      else for (const each of waiting) this.#flushOne(each)
    }
  }

  #flushOne({ write, resolve, reject }: Waiting): void {
    try {
      resolve(this.#commit([write])[0]!)
    } catch (error) {
      reject(error)
    }
  }
}
