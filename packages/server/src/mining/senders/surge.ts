/** More mail than a sender's own history lets expect. */
import { FAST_HALF_LIFE_HOURS, SLOW_HALF_LIFE_HOURS, SURGE } from './figures.ts'
import type { Judgment } from './share.ts'
import { UNTRUSTED } from './sites.ts'
import type { SenderView } from './view.ts'

/**
 * What is to be said of `sending-surge` for a sender that has a history, in thousandths, at most 500: letters are sent
 * at once too, so a surge alone never blocks. The site that counted most is left out, and untrusted ones are.
 *
 * @param minute minutes since 1970
 */
export function judgeSurge(view: SenderView, minute: number): Judgment {
  const hours = (minute - view.firstSeen) / 60
  if (!(hours >= SURGE.historyHours)) return 'leave'
  const most = largest(view)
  let volume = 0
  let history = 0
  for (let slot = 0; slot < view.count; slot++) {
    if (slot === most || view.site[slot] === UNTRUSTED) continue
    volume += view.messages[slot] as number
    history += view.oldVolume[slot] as number
  }
  // Steady mail of one an hour makes half-life ÷ ln 2 in either counter, the slow one once it is as old as that.
  const filled = 1 - 2 ** (-hours / SLOW_HALF_LIFE_HOURS)
  const expected = ((history / filled) * FAST_HALF_LIFE_HOURS) / SLOW_HALF_LIFE_HOURS
  if (volume >= SURGE.messages && volume >= SURGE.factor * expected && sitesNow(view) >= SURGE.sites) {
    const times = Math.log2(volume / Math.max(1, SURGE.factor * expected))
    return Math.min(SURGE.confidenceMax, 300 + 50 * Math.floor(times))
  }
  return volume < (SURGE.factor / 2) * expected ? 'unsay' : 'leave'
}

function largest(view: SenderView): number {
  let most = -1
  for (let slot = 0; slot < view.count; slot++) {
    if (view.site[slot] === UNTRUSTED) continue
    if (most < 0 || (view.messages[slot] as number) > (view.messages[most] as number)) most = slot
  }
  return most
}

/** Trusted sites that count it now; a group of others is one. */
function sitesNow(view: SenderView): number {
  let sites = 0
  for (let slot = 0; slot < view.count; slot++) {
    if (view.site[slot] !== UNTRUSTED && (view.messages[slot] as number) >= 1) sites += 1
  }
  return sites
}
