/** Values of options, checked before anything is asked. Commander prints the message and exits. */
import { ProblemError } from '@tocsin/core/base'
import { InvalidArgumentError } from 'commander'
import { checkedColumns } from '../compose/columns.ts'

/** A number above 0 and at most 1. */
export function confidenceOf(text: string): number {
  const value = number(text)
  if (!(value > 0 && value <= 1)) throw new InvalidArgumentError('It must be above 0 and at most 1.')
  return value
}

/** A number from 0 to 1. */
export function trustOf(text: string): number {
  const value = number(text)
  if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError('It must be from 0 to 1.')
  return value
}

/** A length of time, as `90s`, `30m`, `24h` or `7d`, in seconds. */
export function secondsOf(text: string): number {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  if (count === undefined)
    throw new InvalidArgumentError('It must be a length of time as in "90s", "30m", "24h" or "7d".')
  return Number(count) * { s: 1, m: 60, h: 3600, d: 86_400 }[unit as 's' | 'm' | 'h' | 'd']
}

/** A time in ISO 8601 with an offset; a day alone means its beginning in UTC. */
export function instantOf(text: string): string {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text
  const form = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/
  if (form.test(time) && !Number.isNaN(Date.parse(time))) return time
  throw new InvalidArgumentError('It must be a time as in "2026-06-30T12:00:00Z" or a day as in "2026-06-30".')
}

/** Which column of a table is what, as in `subject=2,observedAt=1`. */
export function columnsOf(text: string): string {
  try {
    return checkedColumns(text)
  } catch (error) {
    if (error instanceof ProblemError) throw new InvalidArgumentError(error.message)
    throw error
  }
}

function number(text: string): number {
  return /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN
}
