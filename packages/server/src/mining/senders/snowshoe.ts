/**
 * Snowshoe: the load of bad mail is spread over many new addresses of a range, so that none of them stands out. What
 * gives it away is the range: many members that nobody knew yesterday, each sending little and about as much as the
 * others, together much bad mail.
 */
import { SHARE_SAID, SHARE_UNSAID, SNOWSHOE } from './figures.ts'
import { type Fresh, pool, withoutWorst } from './range.ts'
import { type Judgment, lowerShare, thousandths } from './share.ts'

/** Members beyond which more of them make it no surer. */
const MEMBERS_SURE = 48

/** What is to be said of `snowshoe-range` for a /24 or /64 from its own new members. */
export function judgeRange(fresh: Fresh): Judgment {
  return fresh.senders.length < SNOWSHOE.members ? 'leave' : judge(fresh)
}

/** The same for a /24 from those of all parts of its /22 (its own first), none of which may have few. */
export function judgeRun(parts: readonly Fresh[]): Judgment {
  const taking = parts.filter(part => part.senders.length >= SNOWSHOE.runMembersEach)
  const own = parts[0]
  if (own === undefined || taking.length < 2 || !taking.includes(own)) return 'leave'
  const whole = pool(taking)
  return whole.senders.length < SNOWSHOE.runMembers ? 'leave' : judge(whole)
}

function judge(fresh: Fresh): Judgment {
  const { weight } = withoutWorst(fresh.bySite)
  const lower = lowerShare(weight)
  if (lower < SHARE_UNSAID) return 'unsay'
  const alone = Math.max(0, ...fresh.onlyAt.values())
  const isWide = fresh.senders.length - alone >= SNOWSHOE.membersElsewhere
  if (lower < SHARE_SAID || !isWide || evenness(fresh) < SNOWSHOE.evenness) return 'leave'
  return thousandths(lower * (0.6 + 0.4 * Math.min(1, fresh.senders.length / MEMBERS_SURE)))
}

/** Entropy of the volumes beside that of equal ones: 1 where all send the same. */
function evenness({ senders, messages, messagesLog }: Fresh): number {
  return (Math.log(messages) - messagesLog / messages) / Math.log(senders.length)
}
