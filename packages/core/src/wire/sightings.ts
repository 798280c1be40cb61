/**
 * Sightings on the wire: what a site counted about a sender of mail within an hour. Only numbers about an address can be
 * said: nothing about people, messages or what stands in them.
 */
import { fail, ok, type Result } from '../base/index.ts'
import { HOUR_MS, type Instant } from '../evidence/index.ts'
import { netRange, parseSubject, reservedPrefix, type Subject } from '../subject/index.ts'
import { REFUSED } from './evidence.ts'
import type { FromSchema } from './schema.ts'

/** Items in one list of sightings, at most; a stream (NDJSON) may hold any number. */
export const SIGHTINGS_MAX = 10_000

/** The most that one count may say. */
export const SIGHTING_COUNT_MAX = 10_000_000

/** Hours after which nobody can say any more what was counted. */
export const SIGHTING_AGE_HOURS_MAX = 48

/** How far ahead the clock of a site may be: an hour that begins within it counts as the present one. */
export const SIGHTING_SKEW_MS = 5 * 60_000

/** What can be counted, in the order in which it is kept. */
export const SIGHTING_COUNTS = [
  'messages',
  'spam',
  'trapped',
  'complaints',
  'authFailed',
  'rejectedRecipients',
] as const

/** One of {@link SIGHTING_COUNTS}. */
export type SightingCount = (typeof SIGHTING_COUNTS)[number]

const COUNT = { type: 'integer', minimum: 0, maximum: SIGHTING_COUNT_MAX } as const

/** What a site counted about one sender in one hour, or in a part of it: sightings of the same hour add up. */
export const SIGHTING_SCHEMA = {
  $id: 'Sighting',
  type: 'object',
  description: 'Counts about one sender in (a part of) one hour. It carries nothing about people or content.',
  required: ['subject'],
  additionalProperties: false,
  properties: {
    subject: { type: 'string', minLength: 4, maxLength: 64, description: 'An address, as in "ip:192.0.2.1".' },
    hour: {
      type: 'string',
      pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d{1,9})?)?Z$',
      description: 'Any time of that hour, in UTC; the present one, where absent.',
    },
    messages: { ...COUNT, description: 'Messages that it offered, whatever became of them.' },
    spam: { ...COUNT, description: 'Of them, those that a filter took for spam.' },
    trapped: { ...COUNT, description: 'Of them, those to addresses that are traps.' },
    complaints: { ...COUNT, description: 'Complaints of recipients about it.' },
    authFailed: { ...COUNT, description: 'Messages that failed SPF, DKIM or DMARC, and logins that were refused.' },
    rejectedRecipients: { ...COUNT, description: 'Recipients that do not exist here.' },
    id: { type: 'string', minLength: 1, maxLength: 128, description: 'Yours: what is sent again with it counts once.' },
  },
} as const

/** {@link SIGHTING_SCHEMA} as a type. */
export type WireSighting = FromSchema<typeof SIGHTING_SCHEMA>

/** The answer to sightings. */
export const SIGHTINGS_RECEIPT_SCHEMA = {
  $id: 'SightingsReceipt',
  type: 'object',
  required: ['accepted', 'refused'],
  additionalProperties: false,
  properties: {
    accepted: { type: 'integer', minimum: 0 },
    refused: REFUSED,
  },
} as const

/** {@link SIGHTINGS_RECEIPT_SCHEMA} as a type. */
export type WireSightingsReceipt = FromSchema<typeof SIGHTINGS_RECEIPT_SCHEMA>

/** A sighting that was admitted: its subject is an ordinary address, its hour is over or running. */
export interface Sighting extends Readonly<Record<SightingCount, number>> {
  readonly subject: Subject
  /** When the hour began. */
  readonly hour: Instant
  readonly id?: string
}

/** Who counted: the organisation behind a key, and how much its word counts (steps of `core/scoring`, 0 to 15). */
export interface SightingSite {
  readonly organisation: string
  readonly trustStep: number
}

/**
 * A sighting of the shape of {@link SIGHTING_SCHEMA}, admitted at a time. Refuses as `invalid`, with the bare reason as
 * message: a subject that is no ordinary address; an hour that is to come, or over for 48 hours; counts that are all 0.
 */
export function admitSighting(wire: WireSighting, now: Instant): Result<Sighting> {
  const subject = parseSubject(wire.subject)
  if (!subject.ok) return subject
  if (subject.value.type !== 'ip') {
    return fail('invalid', `field "subject" must be an address, found a ${subject.value.type}`)
  }
  if (reservedPrefix(netRange(subject.value).address) !== undefined) {
    return fail('invalid', `field "subject" must be a public address, found "${wire.subject}"`)
  }
  const hour = hourOf(wire.hour, now)
  if (!hour.ok) return hour
  const [messages, spam, trapped, complaints, authFailed, rejectedRecipients] = SIGHTING_COUNTS.map(
    name => wire[name] ?? 0,
  ) as [number, number, number, number, number, number]
  if (messages + spam + trapped + complaints + authFailed + rejectedRecipients === 0) {
    return fail('invalid', `one of ${SIGHTING_COUNTS.join(', ')} must be more than 0`)
  }
  const counts = { messages, spam, trapped, complaints, authFailed, rejectedRecipients }
  const id = wire.id === undefined ? {} : { id: wire.id }
  return ok({ subject: subject.value, hour: hour.value, ...counts, ...id })
}

function hourOf(text: string | undefined, now: Instant): Result<Instant> {
  const present = startOfHour(now)
  if (text === undefined) return ok(present)
  const at = Date.parse(text)
  if (!Number.isFinite(at)) return fail('invalid', `field "hour" must be a time in UTC, found "${text}"`)
  const hour = startOfHour(at)
  if (hour > now + SIGHTING_SKEW_MS) return fail('invalid', `field "hour" must not be to come, found "${text}"`)
  if (hour < now - SIGHTING_AGE_HOURS_MAX * HOUR_MS) {
    return fail('invalid', `field "hour" must be of the last ${SIGHTING_AGE_HOURS_MAX} hours, found "${text}"`)
  }
  return ok(Math.min(hour, present))
}

function startOfHour(at: Instant): Instant {
  return Math.floor(at / HOUR_MS) * HOUR_MS
}
