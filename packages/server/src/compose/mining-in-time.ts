/** What miners know, in time or not at all: nobody waits long for a thread that may be busy, ended or stuck. */
import type { Subject } from '@tocsin/core/subject'
import type { WireMined } from '@tocsin/core/wire'

/** Milliseconds that an explanation waits. A slice of mining takes tens of them. */
const WAIT_MS = 500

/** Questions that the thread may owe an answer: what is more would only wait behind them. */
const UNDER_WAY_MAX = 32

const UNAVAILABLE: WireMined = { notesState: 'unavailable' }

/**
 * Asks the miners for explanations. What it gives never rejects, and resolves within the wait: with what they say, or with
 * a state that says that they did not.
 *
 * @param ask puts one question; may reject
 * @param waitMs milliseconds, 500 where absent
 */
export function minedInTime(
  ask: (subject: Subject) => Promise<WireMined>,
  waitMs = WAIT_MS,
): (subject: Subject) => Promise<WireMined> {
  let underWay = 0
  return async subject => {
    if (underWay >= UNDER_WAY_MAX) return UNAVAILABLE
    underWay++
    // It stays under way after the wait: the thread still has it before it.
    const asked = ask(subject).finally(() => underWay--)
    try {
      return (await within(asked, waitMs)) ?? UNAVAILABLE
    } catch {
      return UNAVAILABLE
    }
  }
}

async function within<T>(asked: Promise<T>, waitMs: number): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => late.resolve(undefined), waitMs)
  try {
    return await Promise.race([asked, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
