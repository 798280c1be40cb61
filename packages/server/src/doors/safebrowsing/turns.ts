import { setImmediate as nextTurn } from 'node:timers/promises'

/** Milliseconds of work in one turn, so that others are answered meanwhile. */
const TURN_MS = 5

/** Calls between two looks at the time. */
const LOOK = 200

/** Long work on the thread that answers everybody, done a bit at a time. */
export class Turns {
  #left = LOOK
  #began = performance.now()

  /** Gives way to others where the turn is over. */
  async pause(): Promise<void> {
    if (--this.#left > 0) return
    this.#left = LOOK
    if (performance.now() - this.#began < TURN_MS) return
    await nextTurn()
    this.#began = performance.now()
  }
}
