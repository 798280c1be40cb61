/** Which feeds have turns, and when: of all that are configured, by what is remembered of them. */
import type { Instant } from '@tocsin/core/evidence'
import { latestTurn, spreadTurn } from './schedule.ts'
import type { Due } from './scheduler.ts'
import type { FeedSettings } from './settings.ts'
import type { FeedPlace, FeedStore } from './state.ts'
import { newPlace } from './turn.ts'

/** At a start: what was missed, and what is set too far ahead by a clock that was wrong, has its turn before long. */
export function takeUp(feeds: Iterable<FeedSettings>, store: FeedStore, now: Instant): void {
  const overdue: FeedPlace[] = []
  for (const { name, everySeconds } of feeds) {
    const place = store.find(name)
    if (place === undefined || place.nextAt <= now || place.nextAt > latestTurn(everySeconds, now)) {
      overdue.push({ ...(place ?? newPlace(name, now)), nextAt: spreadTurn(name, everySeconds, now) })
    }
  }
  store.putAll(overdue)
}

/** The feeds that are enabled, each with its time; one that is new gets one. */
export function dueOf(feeds: Iterable<FeedSettings>, store: FeedStore, now: Instant): readonly Due[] {
  const enabled = Array.from(feeds).filter(settings => settings.enabled)
  const unknown = enabled.filter(({ name }) => store.find(name) === undefined)
  store.putAll(unknown.map(({ name, everySeconds }) => newPlace(name, spreadTurn(name, everySeconds, now))))
  return enabled.map(({ name }) => ({ name, nextAt: store.find(name)!.nextAt }))
}
