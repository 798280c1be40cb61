/**
 * The answers that most packets get, made where the packet lies, out of nothing but bytes and shared memory.
 *
 * Nine questions of ten to a reputation list are about what it does not list, and most of what else comes is rubbish.
 * Neither needs a `Query`, a `Subject`, an `Answer` and a `Response`, which cost ten times what the look into memory does.
 * So a packet is scanned in place, the filters of the book are asked (false is certain), and "no such name" is written
 * over the question. Whatever takes a judgment (a subject that may be known, a test point, an apex) is left to
 * `handler.ts`, which is what this must agree with to the byte: `quick.test.ts` compares the two.
 */
import { encodeHex } from '@tocsin/core/base'
import { addressSubject, parseSubjectOf, type Subject } from '@tocsin/core/subject'
import type { Answer } from '@tocsin/core/verdict'
import { CLASS, QueryScan, RCODE, type Rcode, TYPE } from '../../protocols/dns/index.ts'
import { listingOf, THIRD_OCTETS } from './answer.ts'
import { BlockFilter } from './block-filter.ts'
import { NOT_SIGHTED, type Sighted, sighted, UNKNOWN } from './counters.ts'
import { isKeyShaped, type KeyLabels } from './key-labels.ts'
import type { KnownSubjects } from './known.ts'
import { ParentMemo } from './parent-memo.ts'
import { askedIn } from './question.ts'
import { readAddress, readLabels, readSha256 } from './quick-names.ts'
import { soaTemplate, writeBare, writeListing, writeNameError, writeRefusal } from './reply.ts'
import { type Located, ZonePlaces } from './zone-places.ts'
import type { ListKind, TtlSettings, Zones } from './zones.ts'

/** Must not be answered. */
export const SILENCE = 0
/** For the handler. */
export const SLOW = -1
/** For the handler; its answer holds for whoever repeats the question. */
export const SLOW_BUT_ALIKE = -2

/** What quick answers are made from. */
export interface QuickParts {
  readonly zones: Zones
  readonly ttl: TtlSettings
  readonly keys: KeyLabels
  /** The book in shared memory. */
  readonly known: KnownSubjects
  /** Whether the policy rules over what the book does not know: then nothing is denied without asking it. */
  readonly hasLists: boolean
  /** Whether the policy refuses addresses of which the book knows nothing: then none is denied without asking it; absent: no. */
  readonly listsUnknown?: boolean
  /** What the site has blocked for a while; absent: nothing, ever. */
  readonly blocks?: BlockFilter
  /** As the handler's. */
  readonly answer: (subject: Subject, now: number) => Answer
}

export class QuickAnswers {
  /** What the last packet asked; read by those who count and who cache. */
  readonly scan = new QueryScan()
  /** Where the last packet's name lies; `other` too where it has none. */
  located: Located = 'other'
  /** Of the last answer that was written. */
  rcode: Rcode = RCODE.NOERROR
  /** What the last answer said of a subject, if it was about one. */
  sighted: Sighted = NOT_SIGHTED
  /** Labels of the last name that stand for a subject, if one was found. */
  #below = 0
  readonly #parts: QuickParts
  readonly #blocks: BlockFilter
  readonly #places: ZonePlaces
  readonly #soa: Uint8Array
  readonly #parents: ParentMemo
  readonly #digest = new Uint8Array(32)
  readonly #octets = new Uint8Array(4)

  constructor(parts: QuickParts) {
    this.#parts = parts
    this.#blocks = parts.blocks ?? new BlockFilter(0)
    this.#places = new ZonePlaces(parts.zones)
    this.#soa = soaTemplate(parts.ttl)
    this.#parents = new ParentMemo(parts.known)
  }

  /**
   * Answers the query in the first `length` bytes in place, if it is one of the common ones.
   *
   * @param bytes with room for {@link REPLY_TAIL_BYTES} behind the packet.
   * @param needsKey whether this client needs a key.
   * @param isFresh whether the book is: else an answer has to say more.
   * @param now milliseconds since 1970.
   * @returns the answer's length, or one of {@link SILENCE}, {@link SLOW}, {@link SLOW_BUT_ALIKE}.
   */
  answer(bytes: Uint8Array, length: number, needsKey: boolean, isFresh: boolean, now: number): number {
    const { scan } = this
    this.located = 'other'
    this.sighted = NOT_SIGHTED
    switch (scan.read(bytes, length)) {
      case 'ignore':
        return SILENCE
      case 'malformed':
        return this.#bare(bytes, RCODE.FORMERR)
      case 'unsupported':
        return this.#bare(bytes, RCODE.NOTIMP)
      case 'odd':
        return SLOW
      case 'plain':
        return this.#answerPlain(bytes, needsKey, isFresh, now)
    }
  }

