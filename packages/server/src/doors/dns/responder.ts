/**
 * All that happens to a packet between two sockets, in this order: who may not ask is told so before anything else is
 * looked at; what is common is answered in place; what was answered a moment ago, again; the rest by the handler; and at
 * last each answer is held against the client's rate, because only an answer can be aimed at others.
 */
import type { Subject } from '@tocsin/core/subject'
import type { Freshness } from '@tocsin/core/verdict'
import { type Transport, UDP_BYTES_MAX } from '../../protocols/dns/index.ts'
import { AnswerCache } from './answer-cache.ts'
import type { BlockFilter } from './block-filter.ts'
import type { ClientNets } from './client-nets.ts'
import { type DnsCounts, NOT_SIGHTED, type Sighted, sighted } from './counters.ts'
import type { Encounters } from './encounters.ts'
import { DnsHandler, type DnsSighting, type HandlerOptions } from './handler.ts'
import type { KeyLabels } from './key-labels.ts'
import { belowIn, type KnownSubjects } from './known.ts'
import type { Peer } from './peer.ts'
import { QuickAnswers, SILENCE, SLOW_BUT_ALIKE } from './quick.ts'
import { KIND, type RateLimit } from './rate-limit.ts'
import { REPLY_TAIL_BYTES, writeRefusal, writeTruncated } from './reply.ts'
import type { TtlSettings, Zones } from './zones.ts'

/** What a packet's place must have room for: any query that fits in one frame, and any answer by UDP. */
export const PACKET_BYTES = UDP_BYTES_MAX + REPLY_TAIL_BYTES

/** What a responder is built from. */
export interface ResponderParts extends Pick<HandlerOptions, 'answer' | 'clock' | 'onError'> {
  readonly zones: Zones
  readonly ttl: TtlSettings
  /** The book in shared memory. */
  readonly known: KnownSubjects
  /** See {@link QuickParts}. */
  readonly hasLists: boolean
  /** See {@link QuickParts}. */
  readonly listsUnknown?: boolean
  readonly keys: KeyLabels
  readonly needsKey: (peer: Peer) => boolean
  readonly nets: ClientNets
  readonly limit: RateLimit
  /** How much the book is worth now. */
  readonly freshness: (now: number) => Freshness
  readonly counts: DnsCounts
  /** See {@link QuickParts}. */
  readonly blocks?: BlockFilter
  /** What is told of subjects that were met; absent: nothing. */
  readonly encounters?: Encounters
}

export class Responder {
  readonly #parts: ResponderParts
  readonly #quick: QuickAnswers
  readonly #cache = new AnswerCache()
  readonly #handler: DnsHandler
  #now = 0
  #isFresh = false
  /** What the answer under way says of a subject, if it is about one, and that subject where the handler told it. */
  #sighted: Sighted = NOT_SIGHTED
  #asked: Subject | undefined
  readonly #encounters: Encounters | undefined
  readonly #blocks: BlockFilter | undefined
  #blocksVersion = 0

