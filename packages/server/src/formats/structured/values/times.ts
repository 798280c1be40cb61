/** Years that a record can be dated in: before them nothing was observed, behind them something is broken. */
const YEAR_MIN = 1990
const YEAR_MAX = 2099

/** `2026-01-02`, then `T` or a blank and a time, with a fraction, and a zone; UTC where it has none. */
const DATE =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?(?: ?(Z|UTC|GMT|[+-]\d\d:?\d\d))?)?$/

const QUICK_FORM = /^20\d\d-\d\d-\d\d \d\d:[0-5]\d:[0-5]\d$/

/**
 * A time as feeds write it, in ISO 8601 of UTC and whole seconds: a date, with or without time and zone, or seconds or
 * milliseconds since 1970 (a number or its digits). `undefined` for `None`, `N/A`, 0 and whatever else is no time.
 */
export function timeOf(value: unknown): string | undefined {
  if (typeof value === 'number') return timeOfSeconds(value)
  if (typeof value !== 'string') return undefined
  const plain = value.length === 19 ? quickTime(value) : undefined
  if (plain !== undefined) return plain
  const text = value.trim()
  if (/^\d{9,13}$/.test(text)) return timeOfSeconds(Number(text))
  const match = DATE.exec(text)
  return match === null ? undefined : timeOfParts(match)
}

/** `2026-01-02 03:04:05`, as most tables have it, on one of the days that every month has. */
function quickTime(text: string): string | undefined {
  if (!QUICK_FORM.test(text)) return undefined
  const [month, day, hour] = [twoDigits(text, 5), twoDigits(text, 8), twoDigits(text, 11)]
  if (month < 1 || month > 12 || day < 1 || day > 28 || hour > 23) return undefined
  return `${text.slice(0, 10)}T${text.slice(11)}Z`
}

function twoDigits(text: string, at: number): number {
  return 10 * text.charCodeAt(at) + text.charCodeAt(at + 1) - 11 * 0x30
}

function timeOfSeconds(seconds: number): string | undefined {
  // 100,000,000,000 seconds lie in the year 5138, and as many milliseconds in 1973.
  return inYears(seconds >= 100_000_000_000 ? seconds : seconds * 1000)
}

function timeOfParts(match: RegExpExecArray): string | undefined {
  const [, year, month, day, hour = '00', minute = '00', second = '00', zone] = match as readonly (string | undefined)[]
  const isDay = Number(day) >= 1 && Number(day) <= daysOf(Number(year), Number(month))
  // The second 60 is a leap second, which no computer counts.
  if (!isDay || hour > '23' || minute > '59' || second > '59') return undefined
  const text = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`
  if (zone === undefined || !/^[+-]/.test(zone) || /^.00:?00$/.test(zone)) {
    return Number(year) >= YEAR_MIN && Number(year) <= YEAR_MAX ? text : undefined
  }
  return inYears(Date.parse(text) - offsetMs(zone))
}

/** Days of a month; 0 where there is no such month. */
function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  if (month < 1 || month > 12) return 0
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}

function offsetMs(zone: string): number {
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))
  return (zone.startsWith('-') ? -1 : 1) * minutes * 60_000
}

function inYears(ms: number): string | undefined {
  if (!(ms >= Date.UTC(YEAR_MIN, 0) && ms < Date.UTC(YEAR_MAX + 1, 0))) return undefined
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}
