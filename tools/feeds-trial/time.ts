/** Time that runs faster than the clock on the wall: the same for the node, for its timers and for the server of lists. */
import type { Timers } from '../../packages/server/src/sources/feeds/timers.ts'

/** From which moment on time runs at which pace. */
export interface Pace {
  /** Milliseconds since 1970, on the wall. */
  readonly wallAt: number
  /** The same moment as the trial has it. */
  readonly at: number
  /** How many milliseconds of the trial are in one on the wall. */
  readonly speed: number
}

/** The time of the trial. */
export function timeAt({ wallAt, at, speed }: Pace): number {
  return at + (Date.now() - wallAt) * speed
}

/** Something that is run at a time of the trial. */
interface Waiting {
  readonly at: number
  readonly run: () => void
}

/** A clock whose pace can be changed, with timers that go by it. */
export class TrialTime implements Timers {
  pace: Pace
  readonly clock = (): number => Math.round(timeAt(this.pace))

  readonly #waiting = new Map<Waiting, NodeJS.Timeout>()

  constructor(at: number) {
    this.pace = { wallAt: Date.now(), at, speed: 1 }
  }

  /** Runs at another speed from now on; what waits does so by the new one. */
  runAt(speed: number): void {
    this.pace = { wallAt: Date.now(), at: this.clock(), speed }
    for (const [waiting, timer] of this.#waiting) {
      clearTimeout(timer)
      this.#arm(waiting)
    }
  }

  after(milliseconds: number, run: () => void): Disposable {
    const waiting = { at: this.clock() + milliseconds, run }
    this.#arm(waiting)
    return {
      [Symbol.dispose]: () => {
        clearTimeout(this.#waiting.get(waiting))
        this.#waiting.delete(waiting)
      },
    }
  }

  /** Resolves when the trial has come to a time. */
  async until(at: number): Promise<void> {
    for (let left = at - this.clock(); left > 0; left = at - this.clock()) {
      await new Promise(resolve => setTimeout(resolve, Math.ceil(left / this.pace.speed)))
    }
  }

  #arm(waiting: Waiting): void {
    const left = Math.max(0, Math.ceil((waiting.at - this.clock()) / this.pace.speed))
    const timer = setTimeout(() => {
      this.#waiting.delete(waiting)
      waiting.run()
    }, left)
    this.#waiting.set(waiting, timer)
  }
}
