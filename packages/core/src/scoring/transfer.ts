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
  file: { file: 800, url: 550, ip: 400, domain: 240 },
  url: { file: 500, url: 400, ip: 400, domain: 150 },
  domain: { file: 500, url: 300, ip: 300, domain: 200 },
  ip: { file: 300, url: 300, ip: 200, domain: 200 },
  net: {},
}

/** Thousandths that pass from a neighbour of one type to a subject of another. */
export function transferOf(neighbour: SubjectType, subject: SubjectType): number {
  return TRANSFER[neighbour][subject] ?? 0
}

/**
 * By how much company divides: 1 + ⌊log2(degree)⌋, an integer; 1 for up to one neighbour, 2 for 2 and 3, 10 for 1,000.
 *
 * @param degree credible neighbours, an integer of at least 0
 */
export function dampingOf(degree: number): number {
  return degree <= 1 ? 1 : 32 - Math.clz32(degree)
}
