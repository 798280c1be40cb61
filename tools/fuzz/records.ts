/** What must be true of the records of any input whatever. */
import { KINDS } from '@tocsin/core/evidence'
import { parseSubject, subjectText } from '@tocsin/core/subject'
import type { Content, FeedRecord, Indicator } from '../../packages/server/src/formats/format.ts'
import { must } from './target.ts'

/** A reason is read by people; a quoted text in it is cut at 80 characters. */
const REASON_LENGTH_MAX = 1000

/**
 * Indicators for each byte of input, at most, beside {@link INDICATORS_FREE}: a range of 15 characters may become 64
 * networks, which is the most of all that formats do.
 */
const INDICATORS_PER_BYTE = 8
const INDICATORS_FREE = 64

/** Characters of all subjects and reasons for each byte of input, at most, beside {@link CHARACTERS_FREE}. */
const CHARACTERS_PER_BYTE = 256
const CHARACTERS_FREE = 65_536

const KIND_NAMES: ReadonlySet<string> = new Set(KINDS.map(({ name }) => name))

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/

/** Throws a `Fault` where one of the records is not as `format.ts` promises, or where they are more than the input explains. */
export function checkRecords(records: readonly FeedRecord[], inputBytes: number): void {
  let place = 0
  let indicators = 0
  let characters = 0
  must(records.length <= inputBytes + 1, () => `${records.length} records of ${inputBytes} bytes`)
  for (const record of records) {
    must(Number.isInteger(record.place) && record.place > place, () => `place ${record.place} behind ${place}`)
    place = record.place
    characters += checkContent(record.content)
    if (record.content.is === 'indicators') indicators += record.content.indicators.length
  }
  const indicatorsMax = INDICATORS_FREE + INDICATORS_PER_BYTE * inputBytes
  must(indicators <= indicatorsMax, () => `${indicators} indicators of ${inputBytes} bytes`)
  const charactersMax = CHARACTERS_FREE + CHARACTERS_PER_BYTE * inputBytes
  must(characters <= charactersMax, () => `${characters} characters of output of ${inputBytes} bytes`)
}

/** Gives the characters of its texts. */
function checkContent(content: Content): number {
  switch (content.is) {
    case 'indicators':
      must(content.indicators.length > 0, () => 'indicators without any')
      return content.indicators.reduce((sum, indicator) => sum + checkIndicator(indicator), 0)
    case 'refused':
      must(content.reason !== '', () => 'a refusal without a reason')
      must(content.reason.length <= REASON_LENGTH_MAX, () => `a reason of ${content.reason.length} characters`)
      must(!/[\p{Cc}\p{Zl}\p{Zp}]/u.test(content.reason), () => `a reason that holds control characters`)
      return content.reason.length
    case 'skipped':
      return 0
    default:
      must(false, () => `a content that is none: ${JSON.stringify(content)}`)
  }
}

function checkIndicator({ subject, related, kind, confidence, observedAt, gone }: Indicator): number {
  let length = checkSubject(subject)
  for (const other of related ?? []) length += checkSubject(other)
  must(kind === undefined || KIND_NAMES.has(kind), () => `kind ${JSON.stringify(kind)}`)
  must(confidence === undefined || (confidence > 0 && confidence <= 1), () => `confidence ${confidence}`)
  must(observedAt === undefined || isTime(observedAt), () => `time ${JSON.stringify(observedAt)}`)
  must(gone === undefined || gone, () => 'gone that is false')
  return length
}

/** The whole canonical form: parsed again it gives itself. */
function checkSubject(text: string): number {
  const parsed = parseSubject(text)
  must(parsed.ok && subjectText(parsed.value) === text, () => {
    const again = parsed.ok ? JSON.stringify(subjectText(parsed.value)) : parsed.problem.message
    return `subject ${JSON.stringify(text)} is not canonical: ${again}`
  })
  return text.length
}

function isTime(text: string): boolean {
  return TIME.test(text) && new Date(text).toISOString().slice(0, 19) === text.slice(0, 19)
}
