/** Numbers of the DNS that this program uses, from the IANA registry "Domain Name System (DNS) Parameters". */

/** Types of records and questions. */
export const TYPE = {
  A: 1,
  NS: 2,
  SOA: 6,
  TXT: 16,
  AAAA: 28,
  OPT: 41,
  DS: 43,
  IXFR: 251,
  AXFR: 252,
  ANY: 255,
} as const

/** Classes: the internet, and "any" of a question. */
export const CLASS = { IN: 1, ANY: 255 } as const

/** Response codes; those above 15 need EDNS to be said (RFC 6891 §6.1.3). */
export const RCODE = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  BADVERS: 16,
} as const

/** The number of one of {@link RCODE}. */
export type Rcode = (typeof RCODE)[keyof typeof RCODE]

/** What more an answer can say about itself (RFC 8914 §4), for people with `dig`. */
export const EXTENDED_ERROR = {
  STALE_ANSWER: 3,
  NOT_READY: 14,
  PROHIBITED: 18,
  NOT_AUTHORITATIVE: 20,
  NOT_SUPPORTED: 21,
} as const

/** The number of one of {@link EXTENDED_ERROR}. */
export type ExtendedError = (typeof EXTENDED_ERROR)[keyof typeof EXTENDED_ERROR]

/** The name of a response code as `dig` prints it, `RCODE<n>` for one that has none here. */
export function rcodeName(rcode: number): string {
  return Object.entries(RCODE).find(([, number]) => number === rcode)?.[0] ?? `RCODE${rcode}`
}
