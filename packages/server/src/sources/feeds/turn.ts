/**
 * One turn of a feed: fetch, read to the end, ask the guard, bring the ledger to it, make it the copy that is followed.
 *
 * The order is what makes a crash harmless: nothing is written to the ledger before the copy was read to its end and the
 * guard has agreed, and the runner's memory names the new copy last. Whatever breaks off in between is done again by the
 * next turn, and is the same then.
 */
import { ProblemError } from '@tocsin/core/base'
import type { Instant } from '@tocsin/core/evidence'
import { RetryLaterError } from '../../outbound/outbound.ts'
import { type Compared, compare, isUpheaval } from './changes.ts'
import type { Copies, CopyFile, Incoming } from './copies.ts'
import { bring, type FetchParts } from './fetching.ts'
import { type Followed, type Following, followChanges, followWhole, followWindow } from './following.ts'
import { judge } from './guard.ts'
import { type Listing, listCopy } from './listing.ts'
import { nextTurn } from './schedule.ts'
import type { FeedIntake } from './sending.ts'
import { type FeedSettings, meaningOf } from './settings.ts'
import type { Arrival, FeedPlace, FeedStore, Turn } from './state.ts'

/** Followed turns after which all is written anew, so that ledger and copy cannot drift apart for long. */
const WHOLE_EVERY = 24

/** A feed that has not come in as a whole goes on after so many seconds. */
const FILLING_SECONDS = 60

/** Parts of a feed that could not be had and are named, beside the lines that were refused. */
const REASONS_OF_PARTS = 10

/** What a turn works with. */
export interface TurnParts extends FetchParts {
  readonly settings: FeedSettings
  readonly store: FeedStore
  readonly copies: Copies
  readonly intake: FeedIntake
  readonly clock: () => Instant
  readonly signal: AbortSignal
  /** All is written, also where nothing has changed: the ledger may know something else. */
  readonly whole: boolean
  /** All is written if there is news: the first turn since the node has started. */
  readonly startsAnew: boolean
}

/** A copy that has been read, and what it was compared with. */
interface Read {
  readonly listing: Listing
  readonly compared: Compared
  readonly files: readonly CopyFile[]
}

const NOTHING = { entries: 0, added: 0, changed: 0, removed: 0, refused: 0, skipped: 0, bytes: 0 } as const

/** Takes a turn. Never rejects for what may happen to a feed; what went wrong is in the turn, and in the memory. */
export async function takeTurn(parts: TurnParts): Promise<Turn> {
  const { settings, store, clock, copies } = parts
  const startedAt = clock()
  const before = store.find(settings.name) ?? newPlace(settings.name, startedAt)
  let incoming: Incoming | undefined
  try {
    incoming = await copies.begin()
    const turn = await attempt(parts, before, incoming, startedAt)
    return turn
  } catch (error) {
    // The node stops: the turn is taken again when it runs.
    if (parts.signal.aborted) throw error
    const { failures, turns } = before
    const reason = reasonOf(error)
    const turn: Turn = { ...NOTHING, at: startedAt, outcome: 'failed', milliseconds: clock() - startedAt, reason }
    const past = { ...before, failures: failures + 1, turns: turns + 1 }
    const later = error instanceof RetryLaterError ? error.retryAfterSeconds : undefined
    store.end({ place: { ...past, error: reason, nextAt: nextOf(parts, past, later) }, turn, refusals: [] })
    return turn
  } finally {
    await incoming?.discard().catch(() => undefined)
  }
}

/** The place of a feed that had no turn yet. */
export function newPlace(name: string, nextAt: Instant): FeedPlace {
  return { name, nextAt, copy: 0, sinceFull: 0, failures: 0, turns: 0 }
}

async function attempt(parts: TurnParts, before: FeedPlace, incoming: Incoming, startedAt: Instant): Promise<Turn> {
  const { settings, store, clock, copies, signal } = parts
  const meansOther = before.copy !== 0 && before.meaning !== meaningOf(settings)
  // Where the address is another one, what its server said of an older copy is nothing to this one.
  const isKnown = !meansOther && (await copies.has(before.copy))
  const known = isKnown ? before : { ...before, etag: undefined, lastModified: undefined }
  const arrival = await bring(settings, known, incoming, parts, signal)
  const came = arrival.is === 'came' ? arrival : undefined
  const content = came === undefined ? before.content : incoming.digest()
  const isNew = content !== before.content || (came !== undefined && !isKnown)
  const past = { ...before, failures: 0, turns: before.turns + 1, error: undefined }
  const nextAt = nextOf(parts, past, came?.freshSeconds, came?.isFilling)
  const base = { at: startedAt, bytes: incoming.bytes }
  if (!isNew && !parts.whole && !meansOther) {
    const turn: Turn = {
      ...NOTHING,
      ...base,
      outcome: 'unchanged',
      entries: before.entries ?? 0,
      milliseconds: clock() - startedAt,
    }
    const place = { ...past, ...marksOf(arrival, before), nextAt, checkedAt: startedAt, held: undefined }
    store.end({ place, turn, refusals: store.refusals(settings.name) })
    return turn
  }
  const read = await readArrival(parts, before, isNew ? incoming : undefined, meansOther)
  const { compared } = read
  const troubles = came?.troubles ?? []
  const listing: Listing = {
    ...read.listing,
    refused: read.listing.refused + troubles.length,
    refusals: [...troubles.slice(0, REASONS_OF_PARTS), ...read.listing.refusals],
  }
  const changes = compared === 'unknown' ? { added: listing.table.size, changed: 0, removed: 0 } : compared
  const counts = { entries: listing.table.size, ...changes, skipped: listing.skipped }
  const end = (outcome: Turn['outcome'], refused: number, reason?: string): Turn => ({
    ...base,
    ...counts,
    refused,
    outcome,
    milliseconds: clock() - startedAt,
    ...(reason === undefined ? {} : { reason }),
  })
  // Where its settings were changed, another length is what the operator wanted; where it comes in over turns, it grows.
  const isOther = meansOther || came?.wasFilling === true
  const judgment = judgeRead(parts, isOther ? { ...before, entries: undefined } : before, listing, startedAt)
  if (!judgment.follow) {
    const turn = end('refused', listing.refused, judgment.reason)
    store.end({
      place: { ...past, nextAt, held: judgment.hold, error: judgment.reason },
      turn,
      refusals: listing.refusals,
    })
    return turn
  }
  const wasWhole = compared === 'unknown' || isWhole(parts, before, read, meansOther)
  const followed = await (meansOther
    ? startAnew(parts, read, startedAt)
    : follow(parts, before, read, wasWhole, startedAt))
  const copy = isNew ? before.copy + 1 : before.copy
  if (isNew) await copies.keep(incoming, copy, listing.table)
  else await copies.rewriteSet(copy, listing.table)
  const turn = end('followed', listing.refused + followed.refused)
  const refusals = [...listing.refusals, ...followed.reasons.map(reason => ({ place: 0, reason }))]
  const place: FeedPlace = {
    ...past,
    ...marksOf(arrival, before),
    nextAt,
    checkedAt: startedAt,
    goodAt: isNew ? startedAt : before.goodAt,
    copy,
    entries: listing.table.size,
    content,
    format: listing.format,
    meaning: meaningOf(settings),
    sinceFull: wasWhole ? 0 : before.sinceFull + 1,
    held: undefined,
  }
  store.end({ place, turn, refusals, departures: followed.departures })
  await copies.sweep(copy)
  return turn
}

