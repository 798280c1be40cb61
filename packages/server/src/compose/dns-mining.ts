/** What miners hear of questions by DNS: names of which nobody knows anything, as `askedAloud` tells it for HTTP. */
import type { Instant } from '@tocsin/core/evidence'
import { parseSubject } from '@tocsin/core/subject'
import type { TellEncounters } from '../doors/dns/encounters.ts'
import type { MiningInbox } from './mining-inbox.ts'

/**
 * Names a second, of all threads together: miners take 65 to 150 µs for one that is new, so that a door at full load, which
 * would tell of thousands, costs them 1.5 % of a core at most.
 */
export const NAMES_PER_SECOND = 100

/** The door's ear. What the site blocks by its own list is none of the miners' business. */
export function toldByDns(put: MiningInbox['put'], clock: () => Instant): TellEncounters {
  let second = 0
  let left = 0
  return list => {
    const now = Math.floor(clock() / 1000)
    if (now !== second) [second, left] = [now, NAMES_PER_SECOND]
    for (const { subject: text, untested, blocked } of list) {
      if (left === 0) return
      if (untested === 0 || blocked > 0 || !text.startsWith('domain:')) continue
      const subject = parseSubject(text)
      if (!subject.ok || subject.value.type !== 'domain') continue
      put('asked', subject.value)
      left--
    }
  }
}
