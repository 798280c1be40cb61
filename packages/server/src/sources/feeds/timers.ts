/** Time that passes: an argument, so that tests need not wait. */

/** Runs something later, once; disposing of it takes that back. */
export interface Timers {
  after(milliseconds: number, run: () => void): Disposable
}

/** The runtime's own. They do not keep the process alive. */
export const SYSTEM_TIMERS: Timers = {
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds)
    timer.unref()
    return { [Symbol.dispose]: () => clearTimeout(timer) }
  },
}
