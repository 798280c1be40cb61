/**
 * The figures of the senders' pictures, in one place. All are assumed: chosen on made-up traffic (`npm run trial:senders`,
 * docs/senders.md), for no labelled traffic of many sites is at hand.
 */

/** Half-life in hours of what is held for the present behaviour. */
export const FAST_HALF_LIFE_HOURS = 4

/** Half-life in hours of what is held for the history: two weeks, so that a weekly letter is not new each time. */
export const SLOW_HALF_LIFE_HOURS = 14 * 24

/** A sender is new for so many hours. */
export const NEW_HOURS = 24

/** Hours of observation before which nothing is concluded from senders being new: until then all of them are. */
export const LEARNING_HOURS = 24

/**
 * What one of each counts, in bad messages: a trap has no legitimate mail, a complaint stands for the many who do not
 * complain (0.3 % of complaints is where large receivers begin to refuse), failed authentication happens to forwarders.
 */
export const WEIGHTS = { spam: 1, trapped: 5, complaints: 10, authFailed: 0.2, rejectedRecipients: 0.5 } as const

/** The share of rejected recipients that any list of addresses has after a while; no sign of anything. */
export const REJECTED_ORDINARY = 0.1

/** Messages by which one site is as sure as one site can be. */
export const SITE_MESSAGES_MAX = 100

/** Messages of one site's history that count beside its present. */
export const SITE_HISTORY_MAX = 25

/** Bad messages that all untrusted sites together can add. Their good ones count nothing: they may not exculpate. */
export const UNTRUSTED_MAX = 20

/** What is held of a sender about whom nothing is known: a share, worth so many messages. */
export const BASE_PRIOR = { mean: 0.15, strength: 3 } as const

/** Messages that one member counts for its range, site by site: no member makes the name of its neighbours alone. */
export const MEMBER_MESSAGES_MAX = 10

/** The most messages that a range's, and a network's, name is worth for a member. */
export const NET_STRENGTH_MAX = 12
export const ASN_STRENGTH_MAX = 4

/** Members with anything counted that a range must have before it has a name. */
export const NET_MEMBERS_MIN = 4

/** Standard deviations below the mean at which a share is held to be: 90 % are above. */
export const DOUBT = 1.28

/** Bad mail shares from which something is said, and below which it is taken back. */
export const SHARE_SAID = 0.35
export const SHARE_UNSAID = 0.25

/** What is said where one site alone saw it: suspicious at the most, never blocked at medium for that. Thousandths. */
export const ALONE_CONFIDENCE = 200

/** Messages (a trap hit counts as five) before anything is said of a share. */
export const SHARE_MESSAGES_MIN = 10

/** A surge: so many times what its history lets expect, and so many messages, at so many sites, the largest left out. */
export const SURGE = { factor: 8, messages: 200, sites: 3, historyHours: 24, confidenceMax: 500 } as const

/** A snowshoe range: new members in a /24, or in a /22 with so many in each /24 of it. */
export const SNOWSHOE = {
  members: 16,
  runMembers: 20,
  runMembersEach: 5,
  /** Messages of one member beyond which it does not send little. */
  memberMessages: 60,
  /** New members that must remain whichever site is left out. */
  membersElsewhere: 12,
  /** Entropy of the members' volumes beside that of equal ones. */
  evenness: 0.75,
} as const

/** A botnet: new senders of the last hour that behave alike, so many and so many times what is ordinary. */
export const BOTNET = {
  windowMinutes: 60,
  members: 40,
  factor: 5,
  nets: 30,
  membersElsewhere: 20,
  /** Members of one range that count for the crowd; a range with more is another matter. */
  netMembers: 3,
  netMembersMax: 8,
  memberMessages: 60,
  /** Bad signs that a member must have shown. */
  signs: 3,
  /** Times more likely (natural logarithm) to behave as the crowd than as an ordinary sender. */
  likelihood: 5,
  baselineHalfLifeHours: 24,
} as const

/**
 * How often ordinary senders show each sign (authentication and logins, recipients, spam, traps) by message, and what
 * part of them is so: most; those that forward; those with old lists of addresses.
 */
export const ORDINARY_SENDERS = [
  { part: 0.8, signs: [0.08, 0.08, 0.05, 0.005] },
  { part: 0.1, signs: [0.5, 0.08, 0.05, 0.005] },
  { part: 0.1, signs: [0.08, 0.25, 0.05, 0.01] },
] as const

/** Addresses of one IPv6 /64 that are told apart; a machine there can take any number of them. */
export const NET_MEMBERS_MAX = 256

/** Ranges that one tick looks at, at most (about 40 µs each, measured in the trial); the rest waits for the next. */
export const NETS_PER_TICK = 5000

/** Share of all senders that may be known from one and the same site alone. */
export const SOLE_SHARE = 0.5

/** Statements that are held at once. */
export const STATEMENTS_MAX = 100_000
