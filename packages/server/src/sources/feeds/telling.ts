/** Feeds in the words of the API. */
import { HOUR_MS, type Instant } from '@tocsin/core/evidence'
import type { FeedState, WireFeedSettings, WireFeedStatus, WireFeeds, WireFeedTurn } from '@tocsin/core/wire'
import { shownHeaders } from './secrets.ts'
import type { FeedSettings } from './settings.ts'
import type { FeedPlace, FeedStore, Turn } from './state.ts'

type Overview = WireFeeds['feeds'][number]

/** A feed in a row of a table. */
export function overviewOf(settings: FeedSettings, place: FeedPlace | undefined, now: Instant): Overview {
  const { name, address, trust, organisation, licence, enabled } = settings
  return {
    name,
    state: stateOf(settings, place, now),
    address,
    entries: place?.entries ?? 0,
    trust,
    organisation,
    ...(licence === undefined ? {} : { licence }),
    ...timed('checkedAt', place?.checkedAt),
    ...timed('goodAt', place?.goodAt),
    ...timed('nextAt', enabled ? place?.nextAt : undefined),
    ...(place?.error === undefined ? {} : { error: place.error }),
  }
}

/** All about a feed, but for its statistics. */
export function statusOf(
  settings: FeedSettings,
  said: WireFeedSettings,
  store: FeedStore,
  now: Instant,
): WireFeedStatus {
  const { name } = settings
  const place = store.find(name)
  const held = place?.held
  return {
    ...overviewOf(settings, place, now),
    settings: said.headers === undefined ? said : { ...said, headers: shownHeaders(said.headers) },
    ...(place?.format === undefined ? {} : { format: place.format }),
    ...(held === undefined ? {} : { held: { ...held, since: isoTime(held.since) } }),
    turns: store.turns(name).map(turnToWire),
    refusals: [...store.refusals(name)],
  }
}

/** A turn on the wire. */
export function turnToWire({ at, reason, ...counts }: Turn): WireFeedTurn {
  return { at: isoTime(at), ...counts, ...(reason === undefined ? {} : { reason }) }
}

/** The first that fits; a feed that is stale is so whatever else it is. */
function stateOf(settings: FeedSettings, place: FeedPlace | undefined, now: Instant): FeedState {
  if (!settings.enabled) return 'disabled'
  if (place?.checkedAt !== undefined && now - place.checkedAt > settings.staleAfterHours * HOUR_MS) return 'stale'
  if (place?.held !== undefined) return 'held'
  if (place !== undefined && place.failures > 0) return 'failing'
  return place?.checkedAt === undefined ? 'waiting' : 'good'
}

function timed<K extends string>(name: K, time: Instant | undefined): { readonly [k in K]?: string } {
  return time === undefined ? {} : ({ [name]: isoTime(time) } as { readonly [k in K]: string })
}

function isoTime(time: Instant): string {
  return new Date(time).toISOString()
}
