/** From an answer of the book to this protocol's words. Pure. */
import { subjectText } from '@tocsin/core/subject'
import { type Answer, SMTP_REPLIES } from '@tocsin/core/verdict'
import {
  EXTENDED_ERROR,
  type ExtendedError,
  RCODE,
  type Rcode,
  type ResourceRecord,
  type Response,
  type SoaRecord,
  TYPE,
  textStrings,
  type WireName,
} from '../../protocols/dns/index.ts'
import { TEST_POINT_TEXT } from './test-points.ts'
import type { ListKind, TtlSettings } from './zones.ts'

/** What every answer from a list zone needs to know. */
export interface Asking {
  readonly zone: ListKind
  /** The name that was asked, as it was written. */
  readonly name: WireName
  /** The type of record that is asked for. */
  readonly type: number
  /** Of the zone; goes with every negative answer, or nobody could keep it (RFC 2308 §2). */
  readonly soa: SoaRecord
  readonly ttl: TtlSettings
}

/** 127.0.x.2 says "listed"; the conventions of others (Spamhaus, SURBL) begin there too. */
const LISTED_CODE = 2

/** 127.0.x.n beside it says why, where one reason stands out; stable, for clients have them in their configuration. */
const REASON_CODES: Readonly<Partial<Record<Answer['cause'], number>>> = {
  spam: 3,
  phishing: 4,
  malware: 5,
  botnet: 6,
  attack: 7,
  scam: 8,
  complaint: 9,
  policy: 10,
  analyst: 11,
  // What the node worked out from behaviour is of use to mail servers as the nearest of these.
  sending: 3,
  similar: 5,
}

/** 127.0.0.n beside it says how a mail server should refuse an address; see `docs/mail-policy.md`. */
const ADVICE_CODES: Readonly<Record<NonNullable<Answer['advice']>, number>> = { temporary: 20, permanent: 21 }

/** The third octet of an A record. */
export const THIRD_OCTETS: Readonly<Record<ListKind, number>> = { ip: 0, domain: 1, hash: 3 }

/**
 * The response about a subject. Listed is what the policy blocks. With nothing to ask (`unavailable`) it is SERVFAIL:
 * an error is never an address, which would reject mail, and never NXDOMAIN, which would let everything pass for a
 * while.
 *
 * @param otherwise what the name is if the subject is not listed.
 */
export function respondAbout(
  answer: Answer,
  otherwise: 'nothing' | 'non-terminal',
  asking: Asking,
  now: number,
): Response {
  if (answer.state === 'unavailable') return failure(RCODE.SERVFAIL, EXTENDED_ERROR.NOT_READY)
  const remark = answer.state === 'stale' ? EXTENDED_ERROR.STALE_ANSWER : undefined
  if (answer.action !== 'block') return respondUnlisted(otherwise, asking, remark)
  const { codes, ttl } = listingOf(answer, asking.ttl, now)
  return respondListed(codes, sentenceOf(answer), ttl, asking, remark)
}

/** What an answer that blocks becomes. */
export interface Listing {
  /** The last octets of its A records. */
  readonly codes: readonly number[]
  /** Seconds for which they may be kept. */
  readonly ttl: number
}

/** What `answer`, which blocks, becomes. */
export function listingOf(answer: Answer, { answerSeconds }: TtlSettings, now: number): Listing {
  const { lapsesAt } = answer
  const lapseSeconds = lapsesAt === undefined ? answerSeconds : Math.floor((lapsesAt - now) / 1000)
  return { codes: codesOf(answer), ttl: Math.max(0, Math.min(answerSeconds, lapseSeconds)) }
}

/** A sender that nobody knows is not listed: who filters by 127.0.0.2 does not refuse it, by mistake or for good. */
function codesOf({ verdict, cause, advice, ruling }: Answer): number[] {
  const how = advice === undefined ? [] : [ADVICE_CODES[advice]]
  if (verdict === 'untested' && ruling === undefined) return how
  const why = REASON_CODES[cause]
  return [LISTED_CODE, ...(why === undefined ? [] : [why]), ...how]
}

/**
 * The response about a test point. It shows that the list works, so it fails where any other lookup would.
 *
 * @param state of the answer to any question just now.
 */
export function respondTestPoint(listed: boolean, state: Answer['state'], asking: Asking): Response {
  if (state === 'unavailable') return failure(RCODE.SERVFAIL, EXTENDED_ERROR.NOT_READY)
  if (!listed) return respondUnlisted('nothing', asking)
  return respondListed([LISTED_CODE], TEST_POINT_TEXT, asking.ttl.answerSeconds, asking)
}

/** The response for a name that has no listing: NODATA if it exists as part of longer names, else NXDOMAIN. */
export function respondUnlisted(
  otherwise: 'nothing' | 'non-terminal',
  { soa }: { readonly soa: SoaRecord },
  remark?: ExtendedError,
): Response {
  const rcode = otherwise === 'nothing' ? RCODE.NXDOMAIN : RCODE.NOERROR
  return { ...empty(rcode, remark), authoritative: true, authority: [soa] }
}

/** An error: no records, and not authoritative about anything. */
export function failure(rcode: Rcode, remark?: ExtendedError): Response {
  return empty(rcode, remark)
}

function respondListed(
  codes: readonly number[],
  text: string,
  ttl: number,
  asking: Asking,
  remark?: ExtendedError,
): Response {
  const records = recordsOf(codes, text, ttl, asking)
  if (records.length === 0) return respondUnlisted('non-terminal', asking, remark)
  return { ...empty(RCODE.NOERROR, remark), authoritative: true, answer: records }
}

/** For ANY the A records alone, one of the answers that RFC 8482 §4.1 allows. */
function recordsOf(codes: readonly number[], text: string, ttl: number, asking: Asking): ResourceRecord[] {
  const { name } = asking
  switch (asking.type) {
    case TYPE.A:
    case TYPE.ANY: {
      const third = THIRD_OCTETS[asking.zone]
      return codes.map(code => ({ type: 'A', name, ttl, address: Uint8Array.of(127, 0, third, code) }))
    }
    case TYPE.TXT:
      return [{ type: 'TXT', name, ttl, strings: textStrings(text) }]
    default:
      return []
  }
}

function sentenceOf({ subject, verdict, reason, score, matched, advice, ruling }: Answer): string {
  const found = matched === undefined ? '' : `, matched ${matched}`
  const reply = advice === undefined ? '' : `; reply ${SMTP_REPLIES[advice]}`
  const isUnknown = verdict === 'untested' && ruling === undefined
  return `${isUnknown ? 'put off' : 'listed'} by tocsin: ${subjectText(subject)} is ${reason} (score ${score}${found})${reply}`
}

function empty(rcode: Rcode, remark: ExtendedError | undefined): Response {
  const sections = { answer: [], authority: [], additional: [] }
  return { rcode, authoritative: false, ...sections, ...(remark === undefined ? {} : { extendedError: remark }) }
}