  constructor(parts: ResponderParts) {
    const { zones, ttl, keys, known, counts, blocks } = parts
    const isAboveKnown = belowIn(known)
    const isAboveBlocked = blocks === undefined ? undefined : belowIn(blocks)
    this.#parts = parts
    this.#encounters = parts.encounters
    this.#blocks = blocks
    this.#quick = new QuickAnswers(parts)
    this.#handler = new DnsHandler(
      {
        answer: parts.answer,
        clock: parts.clock,
        onError: parts.onError,
        sequence: () => known.sequence,
        hasBelow: labels => isAboveKnown(labels) || isAboveBlocked?.(labels) === true,
        keys,
        observe: (sighting, subject) => this.#observe(sighting, subject),
        count: (located, rcode) => counts.answered(located, rcode),
      },
      zones,
      ttl,
    )
  }

  /** Takes the time, and how fresh the book is, for the packets that follow: once for each handful. */
  begin(): void {
    this.#now = this.#parts.clock()
    this.#isFresh = this.#parts.freshness(this.#now).state === 'fresh'
    if (this.#blocks !== undefined && this.#blocks.version !== this.#blocksVersion) {
      this.#blocksVersion = this.#blocks.version
      this.#cache.clear()
    }
    this.#encounters?.begin(this.#now)
  }

  /**
   * Writes the answer to the UDP packet in the first `length` bytes over it.
   *
   * @param bytes of {@link PACKET_BYTES}.
   * @returns the answer's length; 0 if nothing shall be sent. Does not throw.
   */
  respond(bytes: Uint8Array, length: number, peer: Peer): number {
    const { counts, nets } = this.#parts
    try {
      if (!nets.mayAsk(peer)) return this.#refuse(bytes, length)
      const answer = this.#answer(bytes, length, this.#parts.needsKey(peer))
      if (answer === 0) return 0
      const kind =
        (bytes[3]! & 15) === 0 && bytes[7] !== 0 ? KIND.listed : (bytes[3]! & 15) % 3 === 0 ? KIND.unlisted : KIND.error
      return this.#limited(bytes, answer, peer, kind)
    } catch (error) {
      counts.event('failed')
      this.#parts.onError(error)
      return 0
    }
  }

  /** The answer to a message that may be of any length, on a copy. */
  respondTo(message: Uint8Array, peer: Peer, transport: Transport): Uint8Array | undefined {
    this.begin()
    if (transport === 'udp' && message.length <= UDP_BYTES_MAX) {
      const bytes = new Uint8Array(PACKET_BYTES)
      bytes.set(message)
      const length = this.respond(bytes, message.length, peer)
      return length === 0 ? undefined : bytes.subarray(0, length)
    }
    if (!this.#parts.nets.mayAsk(peer)) {
      this.#parts.counts.event('refused')
      return undefined
    }
    this.#sighted = NOT_SIGHTED
    const answer = this.#handler.handle(message, this.#parts.needsKey(peer), transport)
    if (this.#encounters !== undefined && this.#sighted !== NOT_SIGHTED) this.#meet(this.#encounters, message)
    this.#parts.counts.event(answer === undefined ? 'ignored' : 'slow')
    return answer
  }

  #answer(bytes: Uint8Array, length: number, needsKey: boolean): number {
    const { counts, known } = this.#parts
    const quick = this.#quick
    this.#asked = undefined
    const answer = quick.answer(bytes, length, needsKey, this.#isFresh, this.#now)
    if (answer > 0) {
      this.#sighted = quick.sighted
      counts.event('quick')
      counts.answered(quick.located, quick.rcode)
      counts.sighting(quick.sighted)
      return answer
    }
    if (answer === SILENCE) {
      counts.event('ignored')
      return 0
    }
    const mayKeep = answer === SLOW_BUT_ALIKE
    // Before the handler looks: what is kept may be newer than it says, never older.
    const { sequence } = known
    if (mayKeep) {
      const kept = this.#cache.answer(bytes, quick.scan, sequence, this.#now)
      if (kept > 0) return this.#again(bytes, kept)
    }
    counts.event('slow')
    this.#sighted = NOT_SIGHTED
    const response = this.#handler.handle(bytes.subarray(0, length), needsKey, 'udp')
    if (response === undefined) return 0
    if (mayKeep) this.#cache.keep(bytes, quick.scan, response, sequence, this.#now, this.#sighted)
    bytes.set(response)
    return response.length
  }

  #again(bytes: Uint8Array, length: number): number {
    const { counts } = this.#parts
    this.#sighted = this.#cache.note
    counts.event('kept')
    counts.answered(this.#quick.located, (bytes[3]! & 15) as 0 | 3)
    counts.sighting(this.#cache.note)
    return length
  }

  #limited(bytes: Uint8Array, length: number, peer: Peer, kind: number): number {
    const judged = this.#parts.limit.judge(peer, kind, this.#now)
    if (judged === 'send') {
      if (this.#encounters !== undefined && this.#sighted !== NOT_SIGHTED) this.#meet(this.#encounters, bytes)
      return length
    }
    this.#parts.counts.event(judged === 'slip' ? 'slipped' : 'limited')
    // Behind a bare header there is no question that TC could repeat.
    if (judged === 'drop' || bytes[5] === 0) return 0
    return writeTruncated(bytes, this.#quick.scan)
  }

  /** A packet that is no plain question gets nothing: whoever may not ask is owed no explanation. */
  #refuse(bytes: Uint8Array, length: number): number {
    this.#parts.counts.event('refused')
    const { scan } = this.#quick
    return scan.read(bytes, length) === 'plain' ? writeRefusal(bytes, scan, 'PROHIBITED') : 0
  }

  /** Only what is sent: a flood in the name of others is no encounter. */
  #meet(encounters: Encounters, bytes: Uint8Array): void {
    if (encounters.takes()) encounters.note(this.#asked ?? this.#quick.asked(bytes), this.#sighted)
  }

  #observe(sighting: DnsSighting, subject: Subject): void {
    this.#asked = subject
    this.#sighted = sighted(sighting.verdict, sighting.action)
    this.#parts.counts.sighting(this.#sighted)
  }
}
