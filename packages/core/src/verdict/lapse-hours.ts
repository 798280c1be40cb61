/**
 * The log scale on which a book entry says for how long a verdict holds: six bits, 64 levels. Level 0 is "not at all",
 * level 63 is "for good"; the 62 between run from one hour to five years, each about 19 % longer than the one before.
 * Rounded down, an entry never claims to hold for longer than it does; it may lapse up to 16 % early.
 */
// biome-ignore format: a table reads better in rows of ten
const HOURS = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
  11, 12, 13, 14, 15, 16, 17, 20, 23, 28,
  33, 40, 47, 56, 67, 80, 95, 113, 135, 161,
  192, 228, 272, 324, 386, 460, 549, 654, 779, 928,
  1106, 1317, 1570, 1870, 2228, 2655, 3163, 3769, 4491, 5351,
  6375, 7596, 9050, 10783, 12848, 15309, 18240, 21733, 25894, 30853,
  36761, 43800,
]

/** The level of a verdict that no passing of time changes. */
export const FOR_GOOD = 63

/** Hours for which a verdict of this level holds; infinite for {@link FOR_GOOD}. */
export function lapseHours(level: number): number {
  return level >= FOR_GOOD ? Number.POSITIVE_INFINITY : HOURS[level]!
}
