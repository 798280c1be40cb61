/** Records as tests write them. */
import type { FeedRecord, Format } from '../format.ts'
import { LINE_FORMATS } from './index.ts'

/** What a record says in short: subjects between blanks, `-cause` for skipped, `!cause` for refused. */
export function short({ content }: FeedRecord): string {
  if (content.is !== 'indicators') return `${content.is === 'skipped' ? '-' : '!'}${content.cause}`
  return content.indicators
    .map(({ subject, confidence, gone, observedAt }) =>
      [subject, confidence?.toFixed(2), observedAt?.slice(0, 10), gone && 'gone'].filter(Boolean).join('@'),
    )
    .join(' ')
}

/** The format of lines of this name. */
export function formatNamed(name: string): Format {
  return LINE_FORMATS.find(format => format.name === name)!
}

/** All records of an input in these pieces. */
export function readAll(format: Format, ...pieces: readonly (string | Uint8Array)[]): readonly FeedRecord[] {
  const reader = format.open({})
  const records = pieces.flatMap(piece => reader.push(Buffer.from(piece as Uint8Array)))
  return [...records, ...reader.end()]
}
