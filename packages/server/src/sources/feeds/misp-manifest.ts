/**
 * A MISP feed: a folder with `manifest.json`, which names the events with the time of their last change, and one file of
 * JSON for each (https://www.misp-project.org/feeds/). Pure: which events there are, and which to fetch.
 */
import { fail, ok, type Result } from '@tocsin/core/base'
import type { FeedSettings } from './settings.ts'

/** Format of a feed whose address is such a folder; an address that ends in `manifest.json` says it by itself. */
export const MISP_FEED = 'misp-feed'

/** Events of a feed, at most: files of a folder. */
export const EVENTS_MAX = 20_000

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Events by their UUID (lower case), each with its time of change as the feed writes it. */
export type Events = ReadonlyMap<string, string>

/** What a copy says of itself. */
export interface EventIndex {
  /** Whether the copy holds all that the manifest named; else the manifest is read again though it has not changed. */
  readonly isWhole: boolean
  /** Whether events wait for a later turn because there were too many for one. */
  readonly isFilling: boolean
  readonly events: Events
}

/** Whether a feed is one of events. */
export function isMispFeed({ address, format }: Pick<FeedSettings, 'address' | 'format'>): boolean {
  if (format !== 'auto') return format === MISP_FEED
  return /(?:^|[/\\])manifest\.json$/i.test(address.replace(/[?#].*$/s, ''))
}

/** Reads a manifest; `invalid` where it is none. Keys that are no UUID make it none: they would become names of files. */
export function parseManifest(text: string): Result<Events> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return fail('invalid', 'Cannot read MISP feed: its manifest.json must be JSON, and is not')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return fail('invalid', 'Cannot read MISP feed: its manifest.json must hold events by their UUID')
  }
  const events = new Map<string, string>()
  for (const [uuid, about] of Object.entries(value)) {
    const time = (Object(about) as Readonly<Record<string, unknown>>)['timestamp']
    if (!UUID.test(uuid)) {
      const shown = JSON.stringify(uuid.slice(0, 80))
      return fail('invalid', `Cannot read MISP feed: an event must be named by its UUID, found ${shown}`)
    }
    if (typeof time !== 'number' && (typeof time !== 'string' || !/^\d{1,15}$/.test(time))) {
      return fail('invalid', `Cannot read MISP feed: event ${uuid} must have a "timestamp" in seconds`)
    }
    events.set(uuid.toLowerCase(), String(time))
  }
  if (events.size <= EVENTS_MAX) return ok(events)
  return fail('invalid', `Cannot read MISP feed: it must have at most ${EVENTS_MAX} events, found ${events.size}`)
}

/** The events that are new or have changed, newest first. */
export function wanted(events: Events, held: Events): readonly string[] {
  const news = [...events].filter(([uuid, time]) => held.get(uuid) !== time)
  return news.toSorted(([, a], [, b]) => Number(b) - Number(a)).map(([uuid]) => uuid)
}

/** An index as it is on disk. */
export function indexText({ isWhole, isFilling, events }: EventIndex): string {
  return JSON.stringify({ isWhole, isFilling, events: Object.fromEntries(events) })
}

/** Which forms of which events a copy holds, as one text: the same for the same content. */
export function contentText(events: Events): string {
  const lines = Array.from(events, ([uuid, time]) => `${uuid} ${time}`)
  return lines.toSorted().join('\n')
}

/** Reads an index of ours; an empty one where there is none, or a damaged one: then all is fetched again. */
export function readIndex(text: string | undefined): EventIndex {
  try {
    const { isWhole, isFilling, events } = JSON.parse(text ?? '') as { [k in keyof EventIndex]: unknown }
    const times = Object.entries(events as Readonly<Record<string, string>>)
    return { isWhole: isWhole === true, isFilling: isFilling === true, events: new Map(times) }
  } catch {
    return { isWhole: false, isFilling: false, events: new Map() }
  }
}
