/** A time as it is typed: a moment, a day, or a distance from now. */
import { ProblemError } from '@tocsin/core/base'
import { InvalidArgumentError } from 'commander'
import { instantOf } from './option-values.ts'

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Milliseconds that a distance may be, at most: ten years. */
const DISTANCE_MAX = 3650 * 86_400_000

/**
 * The time in RFC 3339.
 *
 * @param text as `2026-06-30T12:00:00Z`, `2026-06-30`, `+3d`, `-12h` or `+90m`; at most ten years from now
 * @throws ProblemError `invalid`
 */
export function momentOf(text: string, now: number): string {
  const [, distance, unit] = /^([+-]\d{1,7})([mhd])$/.exec(text) ?? []
  const time = unit === undefined ? absolute(text) : now + Number(distance) * UNITS[unit]!
  if (Math.abs(time - now) <= DISTANCE_MAX) return new Date(time).toISOString()
  throw new ProblemError({
    code: 'invalid',
    message: `Cannot judge for another time: --at must be a time as in "2026-06-30T12:00:00Z", or "+3d", "-12h", "+90m", at most ten years from now; found "${text}"`,
  })
}

/** Not a number where the text is no time. */
function absolute(text: string): number {
  try {
    return Date.parse(instantOf(text))
  } catch (error) {
    if (error instanceof InvalidArgumentError) return Number.NaN
    throw error
  }
}
