/** A packet in, a packet out: all of the door but its sockets. */
import { addressSubject, type Subject } from '@tocsin/core/subject'
import type { Answer } from '@tocsin/core/verdict'
import {
  CLASS,
  EXTENDED_ERROR,
  parseQuery,
  type Query,
  RCODE,
  type Rcode,
  type Response,
  sizeMaxFor,
  type Transport,
  TYPE,
  writeBareResponse,
  writeResponse,
} from '../../protocols/dns/index.ts'
import { type Asking, failure, respondAbout, respondTestPoint, respondUnlisted } from './answer.ts'
import { respondApex, respondInBase } from './infrastructure.ts'
import { type Asked, askedIn, splitKey } from './question.ts'
import type { Located } from './zone-places.ts'
import { type ListKind, placeOf, soaOf, type TtlSettings, type Zones } from './zones.ts'

/** What is told of a lookup: nothing of who asked, or of the name beyond its type. */
export interface DnsSighting {
  readonly type: Subject['type']
  readonly verdict: Answer['verdict']
  readonly action: Answer['action']
}

/** What the handler is composed with. */
export interface HandlerOptions {
  /**
   * The answer for a subject, bound to book, policy, suffixes and freshness. The policy's `untested` must be `allow`: a
   * list that lists whatever it does not know is a wildcard, which clients take for a dead list. `now` is in
   * milliseconds.
   */
  readonly answer: (subject: Subject, now: number) => Answer
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** Number of the book's last batch: the SOA serial. */
  readonly sequence: () => number
  /** Whether hosts below the one of these labels (lower case, leftmost first) are known. */
  readonly hasBelow: (labels: readonly string[]) => boolean
  /** Whether a key label (lower case, `tk-` and 26 characters) is known and may ask. Must not block. */
  readonly keys: { accepts(label: string): boolean }
  /** Bounded and not blocking; what it throws is reported and changes no answer. */
  readonly observe: (sighting: DnsSighting, subject: Subject) => void
  /** Told of each message that is answered; must not throw. Names that lie in no zone of ours are `other`. */
  readonly count: (located: Located, rcode: Rcode) => void
  readonly onError: (error: unknown) => void
}

/** Any subject; asked to find out whether there is a book. */
const PROBE = addressSubject(Uint8Array.of(127, 0, 0, 2))

export class DnsHandler {
  readonly #options: HandlerOptions
  readonly #zones: Zones
  readonly #ttl: TtlSettings
  #located: Located = 'other'

  constructor(options: HandlerOptions, zones: Zones, ttl: TtlSettings) {
    this.#options = options
    this.#zones = zones
    this.#ttl = ttl
  }

  /**
   * The answer to one message, or `undefined` if there must be none. Does not throw: a failure of our own is reported
   * and answered with SERVFAIL. Keeps nothing of `packet`; the result is not used again.
   *
   * @param needsKey whether this client needs a key label to get answers.
   */
  handle(packet: Uint8Array, needsKey: boolean, transport: Transport): Uint8Array | undefined {
    const query = parseQuery(packet)
    if (query.kind === 'ignore') return undefined
    if (query.kind !== 'query') {
      const rcode = query.kind === 'malformed' ? RCODE.FORMERR : RCODE.NOTIMP
      this.#options.count('other', rcode)
      return writeBareResponse(query, rcode)
    }
    const response = this.#respondSafely(query, needsKey)
    this.#options.count(this.#located, response.rcode)
    return writeResponse(query, response, sizeMaxFor(query, transport))
  }

  #respondSafely(query: Query, needsKey: boolean): Response {
    this.#located = 'other'
    try {
      return this.#respond(query, needsKey)
    } catch (error) {
      this.#options.onError(error)
      return failure(RCODE.SERVFAIL)
    }
  }

  #respond({ question, edns }: Query, needsKey: boolean): Response {
    const { type, labels } = question
    if (edns !== undefined && edns.version !== 0) return failure(RCODE.BADVERS)
    if (question.class !== CLASS.IN && question.class !== CLASS.ANY) return failure(RCODE.REFUSED)
    const place = placeOf(this.#zones, labels)
    if (place === undefined) return failure(RCODE.REFUSED, EXTENDED_ERROR.NOT_AUTHORITATIVE)
    const { zone, below } = place
    this.#located = zone.kind
    if (type === TYPE.AXFR || type === TYPE.IXFR) return failure(RCODE.REFUSED, EXTENDED_ERROR.NOT_SUPPORTED)
    const sequence = this.#options.sequence()
    if (below.length === 0) return respondApex(zone, type, this.#zones, sequence, this.#ttl)
    if (zone.kind === 'base') return respondInBase(below, type, this.#zones, sequence, this.#ttl)
    const split = splitKey(below)
    if (!this.#mayAsk(split.key, needsKey)) return failure(RCODE.REFUSED, EXTENDED_ERROR.PROHIBITED)
    const soa = soaOf(zone, this.#zones, sequence, this.#ttl)
    const asking = { zone: zone.kind, name: question.name, type, soa, ttl: this.#ttl }
    return this.#respondTo(askedIn(zone.kind, split.below), split.below, asking)
  }

  /**
   * A key that is given must be right even where none is needed: a typo shall not go unnoticed until the day it
   * matters.
   */
  #mayAsk(key: string | undefined, needsKey: boolean): boolean {
    return key === undefined ? !needsKey : this.#options.keys.accepts(key)
  }

  #respondTo(asked: Asked, below: readonly string[], asking: Asking): Response {
    switch (asked.kind) {
      case 'subject': {
        const now = this.#options.clock()
        const answer = this.#options.answer(asked.subject, now)
        if (answer.state !== 'unavailable') this.#observe(asked.subject, answer)
        return respondAbout(answer, this.#otherwise(asked.otherwise, below, asking.zone), asking, now)
      }
      case 'test-point':
        return respondTestPoint(asked.listed, this.#options.answer(PROBE, this.#options.clock()).state, asking)
      case 'non-terminal':
        return respondUnlisted('non-terminal', asking)
      case 'nothing':
        return respondUnlisted(this.#otherwise('nothing', below, asking.zone), asking)
    }
  }

  #otherwise(otherwise: 'nothing' | 'non-terminal', below: readonly string[], zone: ListKind) {
    if (otherwise === 'non-terminal' || zone !== 'domain') return otherwise
    return this.#options.hasBelow(below) ? 'non-terminal' : 'nothing'
  }

  #observe(subject: Subject, { verdict, action }: Answer): void {
    try {
      this.#options.observe({ type: subject.type, verdict, action }, subject)
    } catch (error) {
      this.#options.onError(error)
    }
  }
}
