/** From a score to what to do about it: bands, and the levels at which an administrator blocks. */

/** What a score means, from best to worst. `untested` means that nobody said anything: it is not a kind of `safe`. */
export const VERDICTS = ['safe', 'untested', 'suspicious', 'highly-suspicious', 'dangerous'] as const

/** One of {@link VERDICTS}. */
export type Verdict = (typeof VERDICTS)[number]

/** How much an administrator blocks: `low` only what is dangerous, `medium` (the default) also what is highly suspicious. */
export const LEVELS = ['off', 'low', 'medium', 'high'] as const

/** One of {@link LEVELS}. */
export type Level = (typeof LEVELS)[number]

/** The lowest score of each band but the last: 81–100 safe, 66–80 suspicious or untested, 51–65, 0–50. */
export const BAND_FLOORS = { safe: 81, suspicious: 66, 'highly-suspicious': 51 } as const

/** The score of a subject without evidence. */
export const UNTESTED_SCORE = 71

/**
 * The band of a score. From 66 to 80 it takes live incriminating evidence to be `suspicious`.
 *
 * @param score 0 (bad) to 100 (benign), an integer.
 */
export function verdictOf(score: number, incriminated: boolean): Verdict {
  if (score >= BAND_FLOORS.safe) return 'safe'
  if (score >= BAND_FLOORS.suspicious) return incriminated ? 'suspicious' : 'untested'
  return score >= BAND_FLOORS['highly-suspicious'] ? 'highly-suspicious' : 'dangerous'
}

/** Whether a verdict is blocked at a level. `untested` never is: it has a switch of its own in the policy. */
export function isBlockedAt(verdict: Verdict, level: Level): boolean {
  switch (verdict) {
    case 'safe':
    case 'untested':
      return false
    case 'suspicious':
      return level === 'high'
    case 'highly-suspicious':
      return level === 'high' || level === 'medium'
    case 'dangerous':
      return level !== 'off'
  }
}
