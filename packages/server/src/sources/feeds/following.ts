/** Brings the ledger from one copy of a feed to the next. Everything here may be done twice: a turn that broke off is. */
import { HOUR_MS, type Instant } from '@tocsin/core/evidence'
import type { CopyFile } from './copies.ts'
import { type Entry, offerOf } from './entries.ts'
import { type EntryTable, identityOf, SLOT } from './entry-table.ts'
import { entriesOf } from './listing.ts'
import { type FeedIntake, retractAll, Sender } from './sending.ts'
import type { FeedSettings } from './settings.ts'
import type { Departures, Item } from './state.ts'

/** Expired entries that are taken back in one turn, at most; the next turn goes on. */
const EXPIRED_AT_ONCE = 100_000

/** What is followed, and how. */
export interface Following {
  readonly settings: FeedSettings
  readonly intake: FeedIntake
  readonly table: EntryTable
  readonly files: readonly CopyFile[]
  /** The files of the copy before; none where there was none. */
  readonly filesBefore: readonly CopyFile[]
  /** Everything is written, rather than what is new or has changed. */
  readonly all: boolean
  readonly fetchedAt: Instant
  readonly signal: AbortSignal
}

/** What the intake said. */
export interface Followed {
  /** Entries that the intake refused, with the first reasons. */
  readonly refused: number
  readonly reasons: readonly string[]
  readonly departures?: Departures | undefined
}

/** As one generation: what it does not hold is taken back, whatever it was. */
export async function followWhole(following: Following): Promise<Followed> {
  const { intake } = following
  const generation = await intake.begin()
  const sender = new Sender(intake, generation)
  await send(following, sender)
  await intake.commit(generation)
  return sender
}

/** By what is new or changed, and what is gone. */
export async function followChanges(following: Following, hasGone: boolean): Promise<Followed> {
  const { intake } = following
  const sender = new Sender(intake)
  await send(following, sender)
  if (hasGone) for await (const gone of goneOf(following)) await retractAll(intake, gone)
  return sender
}

/**
 * By what is new or changed; what the feed shows no more says nothing. With `expireAfterHours`, what left the window is
 * noted, and taken back after that time unless it has come again.
 *
 * @param expired finds entries that left before a time
 */
export async function followWindow(
  following: Following,
  expired: (before: Instant, limit: number) => readonly Item[],
): Promise<Followed> {
  const { settings, intake, table, fetchedAt } = following
  const sender = new Sender(intake)
  const over: Item[] = []
  await send(following, sender, entry => {
    if (settings.expireAfterHours !== undefined) over.push({ subject: entry.subject, kind: entry.kind })
  })
  if (settings.expireAfterHours === undefined) return sender
  const left: Item[] = []
  for await (const gone of goneOf(following)) left.push(...gone)
  const lapsed = expired(fetchedAt - settings.expireAfterHours * HOUR_MS, EXPIRED_AT_ONCE).filter(
    item => !isHere(table, item),
  )
  await retractAll(intake, lapsed)
  over.push(...lapsed)
  return { refused: sender.refused, reasons: sender.reasons, departures: { left, over } }
}

async function send(following: Following, sender: Sender, sent?: (entry: Entry) => void): Promise<void> {
  const { files, settings, table, all, fetchedAt, intake, signal } = following
  const seenAt = new Date(fetchedAt).toISOString()
  for await (const entries of entriesOf(files, settings, signal)) {
    const gone: Item[] = []
    for (const entry of entries) {
      const state = table.state(identityOf(entry.kind, entry.subject))
      if (state === SLOT.gone) gone.push(entry)
      else if (!entry.gone && (all || state !== SLOT.same)) {
        await sender.offer(offerOf(entry, seenAt))
        sent?.(entry)
      }
    }
    // A feed of changes says what is gone; in a whole list the generation, or the older copy, tells.
    if (gone.length > 0 && settings.mode === 'window') await retractAll(intake, gone)
  }
  await sender.end()
}

/** The entries of the copy before that are in the table no more. */
async function* goneOf({ filesBefore, settings, table, signal }: Following): AsyncGenerator<readonly Item[]> {
  if (filesBefore.length === 0) return
  for await (const entries of entriesOf(filesBefore, settings, signal)) {
    const gone = entries.filter(entry => !entry.gone && !isHere(table, entry))
    if (gone.length > 0) yield gone.map(({ subject, kind }) => ({ subject, kind }))
  }
}

function isHere(table: EntryTable, { kind, subject }: Item): boolean {
  const state = table.state(identityOf(kind, subject))
  return state !== SLOT.free && state !== SLOT.gone
}
