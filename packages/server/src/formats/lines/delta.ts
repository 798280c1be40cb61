/**
 * The history of a list in one file, tabulators between: `day + indicator extra` where the list got it, `day - indicator`
 * where it lost it, in order of days. The first day is the whole list.
 */
import { quote, refused, saying } from '../content.ts'
import type { Content } from '../format.ts'
import { emptyContent, meaningfulLines, shareOf } from './comments.ts'
import { lineFormat } from './line-format.ts'
import { readPlain } from './plain.ts'

const DAY_LENGTH = 'YYYY-MM-DD'.length
const LINE = /^\d{4}-\d{2}-\d{2}\t[+-]\t/

/** Reads a line: `observedAt` is the beginning of the day in UTC, and what was lost is `gone`. */
export function readDelta(line: string): Content {
  const begin = DAY_LENGTH + 3
  if (line.charCodeAt(DAY_LENGTH) !== 0x09 || line.charCodeAt(begin - 1) !== 0x09 || !LINE.test(line)) {
    return emptyContent(line) ?? unreadable(line)
  }
  const day = line.slice(0, DAY_LENGTH)
  if (!isDay(day)) return unreadable(line)
  const tab = line.indexOf('\t', begin)
  const content = readPlain(tab < 0 ? line.slice(begin) : line.slice(begin, tab))
  if (content.is === 'skipped') return unreadable(line)
  const observedAt = `${day}T00:00:00Z`
  return saying(content, line.charCodeAt(DAY_LENGTH + 1) === 0x2b ? { observedAt } : { observedAt, gone: true })
}

/** Whether the calendar has the day. */
function isDay(day: string): boolean {
  const month = Number(day.slice(5, 7))
  const date = Number(day.slice(8, 10))
  if (month < 1 || month > 12 || date < 1) return false
  return date <= 28 || date <= new Date(Date.UTC(Number(day.slice(0, 4)), month, 0)).getUTCDate()
}

function unreadable(line: string): Content {
  return refused('columns', `it must be a day, "+" or "-" and a subject, with tabulators between, found ${quote(line)}`)
}

/** The format `delta`. Who imports it takes the state after the last line. */
export const delta = lineFormat({
  name: 'delta',
  about: 'the history of a list: day, + or -, indicator, with tabulators between; the state after the last line counts',
  detect: sample => (shareOf(meaningfulLines(sample), line => LINE.test(line)) > 0.9 ? 1 : 0),
  reads: readDelta,
})
