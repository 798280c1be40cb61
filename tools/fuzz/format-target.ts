/** Formats of lists, fed whole and in pieces. */
import { ProblemError } from '@tocsin/core/base'
import { detectFormat, sampleOf } from '../../packages/server/src/formats/detect.ts'
import type { Content, FeedRecord, Format, FormatOptions } from '../../packages/server/src/formats/format.ts'
import { pieces } from './mutate.ts'
import { checkRecords } from './records.ts'
import { must, seedsOf, type Target } from './target.ts'

/** Cases between two in which the input is also shown to the detection of formats, which asks all of them. */
const DETECT_EVERY = 32

/** What the user may say of a table. */
const COLUMNS: readonly FormatOptions[] = [
  {},
  {},
  {},
  { columns: { subject: 1, header: false } },
  { columns: { subject: 'auto', separator: ';' } },
  { columns: { subject: 'ip', observedAt: 'date', confidence: 'score' } },
  { columns: { subject: 2, observedAt: 1, confidence: 3, separator: '\t' } },
]

/** Formats of lines in which several lines may be one record, or the whole is refused as one. */
const JOINING: ReadonlySet<string> = new Set(['routeros', 'stix1'])

/** What an input came to. */
interface Outcome {
  readonly records: readonly FeedRecord[]
  /** Why the input cannot have ended where it does; empty where it can. */
  readonly broken: string
}

/** The target of a format. `samples` must read as that format, so that the fuzzer begins from within. */
export function formatTarget(format: Format, samples: readonly string[]): Target {
  return {
    name: format.name,
    seeds: seedsOf(samples),
    check(bytes, chance) {
      const options = format.name === 'csv' ? chance.pick(COLUMNS) : {}
      const whole = read(format, options, [Buffer.from(bytes)])
      checkRecords(whole.records, bytes.length)
      if (format.unit === 'line' && !JOINING.has(format.name)) {
        const lines = linesOf(bytes)
        must(whole.records.length === lines, () => `${whole.records.length} records of ${lines} lines`)
      }
      const parted = read(format, options, pieces(bytes, chance))
      must(whole.broken === parted.broken, () => `whole: "${whole.broken}", in pieces: "${parted.broken}"`)
      checkSame(whole.records, parted.records)
      if (chance.oneIn(DETECT_EVERY)) detectFormat(sampleOf(format.name, bytes))
    },
  }
}

/** Reads an input; each piece is overwritten behind the reader's back, as a socket's buffer is. */
function read(format: Format, options: FormatOptions, parts: readonly Buffer[]): Outcome {
  const reader = format.open(options)
  const records: FeedRecord[] = []
  for (const part of parts) {
    for (const record of reader.push(part)) records.push(record)
    part.fill(0x7b)
  }
  try {
    for (const record of reader.end()) records.push(record)
    return { records, broken: '' }
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problem.code !== 'invalid') throw error
    must(error.message.length <= 1000, () => `a message of ${error.message.length} characters`)
    return { records, broken: error.message }
  }
}

/** Lines, of which the last one needs no end. */
function linesOf(bytes: Buffer): number {
  let lines = bytes.length > 0 && bytes.at(-1) !== 0x0a ? 1 : 0
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) lines++
  return lines
}

function checkSame(whole: readonly FeedRecord[], parted: readonly FeedRecord[]): void {
  must(whole.length === parted.length, () => `whole: ${whole.length} records, in pieces: ${parted.length}`)
  for (let at = 0; at < whole.length; at++) {
    const [one, other] = [whole[at]!, parted[at]!]
    if (one.place === other.place && isSameContent(one.content, other.content)) continue
    const [spelled, otherwise] = [JSON.stringify(one), JSON.stringify(other)]
    must(spelled === otherwise, () => `whole: ${spelled.slice(0, 500)}, in pieces: ${otherwise.slice(0, 500)}`)
  }
}

/** The quick way for what most contents are; whatever it does not call the same is compared as text. */
function isSameContent(one: Content, other: Content): boolean {
  if (one.is === 'refused' && other.is === 'refused') return one.cause === other.cause && one.reason === other.reason
  if (one.is === 'skipped' && other.is === 'skipped') return one.cause === other.cause
  return false
}