  #answerPlain(bytes: Uint8Array, needsKey: boolean, isFresh: boolean, now: number): number {
    const { scan } = this
    if (scan.class !== CLASS.IN) return SLOW
    const located = this.#places.locate(scan, bytes)
    this.located = located
    if (located === 'other') return this.#refuse(bytes, 'NOT_AUTHORITATIVE')
    let { below } = this.#places
    if (located === 'base' || below === 0 || scan.type === TYPE.AXFR || scan.type === TYPE.IXFR) return SLOW
    const lastAt = scan.labels[below - 1]!
    if (isKeyShaped(bytes, lastAt + 1, bytes[lastAt]!)) {
      if (!this.#parts.keys.acceptsAt(bytes, lastAt + 1)) return this.#refuse(bytes, 'PROHIBITED')
      below--
      if (below === 0) return SLOW
    } else if (needsKey) return this.#refuse(bytes, 'PROHIBITED')
    this.#below = below
    if (!isFresh) return SLOW
    const mayDeny = !this.#parts.hasLists && !(located === 'ip' && this.#parts.listsUnknown === true)
    if (mayDeny && !this.#mayKnow(located, bytes, below)) return this.#deny(bytes, UNKNOWN)
    if (scan.type !== TYPE.A && scan.type !== TYPE.ANY) return SLOW_BUT_ALIKE
    const subject = this.#subject(located, bytes, below)
    return subject === undefined ? SLOW_BUT_ALIKE : this.#judge(located, subject, bytes, now)
  }

  /** What the last packet, in a list zone and of a client that may ask, asked about; its name has to be there still. */
  asked(bytes: Uint8Array): Subject | undefined {
    const { located } = this
    if (located === 'other' || located === 'base') return undefined
    const asked = askedIn(located, readLabels(this.scan, bytes, this.#below))
    return asked.kind === 'subject' ? asked.subject : undefined
  }

  /** Whether a judgment is needed; false is certain, and the name stands for a subject then. */
  #mayKnow(zone: ListKind, bytes: Uint8Array, below: number): boolean {
    switch (zone) {
      case 'ip':
        return this.#mayKnowAddress(bytes, below)
      case 'domain':
        return this.#mayKnowName(bytes, below)
      case 'hash':
        return this.#mayKnowFile(bytes, below)
    }
  }

  #mayKnowAddress(bytes: Uint8Array, below: number): boolean {
    if (below !== 4) return true
    const address = readAddress(this.scan, bytes)
    // Test points are among the loopback addresses.
    if (address < 0 || isLoopback(address)) return true
    return this.#parts.known.mayKnowAddress(address) || (this.#blocks.size > 0 && this.#blocks.mayBlockAddress(address))
  }

  /**
   * Every ancestor of a known name is in the filter: where a suffix is not, no longer one is known. A suffix of one label
   * is never asked about by a longer name.
   */
  #mayKnowName(bytes: Uint8Array, below: number): boolean {
    const { labels } = this.scan
    const topAt = labels[below - 1]!
    const top = bytes[topAt + 1]!
    // Single labels may be test points; a number or a letter at the end, an address or the beginning of one.
    if (below < 2 || bytes[topAt] === 1 || (top >= 0x30 && top <= 0x39)) return true
    if (this.#parents.mayKnow(bytes, labels, below)) return true
    return this.#blocks.size > 0 && this.#blocks.mayBlockName(bytes, labels, below)
  }

  #mayKnowFile(bytes: Uint8Array, below: number): boolean {
    if (!readSha256(this.scan, bytes, below, this.#digest)) return true
    return (
      this.#parts.known.knowsFile(this.#digest) || (this.#blocks.size > 0 && this.#blocks.mayBlockFile(this.#digest))
    )
  }

  /** The subject of a name that stands for nothing else; `undefined` where the handler has to look closer. */
  #subject(zone: ListKind, bytes: Uint8Array, below: number): Subject | undefined {
    if (zone === 'ip') {
      const address = below === 4 ? readAddress(this.scan, bytes) : -1
      if (address < 0 || isLoopback(address)) return undefined
      for (let at = 3, rest = address; at >= 0; at--, rest = Math.floor(rest / 256)) this.#octets[at] = rest
      return addressSubject(this.#octets)
    }
    if (zone === 'hash') {
      if (!readSha256(this.scan, bytes, below, this.#digest)) return undefined
      const file = parseSubjectOf('file', encodeHex(this.#digest))
      return file.ok ? file.value : undefined
    }
    const asked = askedIn(zone, readLabels(this.scan, bytes, below))
    return asked.kind === 'subject' ? asked.subject : undefined
  }

  #judge(zone: ListKind, subject: Subject, bytes: Uint8Array, now: number): number {
    const { ttl } = this.#parts
    const answer = this.#ask(subject, now)
    // Whether the name is there for others below it is for the handler to say.
    if (answer?.state !== 'fresh' || (answer.action !== 'block' && zone !== 'ip')) return SLOW_BUT_ALIKE
    const seen = sighted(answer.verdict, answer.action)
    if (answer.action !== 'block') return this.#deny(bytes, seen)
    this.sighted = seen
    this.rcode = RCODE.NOERROR
    return writeListing(bytes, this.scan, THIRD_OCTETS[zone], listingOf(answer, ttl, now))
  }

  /** What fails here fails for the handler too, which knows what to say then. */
  #ask(subject: Subject, now: number): Answer | undefined {
    try {
      return this.#parts.answer(subject, now)
    } catch {
      return undefined
    }
  }

  #deny(bytes: Uint8Array, seen: Sighted): number {
    this.rcode = RCODE.NXDOMAIN
    this.sighted = seen
    const { apexAt, baseAt } = this.#places
    return writeNameError(bytes, this.scan, this.#soa, apexAt, baseAt, this.#parts.known.sequence)
  }

  #refuse(bytes: Uint8Array, why: 'NOT_AUTHORITATIVE' | 'PROHIBITED'): number {
    this.rcode = RCODE.REFUSED
    return writeRefusal(bytes, this.scan, why)
  }

  #bare(bytes: Uint8Array, rcode: Rcode): number {
    this.rcode = rcode
    return writeBare(bytes, rcode)
  }
}

function isLoopback(address: number): boolean {
  return address >= 0x7f00_0000 && address < 0x8000_0000
}
