/** How many cases a property is tried on, and the seed that all of them start from. */

/** Fixed, so that a failure is the same failure for everybody; fast-check prints it with the path to the case. */
export const SEED = 20261122

/**
 * The parameters of a run of `cases` cases. `TOCSIN_PROPERTY_RUNS` multiplies them, and `TOCSIN_PROPERTY_SEED` begins
 * elsewhere: more cases of one seed are the same cases and more.
 */
export function runs(cases: number): { readonly seed: number; readonly numRuns: number } {
  const factor = Number(process.env['TOCSIN_PROPERTY_RUNS'] ?? 1)
  const seed = Number(process.env['TOCSIN_PROPERTY_SEED'] ?? SEED)
  if (!(factor > 0) || !Number.isInteger(seed)) {
    throw new Error(
      `Cannot run properties: TOCSIN_PROPERTY_RUNS must be a number above 0 and TOCSIN_PROPERTY_SEED an integer, found "${factor}" and "${seed}"`,
    )
  }
  return { seed, numRuns: Math.ceil(cases * factor) }
}
