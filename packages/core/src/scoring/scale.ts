/**
 * The scale: log-odds of "bad" in integer millinats on one side, a score of 0 to 100 on the other.
 *
 * score = 100 × P(benign) = 100 / (1 + e^(L/1000)), rounded; but `Math.exp` may differ between engines, so the
 * rounding is a table of integers: the score is the number of thresholds that L does not exceed. The table is
 * ⌊−1000 · ln(p / (1 − p))⌋ at p = (s − ½)/100, with one exception that `DESIGN` fixes: 50 or less if and only if
 * L > −20 (the formula gives 50.49998 at −20). A test recomputes it.
 */

/** No evidence: P(bad) = 0.29, ln(0.29 / 0.71) = −0.895. Score 71. */
export const PRIOR = -895

/** Log-odds never leave ±6 nats: nobody is that sure, and one subject must not drown a sum over many. */
export const BOUND = 6000

/** A protected subject without a quorum is held here: score 66, `suspicious`, not blocked at medium. */
export const QUORUM_CEILING = -642

/** From here down a score is 81 or more: what speaks against the subject does not decide any more. */
export const SAFE_CEILING = -1418

/** `THRESHOLDS[s - 1]` is the largest L at which the score is at least `s`, for s from 1 to 100. */
// biome-ignore format: a table reads better in rows of ten
const THRESHOLDS = [
  5293, 4184, 3663, 3316, 3055, 2843, 2666, 2512, 2376, 2254,
  2142, 2040, 1945, 1857, 1774, 1695, 1621, 1550, 1482, 1417,
  1355, 1295, 1236, 1180, 1125, 1072, 1020, 969, 919, 871,
  823, 776, 730, 685, 641, 597, 553, 510, 468, 426,
  384, 343, 302, 261, 220, 180, 140, 100, 60, 20,
  -20, -61, -101, -141, -181, -221, -262, -303, -344, -385,
  -427, -469, -511, -554, -598, -642, -686, -731, -777, -824,
  -872, -920, -970, -1021, -1073, -1126, -1181, -1237, -1296, -1356,
  -1418, -1483, -1551, -1622, -1696, -1775, -1858, -1946, -2041, -2143,
  -2255, -2377, -2513, -2667, -2844, -3056, -3317, -3664, -4185, -5294,
]

/** The score of a log-odds value: an integer from 0 (bad) to 100 (benign). */
export function scoreOf(logOdds: number): number {
  let low = 0
  let high = THRESHOLDS.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (logOdds <= THRESHOLDS[middle]!) low = middle + 1
    else high = middle
  }
  return low
}
