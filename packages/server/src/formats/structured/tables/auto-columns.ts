/**
 * Which columns of a table hold what, found from its header and first rows, for tables that nobody has described.
 *
 * The subject is the first column that parses as one in most rows, one that is called so before others; where none does (a column of mixed indicators, file
 * names among them), the one by which tables call such a column, if any of it parses. Columns that lead elsewhere are left
 * out by their names: a report is not what it reports. Hashes of one file in several columns are one subject and its digests.
 */
import { subjectOfText } from '../values/subject-text.ts'
import { timeOf } from '../values/times.ts'
import { plainWord, typeOfWord } from '../values/type-words.ts'

/** Rows that are looked at. */
const ROWS_MAX = 200

/** Names of columns that hold addresses and pages of somebody else: of the reporter, the report, the provider. */
const ELSEWHERE =
  /^(?:reference|references|report|reports|ref|refs|link|links|source|sources|reporter|detail|details|note|notes|comment|description|email|nameserver|ns|registrar|asn|asname|isp|phishdetailurl|urlhauslink|permalink|reporturl|screenshot|filename|tags?|campaign|family|malware|updated)$/

/** Names that say that a column holds indicators. */
const SUBJECTS =
  /^(?:indicator|indicatorvalue|ioc|iocvalue|value|data|subject|observable|hash|ip|domain|url|host|hostname)$/

const TIMES =
  /^(?:firstseen|firstseenutc|dateadded|addeddate|date|datetime|timestamp|time|observedat|submissiontime|created|createdat|lastseen|lastseenutc|seen|day)$/

const HASH = /^file:/

/** Columns by their place, from 0. */
export interface AutoColumns {
  /** The subject, and other hashes of the same file. */
  readonly subjects: readonly number[]
  /** A column that says the type of the subject. */
  readonly type?: number
  readonly observedAt?: number
  readonly hasHeader: boolean
  /** The names, in their order; empty where the table has none. */
  readonly names: readonly string[]
}

/** Finds the columns. `names`: from a comment above the table. `subjects` is empty where no column holds any. */
export function findColumns(
  rows: readonly (readonly string[])[],
  comment: readonly string[] | undefined,
  header: boolean | undefined,
): AutoColumns {
  const [first = []] = rows
  const hasHeader = header ?? (rows.length > 0 && looksLikeHeader(first, rows.slice(1)))
  const names = (hasHeader ? first : (comment ?? [])).map(plainWord)
  const data = rows.slice(hasHeader ? 1 : 0, ROWS_MAX)
  const width = Math.max(0, ...data.map(row => row.length), data.length === 0 ? names.length : 0)
  const type = typeColumn(data, names, width)
  const observedAt = range(width).find(
    at => at !== type && TIMES.test(names[at] ?? '') && share(data, at, isTime) > 0.5,
  )
  const subjects = subjectColumns(data, names, width, type)
  return {
    subjects,
    hasHeader,
    names,
    ...(type !== undefined && { type }),
    ...(observedAt !== undefined && { observedAt }),
  }
}

/** A header names its columns: no field of it is a subject or a time, while below it some are; or its words are known. */
function looksLikeHeader(first: readonly string[], below: readonly (readonly string[])[]): boolean {
  if (first.some(field => isSubject(field) || isTime(field))) return false
  if (first.some(field => SUBJECTS.test(plainWord(field)) || TIMES.test(plainWord(field)))) return true
  return below
    .slice(0, ROWS_MAX)
    .some(row => row.some((field, at) => isSubject(field) && first[at] !== undefined && first[at] !== ''))
}

function subjectColumns(
  data: readonly (readonly string[])[],
  names: readonly string[],
  width: number,
  type: number | undefined,
): readonly number[] {
  const open = range(width).filter(at => at !== type && !ELSEWHERE.test(names[at] ?? ''))
  const most = open.filter(at => share(data, at, isSubject) > 0.5)
  const first = most.find(at => SUBJECTS.test(names[at] ?? '')) ?? most[0]
  if (first === undefined) {
    const named = open.find(
      at => SUBJECTS.test(names[at] ?? '') && (data.length === 0 || share(data, at, isSubject) > 0),
    )
    return named === undefined ? [] : [named]
  }
  const hashes = most.filter(at => share(data, at, text => HASH.test(subjectText(text))) > 0.5)
  if (!hashes.includes(first)) return [first]
  return hashes.toSorted((a, b) => digits(data, b) - digits(data, a))
}

/** A column in which types of subjects stand: in many rows, or in some if it is called so. */
function typeColumn(data: readonly (readonly string[])[], names: readonly string[], width: number): number | undefined {
  const isWord = (text: string): boolean => typeOfWord(text) !== undefined
  return range(width).find(at => {
    const least = /^(?:indicator|ioc)?type$|^indicator$/.test(names[at] ?? '') ? 0 : 0.2
    return share(data, at, isWord) > least && variety(data, at) <= 64
  })
}

function variety(data: readonly (readonly string[])[], at: number): number {
  return new Set(data.map(row => row[at])).size
}

/** The share of the rows that have something in the column of which `holds` is true. */
function share(data: readonly (readonly string[])[], at: number, holds: (text: string) => boolean): number {
  const filled = data.filter(row => (row[at] ?? '') !== '')
  return filled.length === 0 ? 0 : filled.filter(row => holds(row[at] as string)).length / filled.length
}

function digits(data: readonly (readonly string[])[], at: number): number {
  return Math.max(...data.map(row => row[at]?.length ?? 0))
}

function isSubject(text: string): boolean {
  return subjectText(text) !== ''
}

function subjectText(text: string): string {
  if (typeOfWord(text) !== undefined || timeOf(text) !== undefined) return ''
  const subject = subjectOfText(text)
  return typeof subject === 'string' ? subject : subject.cause === 'empty-file' ? 'file:' : ''
}

function isTime(text: string): boolean {
  return timeOf(text) !== undefined
}

function range(width: number): readonly number[] {
  return Array.from({ length: width }, (_, at) => at)
}
