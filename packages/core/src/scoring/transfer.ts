/** How much of what is known of one subject passes on to another that it was met with. */
import type { SubjectType } from '../subject/index.ts'

/**
 * Thousandths of a neighbour's log-odds that pass on, before damping: `TRANSFER[neighbour][subject]`. What is absent
 * is 0; a net is not met, it is what addresses lie in.
 *
 * Origin: assumed. The pairs at hand (148,067 of a malware sample and its indicator) are bad on both sides, so no
 * likelihood can be fitted to them. Chosen so that the bad attachment of one mail at one site of trust 0.8 makes its
 * link and its sender highly suspicious and the link's host suspicious: a host is shared by more pages than were met,
 * and takes the word of a second site. A file passes on most, for it has one content; an address least, for it has
 * many users.
 */
const TRANSFER: Readonly<Record<SubjectType, Partial<Readonly<Record<SubjectType, number>>>>> = {
  file: { file: 400, url: 275, ip: 200, domain: 120 },
  url: { file: 250, url: 200, ip: 200, domain: 75 },
  domain: { file: 250, url: 150, ip: 150, domain: 100 },
  ip: { file: 150, url: 150, ip: 100, domain: 100 },
  net: {},
}

/**
 * Hours after which what is known of a neighbour weighs half for a subject, beside the half-life that it has itself. A file
 * is malware for good, but the address that sent it once has another user soon, and a page is cleaned. Assumed, in the
 * order of the half-lives of what is said of such subjects directly (evidence/kinds.ts).
 */
const HEARD_FOR_HOURS: Readonly<Record<SubjectType, number>> = {
  ip: 7 * 24,
  net: 7 * 24,
  url: 30 * 24,
  domain: 30 * 24,
  file: 365 * 24,
}

/** Half-life in hours of hearsay about a subject of a type. */
export function heardForHours(subject: SubjectType): number {
  return HEARD_FOR_HOURS[subject]
}

/** Thousandths that pass from a neighbour of one type to a subject of another. */
export function transferOf(neighbour: SubjectType, subject: SubjectType): number {
  return TRANSFER[neighbour][subject] ?? 0
}

/**
 * By how much company divides: 1 up to 7 neighbours, then one more with each doubling, 8 for 512 to 1,000; an integer.
 * One mail is not damped by what else stands in it. Of real malware samples 90 % have at most 7 indicators, and of
 * indicators 99 % at most as many samples.
 *
 * @param degree credible neighbours, an integer of at least 0
 */
export function dampingOf(degree: number): number {
  return Math.max(1, 30 - Math.clz32(degree))
}
