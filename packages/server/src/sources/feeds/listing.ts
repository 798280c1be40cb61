/** Reads a copy to its end into a set, before anything of it is believed. */
import type { CopyFile } from './copies.ts'
import { type Entry, meaningFor, saidOf } from './entries.ts'
import { checkOf, EntryTable, identityOf } from './entry-table.ts'
import { others, readCopy } from './reading.ts'
import type { FeedSettings } from './settings.ts'
import type { Refusal } from './state.ts'

/** Refusals that are kept to be shown, and the length of their reasons. */
const REFUSALS_KEPT = 20
const REASON_LENGTH_MAX = 300

/** What a copy holds. */
export interface Listing {
  readonly table: EntryTable
  /** The format of its first part. */
  readonly format: string
  readonly refused: number
  readonly skipped: number
  readonly refusals: readonly Refusal[]
}

/** Reads a copy. Rejects with a `ProblemError` where it is broken or too long. */
export async function listCopy(
  files: readonly CopyFile[],
  settings: FeedSettings,
  expected: number | undefined,
  signal: AbortSignal,
): Promise<Listing> {
  const table = new EntryTable(expected)
  const refusals: Refusal[] = []
  let [refused, skipped, format] = [0, 0, '']
  const refuse = (place: number, reason: string) => {
    refused++
    if (refusals.length < REFUSALS_KEPT) refusals.push({ place, reason: reason.slice(0, REASON_LENGTH_MAX) })
  }
  const meaningOf = meaningFor(settings)
  for await (const piece of readCopy(files, settings, signal)) {
    format ||= piece.format
    await table.widen(() => others(signal))
    for (const { place, content } of piece.records) {
      if (content.is === 'skipped') skipped++
      else if (content.is === 'refused') refuse(place, content.reason)
      else {
        for (const indicator of content.indicators) {
          const meaning = meaningOf(indicator, piece.format)
          if (meaning.is === 'refused') refuse(place, meaning.reason)
          else if (meaning.is === 'left-out') skipped++
          else note(table, meaning.entry)
        }
      }
    }
  }
  return { table, format, refused, skipped, refusals }
}

function note(table: EntryTable, entry: Entry): void {
  const identity = identityOf(entry.kind, entry.subject)
  if (entry.gone) table.remove(identity)
  else table.add(identity, checkOf(saidOf(entry)))
}

/** The entries of a copy once more, in batches of what one piece of input holds. */
export async function* entriesOf(
  files: readonly CopyFile[],
  settings: FeedSettings,
  signal: AbortSignal,
): AsyncGenerator<readonly Entry[]> {
  const meaningOf = meaningFor(settings)
  for await (const { records, format } of readCopy(files, settings, signal)) {
    const entries: Entry[] = []
    for (const { content } of records) {
      if (content.is !== 'indicators') continue
      for (const indicator of content.indicators) {
        const meaning = meaningOf(indicator, format)
        if (meaning.is === 'entry') entries.push(meaning.entry)
      }
    }
    if (entries.length > 0) yield entries
  }
}
