/** What the next turn would do: the same steps as far as they change nothing. */
import type { WireFeedDiff } from '@tocsin/core/wire'
import { compare } from './changes.ts'
import { identityOf, SLOT } from './entry-table.ts'
import { bring } from './fetching.ts'
import { judge } from './guard.ts'
import { entriesOf, listCopy } from './listing.ts'
import { newPlace, type TurnParts } from './turn.ts'

/** Entries that are named. */
const NAMED = 20

/** Fetches, reads and compares. Rejects with a `ProblemError` where the turn would fail. */
export async function foresee(parts: TurnParts): Promise<WireFeedDiff> {
  const { settings, store, copies, clock, signal } = parts
  const now = clock()
  const before = store.find(settings.name) ?? newPlace(settings.name, now)
  const incoming = await copies.begin('incoming-diff')
  try {
    const arrival = await bring(settings, before, incoming, parts, signal)
    if (arrival.is === 'unchanged' || incoming.digest() === before.content) {
      const nothing = { added: 0, changed: 0, removed: 0, firstAdded: [], firstRemoved: [] }
      return { outcome: 'unchanged', entries: before.entries ?? 0, ...nothing }
    }
    const files = await incoming.files()
    const { table } = await listCopy(files, settings, before.entries, signal)
    const compared = await compare(table, copies, before.copy, before.entries)
    const changes = compared === 'unknown' ? { added: table.size, changed: 0, removed: 0 } : compared
    const judgment = judge({ entries: table.size, before: before.entries, held: before.held, now }, settings)
    const here = (kind: string, subject: string) => table.state(identityOf(kind, subject))
    const isGone = (state: number) => state === SLOT.free || state === SLOT.gone
    const older = before.copy === 0 ? [] : await copies.files(before.copy)
    const named = async (from: typeof files, wanted: (state: number) => boolean, count: number) => {
      const found = new Set<string>()
      if (count === 0 || from.length === 0) return []
      for await (const entries of entriesOf(from, settings, signal)) {
        for (const { subject, kind } of entries) if (wanted(here(kind, subject))) found.add(subject)
        if (found.size >= NAMED) break
      }
      return [...found].slice(0, NAMED)
    }
    return {
      outcome: judgment.follow ? 'followed' : 'refused',
      ...(judgment.follow ? {} : { reason: judgment.reason }),
      entries: table.size,
      ...changes,
      firstAdded: await named(files, state => state === SLOT.fresh, changes.added),
      firstRemoved: await named(older, isGone, changes.removed),
    }
  } finally {
    await incoming.discard()
  }
}
