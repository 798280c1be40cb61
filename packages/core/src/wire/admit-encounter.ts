/** Encounters and the text of pages as they are admitted: what may be said in clear, and when it may have been. */
import { fail, ok, type Result } from '../base/index.ts'
import type { Instant } from '../evidence/index.ts'
import { isHashOnly, parseSubject, parseSubjectOf, type Subject, subjectText } from '../subject/index.ts'
import { ENCOUNTER_AGE_HOURS_MAX, type WireEncounter } from './encounters.ts'
import { parsePublicAddress, parsePublicName } from './resolutions.ts'

const HOUR_MS = 3_600_000

/** A clock may be ahead of ours by so much. */
const SKEW_MS = 5 * 60_000

/** An encounter that was admitted. */
export interface Encounter {
  /** An address or a name that is public, a page by its hash or its public text, a file. */
  readonly subject: Subject
  /** When the hour began. */
  readonly hour: Instant
  /** Questions about it. */
  readonly asked: number
  /** Of them, those answered by "block". */
  readonly blocked: number
  /** Of them, those of which nobody knew anything: never more than were asked. */
  readonly untested: number
  readonly id?: string
}

/**
 * An encounter of the shape of `ENCOUNTER_SCHEMA`, admitted at a time. Refuses as `invalid`: what names a place or a page
 * of an inner network, a page with a query, a network; an hour that is to come, or over for
 * {@link ENCOUNTER_AGE_HOURS_MAX}; more answers than questions.
 */
export function admitEncounter(wire: WireEncounter, now: Instant): Result<Encounter> {
  const subject = admitMet(wire.subject)
  if (!subject.ok) return subject
  const hour = Date.parse(wire.hour)
  const isPast = Number.isFinite(hour) && hour >= now - ENCOUNTER_AGE_HOURS_MAX * HOUR_MS
  if (!isPast || hour > now + SKEW_MS) {
    return fail('invalid', `hour must be one of the last ${ENCOUNTER_AGE_HOURS_MAX} hours, found "${wire.hour}"`)
  }
  const { untested = 0, blocked = 0, asked = Math.max(untested, blocked), id } = wire
  if (Math.max(untested, blocked) > asked) {
    return fail(
      'invalid',
      `"blocked" and "untested" must be at most "asked", ${asked}, found ${blocked} and ${untested}`,
    )
  }
  return ok({ subject: subject.value, hour, asked, blocked, untested, ...(id === undefined ? {} : { id }) })
}

/** What a site may say that it met; see {@link admitEncounter}. */
export function admitMet(text: string): Result<Subject> {
  const parsed = parseSubject(text)
  if (!parsed.ok) return parsed
  const { type, value } = parsed.value
  switch (type) {
    case 'file':
      return parsed
    case 'ip':
      return parsePublicAddress(value)
    case 'domain':
      return parsePublicName(value)
    case 'url':
      return isHashOnly(parsed.value) ? parsed : admitPage(text)
    case 'net':
      return fail('invalid', `a network is not met, its addresses are; found "${text}"`)
  }
}

/**
 * The text of a page that may be told in clear: canonical, as `url:example.com/a/b`, on a public host. Refuses as
 * `invalid` whatever has a scheme, a user, a port, a query or a fragment: all of them are gone from what is canonical,
 * or stand after a `?`, so nobody has to guess what a parser would have dropped.
 */
export function admitPage(text: string): Result<Subject> {
  const parsed = parseSubject(text)
  if (!parsed.ok) return parsed
  const page = parsed.value
  if (page.type !== 'url' || isHashOnly(page)) {
    return fail('invalid', `it must be the text of a page, as "url:example.com/a", found "${clipped(text)}"`)
  }
  if (subjectText(page) !== text || page.value.includes('?')) {
    const found = `found "${clipped(text)}"`
    return fail('invalid', `it must be host and path alone, without scheme, user, port, query and fragment, ${found}`)
  }
  const host = page.value.slice(0, page.value.indexOf('/'))
  const address = parseSubjectOf('ip', host.replace(/^\[(.*)\]$/, '$1'))
  const place = address.ok ? parsePublicAddress(address.value.value) : parsePublicName(host)
  return place.ok ? parsed : place
}

/** Enough of a text to be recognised. */
function clipped(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}
