/** Feeds one target its cases. */
import { Chance } from './chance.ts'
import { mutated } from './mutate.ts'
import type { Target } from './target.ts'

/**
 * Milliseconds that one case may take, of 192 KiB at most: a thousand times what any takes that is read once from front to
 * end, so that only what goes over its input again and again gets there. A case that was slow is read again before it
 * counts, for the machine may have been busy.
 */
const CASE_MS_MAX = 2000

/** Bytes by which the memory in use may grow from the end of the first tenth of a run to its end, garbage taken out. */
const GROWTH_BYTES_MAX = 64 * 2 ** 20

/** Parts of a run between which memory is looked at. */
const BLOCKS = 10

/** Which cases of a target. */
export interface RunOptions {
  readonly seed: number
  readonly first: number
  readonly cases: number
}

/** What a run came to. */
export interface Outcome {
  readonly cases: number
  readonly seconds: number
  /** Of one case. */
  readonly slowestMs: number
  readonly slowestCase: number
  readonly growthBytes: number
  /** The first fault, in which the run ended. */
  readonly fault?: { readonly number: number; readonly why: string; readonly input: Buffer }
}

/** Runs the cases up to the first fault. `collect` takes out the garbage (`--expose-gc`). */
export async function run(target: Target, { seed, first, cases }: RunOptions, collect: () => void): Promise<Outcome> {
  const startedAt = performance.now()
  let slowestMs = 0
  let slowestCase = first
  let base = 0
  let growthBytes = 0
  const outcome = (): Omit<Outcome, 'fault'> => {
    return { cases, seconds: (performance.now() - startedAt) / 1000, slowestMs, slowestCase, growthBytes }
  }
  const block = Math.max(1, Math.ceil(cases / BLOCKS))
  for (let number = first; number < first + cases; number++) {
    const chance = new Chance(seed, target.name, number)
    const input = mutated(target.seeds, chance)
    const why = await faultOf(target, input, chance)
    const milliseconds = typeof why === 'number' ? why : 0
    if (milliseconds > slowestMs) [slowestMs, slowestCase] = [milliseconds, number]
    if (typeof why === 'string') {
      return { ...outcome(), cases: number - first + 1, fault: { number, why, input } }
    }
    if ((number - first + 1) % block !== 0) continue
    collect()
    const { heapUsed, external } = process.memoryUsage()
    if (base === 0) base = heapUsed + external
    growthBytes = heapUsed + external - base
    if (growthBytes > GROWTH_BYTES_MAX) {
      const grown = `memory grew by ${growthBytes} bytes, at most ${GROWTH_BYTES_MAX} may be kept`
      return { ...outcome(), cases: number - first + 1, fault: { number, why: grown, input } }
    }
  }
  return outcome()
}

/** Milliseconds that the case took, or what is wrong. */
async function faultOf(target: Target, input: Buffer, chance: Chance): Promise<number | string> {
  let least = Number.POSITIVE_INFINITY
  for (let attempt = 0; attempt < 3 && least > CASE_MS_MAX; attempt++) {
    const startedAt = performance.now()
    try {
      const checking = target.check(input, chance)
      if (checking !== undefined) await checking
    } catch (error) {
      return error instanceof Error ? `${error.name}: ${error.message}\n${error.stack ?? ''}` : String(error)
    }
    least = Math.min(least, performance.now() - startedAt)
  }
  return least <= CASE_MS_MAX ? least : `it took ${Math.round(least)} ms, at most ${CASE_MS_MAX} may pass`
}
