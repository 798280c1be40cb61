/** How sure it is that a host is bad as a whole, by its bad pages. Pure. */

/** What is known of the pages of a host. */
export interface HostPages {
  /** Distinct bad pages. */
  readonly bad: number
  /** Of those, pages that two organisations or more incriminate. */
  readonly confirmed: number
  /** Distinct pages that are known to be good. */
  readonly good: number
  /** Of a domain: other hosts below it that have bad pages. */
  readonly badHosts: number
  /** Whether the host, or a domain above it, is a popular one. */
  readonly isPopular: boolean
}

/**
 * Thousandths up to which a host is suspicious at most: ⌊0.8 · 1500 · 0.2⌋ = 240 beside the prior of −895 is a score of 66.
 * Below the least number of pages for more, and for popular hosts, it never gets further.
 */
const SUSPICIOUS_AT_MOST = 200

/** One organisation alone makes no host dangerous: ⌊0.8 · 1500 · 0.7⌋ = 840 is a score of 51. */
const UNCONFIRMED_AT_MOST = 700

/** Bad pages from which a host is worse than suspicious, where one of them is confirmed. Assumed. */
const CONFIRMED_PAGES = 5

/** The same where none is. Assumed. */
const PAGES = 10

/**
 * Bad hosts below a domain say something of it only beside so many bad pages of its own: without them, as below
 * `ciamlogin.com`, each may have a holder of its own. And more than so many look like a place where anyone may have a name.
 */
const OWN_PAGES = 2
const BAD_HOSTS_MAX = 20

/**
 * Thousandths; 0 says nothing: a page alone is blocked where only a page is bad. Two pages are worth a suspicion. From 5
 * (one of them confirmed) or 10 on the host is highly suspicious, and each doubling adds 150. Fewer good pages among them
 * take their share off.
 */
export function confidenceOfHost({ bad, confirmed, good, badHosts, isPopular }: HostPages): number {
  if (bad < OWN_PAGES) return 0
  const pages = bad + (badHosts <= BAD_HOSTS_MAX ? badHosts : 0)
  const share = pages / (pages + good)
  const sure = Math.min(byNumber(pages, confirmed > 0), confirmed > 0 ? 1000 : UNCONFIRMED_AT_MOST)
  return Math.floor(Math.min(sure * share, isPopular ? SUSPICIOUS_AT_MOST : 1000))
}

function byNumber(pages: number, isConfirmed: boolean): number {
  if (pages < (isConfirmed ? CONFIRMED_PAGES : PAGES)) return Math.min(SUSPICIOUS_AT_MOST, 50 * pages)
  return 400 + 150 * Math.log2(pages / CONFIRMED_PAGES)
}
