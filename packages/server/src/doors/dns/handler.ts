/** A packet in, a packet out: all of the door but its sockets. */
import { addressSubject, type Subject } from '@tocsin/core/subject'
import type { Answer } from '@tocsin/core/verdict'
import type { Batch } from '../../book/book.ts'
import {
  CLASS,
  EXTENDED_ERROR,
  parseQuery,
  type Query,
  RCODE,
  type Rcode,
  type Response,
  rcodeName,
  sizeMaxFor,
  type Transport,
  TYPE,
  writeBareResponse,
  writeResponse,
} from '../../protocols/dns/index.ts'
import { type Asking, failure, respondAbout, respondTestPoint, respondUnlisted } from './answer.ts'
import type { BookFollower } from './book-follower.ts'
import { respondApex, respondInBase } from './infrastructure.ts'
import { type Asked, askedIn, splitKey } from './question.ts'
import { type ListKind, placeOf, soaOf, type TtlSettings, type Zone, type Zones } from './zones.ts'

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
  /** Whether a key label (lower case, `tk-` and 26 characters) is known and may ask. Must not block. */
  readonly keys: { accepts(label: string): boolean }
  /** Whether this address (IPv4-mapped ones as IPv4) needs a key label to get answers. */
  readonly needsKey: (peerAddress: string) => boolean
  /** Bounded and not blocking; what it throws is reported and changes no answer. */
  readonly observe: (sighting: DnsSighting) => void
  readonly onError: (error: unknown) => void
}

/** Counts since the start. */
export interface DnsCounters {
  /** Messages that were answered. */
  readonly queries: number
  /** Of these, answered with FORMERR. */
  readonly malformed: number
  /** Not answered: answers, and what is too short to be a query. */
  readonly ignored: number
  /** Answers by the name of their response code. */
  readonly rcodes: Readonly<Record<string, number>>
}

/** Any subject; asked to find out whether there is a book. */
const PROBE = addressSubject(Uint8Array.of(127, 0, 0, 2))

export class DnsHandler {
  #queries = 0
  #malformed = 0
  #ignored = 0
  readonly #rcodes = new Map<Rcode, number>()
  readonly #options: HandlerOptions
  readonly #zones: Zones
  readonly #ttl: TtlSettings
  readonly #follower: BookFollower

  constructor(options: HandlerOptions, zones: Zones, ttl: TtlSettings, follower: BookFollower) {
    this.#options = options
    this.#zones = zones
    this.#ttl = ttl
    this.#follower = follower
  }

  /** The counts so far, as a value. */
  counters(): DnsCounters {
    const rcodes = Object.fromEntries(Array.from(this.#rcodes, ([rcode, count]) => [rcodeName(rcode), count]))
    return { queries: this.#queries, malformed: this.#malformed, ignored: this.#ignored, rcodes }
  }

  /** Takes note of a published batch: the SOA serial, and which names exist. */
  applyBatch(batch: Batch): void {
    this.#follower.apply(batch)
  }

  /**
   * The answer to one message, or `undefined` if there must be none. Does not throw: a failure of our own is reported
   * and answered with SERVFAIL. Keeps nothing of `packet`; the result is not used again.
   */
  handle(packet: Uint8Array, peerAddress: string, transport: Transport): Uint8Array | undefined {
    const query = parseQuery(packet)
    if (query.kind === 'ignore') {
      this.#ignored++
      return undefined
    }
    this.#queries++
    if (query.kind !== 'query') {
      if (query.kind === 'malformed') this.#malformed++
      const rcode = query.kind === 'malformed' ? RCODE.FORMERR : RCODE.NOTIMP
      this.#count(rcode)
      return writeBareResponse(query, rcode)
    }
    const response = this.#respondSafely(query, peerAddress)
    this.#count(response.rcode)
    return writeResponse(query, response, sizeMaxFor(query, transport))
  }

  #count(rcode: Rcode): void {
    this.#rcodes.set(rcode, (this.#rcodes.get(rcode) ?? 0) + 1)
  }

  #respondSafely(query: Query, peerAddress: string): Response {
    try {
      return this.#respond(query, peerAddress)
    } catch (error) {
      this.#options.onError(error)
      return failure(RCODE.SERVFAIL)
    }
  }

  #respond({ question, edns }: Query, peerAddress: string): Response {
    const { type, labels } = question
    if (edns !== undefined && edns.version !== 0) return failure(RCODE.BADVERS)
    if (question.class !== CLASS.IN && question.class !== CLASS.ANY) return failure(RCODE.REFUSED)
    const place = placeOf(this.#zones, labels)
    if (place === undefined) return failure(RCODE.REFUSED, EXTENDED_ERROR.NOT_AUTHORITATIVE)
    if (type === TYPE.AXFR || type === TYPE.IXFR) return failure(RCODE.REFUSED, EXTENDED_ERROR.NOT_SUPPORTED)
    const { zone, below } = place
    const { sequence } = this.#follower
    if (below.length === 0) return respondApex(zone, type, this.#zones, sequence, this.#ttl)
    if (zone.kind === 'base') return respondInBase(below, type, this.#zones, sequence, this.#ttl)
    const split = splitKey(below)
    if (!this.#mayAsk(split.key, peerAddress)) return failure(RCODE.REFUSED, EXTENDED_ERROR.PROHIBITED)
    const asking = { zone: zone.kind, name: question.name, type, soa: this.#soa(zone), ttl: this.#ttl }
    return this.#respondTo(askedIn(zone.kind, split.below), split.below, asking)
  }

  /**
   * A key that is given must be right even where none is needed: a typo shall not go unnoticed until the day it
   * matters.
   */
  #mayAsk(key: string | undefined, peerAddress: string): boolean {
    return key === undefined ? !this.#options.needsKey(peerAddress) : this.#options.keys.accepts(key)
  }

  #soa(zone: Zone) {
    return soaOf(zone, this.#zones, this.#follower.sequence, this.#ttl)
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
    return this.#follower.nonTerminals.has(below.join('.')) ? 'non-terminal' : 'nothing'
  }

  #observe({ type }: Subject, { verdict, action }: Answer): void {
    try {
      this.#options.observe({ type, verdict, action })
    } catch (error) {
      this.#options.onError(error)
    }
  }
}