/** Reads what came, or the copy that is followed where it has to be written anew. */
async function readArrival(
  { settings, copies, signal }: TurnParts,
  before: FeedPlace,
  incoming: Incoming | undefined,
  meansOther: boolean,
): Promise<Read> {
  const files = await (incoming?.files() ?? copies.files(before.copy))
  const listing = await listCopy(files, settings, before.entries, signal)
  // The older set is of other kinds or other confidences: nothing in it can be compared.
  const compared = meansOther ? 'unknown' : await compare(listing.table, copies, before.copy, before.entries)
  return { listing, compared, files }
}

function judgeRead(parts: TurnParts, before: FeedPlace, listing: Listing, now: Instant): ReturnType<typeof judge> {
  const { table, refused } = listing
  if (table.size === 0 && refused > 0) {
    const first = listing.refusals[0]
    const message = `Cannot follow feed: none of its ${refused} lines could be taken; line ${first?.place}: ${first?.reason}`
    throw new ProblemError({ code: 'invalid', message })
  }
  const candidate = { entries: table.size, before: before.entries, held: before.held, now }
  return judge(candidate, parts.settings)
}

/** Whether all is written, rather than what differs. */
function isWhole(parts: TurnParts, before: FeedPlace, { listing, compared }: Read, meansOther: boolean): boolean {
  if (parts.whole || meansOther || compared === 'unknown' || before.copy === 0) return true
  if (parts.settings.mode === 'window') return false
  return parts.startsAnew || before.sinceFull + 1 >= WHOLE_EVERY || isUpheaval(compared, listing.table.size)
}

/** What entries mean has changed: whatever was said of them before is taken back, and a window is what it shows now. */
async function startAnew(
  { settings, intake, store, signal }: TurnParts,
  { listing, files }: Read,
  fetchedAt: Instant,
): Promise<Followed> {
  const following: Following = {
    settings,
    intake,
    table: listing.table,
    files,
    filesBefore: [],
    all: true,
    fetchedAt,
    signal,
  }
  const { refused, reasons } = await followWhole(following)
  const over = store.departedBefore(settings.name, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
  return { refused, reasons, departures: { left: [], over } }
}

async function follow(
  { settings, intake, copies, store, signal }: TurnParts,
  before: FeedPlace,
  { listing, compared, files }: Read,
  whole: boolean,
  fetchedAt: Instant,
): Promise<Followed> {
  const hasGone = compared !== 'unknown' && compared.removed > 0
  const filesBefore = before.copy === 0 || !hasGone ? [] : await copies.files(before.copy)
  const { table } = listing
  const following: Following = { settings, intake, table, files, filesBefore, all: whole, fetchedAt, signal }
  if (settings.mode === 'window') {
    return await followWindow(following, (time, limit) => store.departedBefore(settings.name, time, limit))
  }
  return await (whole ? followWhole(following) : followChanges(following, hasGone))
}

function nextOf(
  { settings, clock }: TurnParts,
  past: FeedPlace,
  freshSeconds?: number,
  isFilling: boolean = false,
): Instant {
  const everySeconds = isFilling ? Math.min(FILLING_SECONDS, settings.everySeconds) : settings.everySeconds
  const { name, failures, turns } = past
  return nextTurn({ name, everySeconds, failures, turns, freshSeconds: isFilling ? 0 : freshSeconds }, clock())
}

/** What the server said of its copy, for asking again; of an unchanged one what it said the last time. */
function marksOf(arrival: Arrival, before: FeedPlace): Pick<FeedPlace, 'etag' | 'lastModified'> {
  const { etag, lastModified } = arrival.is === 'came' ? arrival : before
  return { etag, lastModified }
}

function reasonOf(error: unknown): string {
  if (error instanceof ProblemError) return error.problem.message
  return error instanceof Error ? error.message : String(error)
}
