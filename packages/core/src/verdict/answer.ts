/** The answer to a question: the walk over all that a subject matches, then the policy. */
import { type Instant, type Protection, REASON_PHRASES } from '../evidence/index.ts'
import { QUORUM } from '../scoring/index.ts'
import {
  expressionsOf,
  netRange,
  netSubject,
  type PublicSuffixes,
  parseAddress,
  reservedPrefix,
  type Subject,
  type SubjectType,
  subjectKey,
  subjectText,
} from '../subject/index.ts'
import { type Advice, adviceFor } from './advice.ts'
import { actionFor, type Place, type Seen } from './aggressiveness.ts'
import { type Entry, lapsesAt, verdictAt } from './entry.ts'
import type { Action, Policy, Ruling } from './policy.ts'
import { BAND_FLOORS, isBlockedAt, UNTESTED_SCORE, type Verdict } from './verdict.ts'

/** The entry of an address, or of a network as it was met by an address in it. */
export interface NetMatch {
  readonly prefixLength: number
  readonly entry: Entry
}

/** The two questions that an answer needs of a book: both synchronous, both in memory. */
export interface EntryReader {
  /** The entry of exactly this key; 32 bytes as `subjectKey` makes them. Not asked for addresses and nets. */
  get(type: SubjectType, key: Uint8Array): Entry | undefined
  /** The entries of the address (4 or 16 bytes; prefix length 32 or 128) and of all nets that hold it, the longest first. */
  matchIp(address: Uint8Array): readonly NetMatch[]
  /** Whether the entry of this canonical host may be there: false is certain, and saves its key. */
  mayKnowHost?(host: string): boolean
}

/**
 * How much an answer is worth.
 *
 * - `fresh`: act on it.
 * - `stale`: the book is older than it may be; `ageSeconds` says how old. Unsure.
 * - `unavailable`: there was nothing to ask. Unsure; the verdict says nothing.
 */
export type AnswerState = 'fresh' | 'stale' | 'unavailable'

/** The state of the book that is asked. */
export interface Freshness {
  readonly state: AnswerState
  readonly ageSeconds: number
}

/** What a door tells. */
export interface Answer {
  readonly subject: Subject
  /** 0 (bad) to 100 (benign). */
  readonly score: number
  readonly verdict: Verdict
  readonly action: Action
  readonly state: AnswerState
  readonly ageSeconds: number
  /** A phrase for people. */
  readonly reason: string
  /** The book entry's reason word, for doors with codes of their own. */
  readonly cause: Entry['reason']
  /** How a mail server should refuse; with an address that is blocked, and with nothing else. */
  readonly advice?: Advice
  /** What a policy list says of the subject; absent where none does, and the level decided. */
  readonly ruling?: Ruling
  /** The canonical text of the entry that decided, where it is not the subject itself. */
  readonly matched?: string
  /** When the verdict gives way to a milder one if nothing new is heard. */
  readonly lapsesAt?: Instant
  /** The protected address, net, host or page for whose sake the verdict is milder than the entry that decided. */
  readonly heldBy?: string
}

/** What an answer depends on beside the subject and the book. */
export interface AnswerContext {
  readonly suffixes: PublicSuffixes
  readonly policy: Policy
  readonly freshness: Freshness
  readonly now: Instant
  /** A faster SHA-256 than the portable one, where the runtime has it. */
  readonly sha256?: (bytes: Uint8Array) => Uint8Array
}

/**
 * Answers for a subject: the lowest score over all that it matches, then the site's policy. Where nothing that it
 * matches is incriminated, the highest: were it the lowest, a host that becomes popular could lower what its certified
 * domain gives it. So more incriminating evidence never raises an answer and more exculpating evidence never lowers one.
 */
export function answerFor(subject: Subject, reader: EntryReader, context: AnswerContext): Answer {
  const walk = walked(subject, reader, context)
  const deciding = walk.worst ?? walk.best
  const ruled = rulingOn(subject, context)
  const by = ruled === undefined ? {} : { ruling: ruled.ruling }
  const action = ruled?.action ?? actionFor(subject, deciding ?? UNSEEN, walk, context.policy)
  const base = baseOf(subject, action, deciding ?? UNSEEN, walk, ruled?.ruling, context)
  if (deciding === undefined) {
    const reason = ruled?.reason ?? REASON_PHRASES.none
    return { ...base, ...by, score: UNTESTED_SCORE, verdict: 'untested', action, reason, cause: 'none' }
  }
  const { entry, verdict, score } = deciding
  const text = matchedText(deciding)
  const { shield } = walk
  const isHeld = shield !== undefined && verdict !== verdictAt(entry, context.now).verdict
  const lapse = lapsesAt(entry, context.now)
  return {
    ...base,
    ...by,
    score,
    verdict,
    action,
    reason: ruled?.reason ?? REASON_PHRASES[entry.reason],
    cause: entry.reason,
    ...(text === subjectText(subject) ? {} : { matched: text }),
    ...(lapse === undefined ? {} : { lapsesAt: lapse }),
    ...(isHeld ? { heldBy: matchedText(shield) } : {}),
  }
}

/** What is seen of a subject of which the book knows nothing. */
const UNSEEN: Seen = { verdict: 'untested', score: UNTESTED_SCORE, entry: undefined }

interface Match {
  /** What was matched: the entry of this subject, or of the net of `prefixLength` around it. */
  readonly expression: Subject
  readonly prefixLength: number | undefined
  readonly entry: Entry
  readonly verdict: Verdict
  readonly score: number
}

/** Who is protected, with what that asks of all that is less specific. */
interface Shield extends Pick<Match, 'expression' | 'prefixLength'> {
  readonly protection: Protection
}

/** The walk over all that a subject matches, most specific first, and what it has come to. */
class Walk implements Place {
  worst: Match | undefined
  best: Match | undefined
  /** The strongest protection among the entries of an address and of the nets around it, or of the names so far. */
  shield: Shield | undefined
  /** Of an address or a net. */
  address: Uint8Array | undefined
  #isStopped = false
  readonly #now: Instant

  constructor(now: Instant) {
    this.#now = now
  }

  get protection(): Protection | undefined {
    return this.shield?.protection
  }

  /** Notes a protection; what is met from then on, or has to be met again, needs a quorum. */
  protect(expression: Subject, prefixLength: number | undefined, { protection }: Entry): void {
    if (protection === undefined || this.shield?.protection === 'certified') return
    if (this.shield?.protection !== protection) this.shield = { protection, expression, prefixLength }
  }

  meet(expression: Subject, prefixLength: number | undefined, entry: Entry): void {
    const { verdict, score } = this.#held(entry, verdictAt(entry, this.#now))
    // A lapsed entry that no sweep has taken yet is as good as gone.
    if (verdict === 'untested' && !entry.stops) return
    if (verdict === 'untested' || verdict === 'safe') {
      if (this.best === undefined || score > this.best.score) {
        this.best = { expression, prefixLength, entry, verdict, score }
      }
    } else if (!this.#isStopped && (this.worst === undefined || score < this.worst.score)) {
      this.worst = { expression, prefixLength, entry, verdict, score }
    }
    // What is less specific cannot incriminate any more; it may still speak for the subject.
    this.#isStopped ||= entry.stops
  }

  /** What an entry comes to under the shield: suspicious at worst, while too few agree. */
  #held(entry: Entry, seen: ReturnType<typeof verdictAt>): ReturnType<typeof verdictAt> {
    if (this.shield === undefined || entry.organisations >= QUORUM[this.shield.protection]) return seen
    return isBlockedAt(seen.verdict, 'medium') ? { verdict: 'suspicious', score: BAND_FLOORS.suspicious } : seen
  }
}

/**
 * What is said of a domain is said of the popular host in it as well, so that it needs the quorum that the host asks for:
 * else two keys without any trust could have the host blocked by reporting the domain.
 */
function walked(subject: Subject, reader: EntryReader, context: AnswerContext): Walk {
  const walk = new Walk(context.now)
  for (const expression of expressionsOf(subject, context.suffixes)) {
    if (expression.type === 'ip' || expression.type === 'net') {
      meetAddress(expression, reader, walk)
      continue
    }
    if (expression.type === 'domain' && reader.mayKnowHost?.(expression.value) === false) continue
    const entry = reader.get(expression.type, subjectKey(expression, context.sha256))
    if (entry === undefined) continue
    if (isUnprotected(expression, entry)) walk.protect(expression, undefined, { ...entry, protection: 'certified' })
    walk.meet(expression, undefined, entry)
    walk.protect(expression, undefined, entry)
  }
  return walk
}

/**
 * Whether an entry about a page on a private address lacks the protection of all that is there: it was scored by its hash
 * alone, so that nobody knew. Else two keys without any trust could have `192.168.1.1/index.html` blocked everywhere.
 */
function isUnprotected({ type, value }: Subject, entry: Entry): boolean {
  if (type !== 'url' || entry.protection !== undefined) return false
  const host = parseAddress(value.slice(0, Math.max(0, value.indexOf('/'))).replace(/^\[(.*)\]$/, '$1'))
  return host.ok && reservedPrefix(host.value) !== undefined
}

/**
 * The entry of an address or a net, and those of the nets around it. What is said of an address in a protected net (of a
 * CDN, of a large mail provider) is said of all who share it, and what is said of a net is said of the protected address
 * in it: both need the quorum that the protection asks for. A net that reaches beyond the reserved range of an
 * address says nothing about it: a list that holds 192.0.0.0/8 does not mean the reader's own 192.168.1.1.
 */
function meetAddress(subject: Subject, reader: EntryReader, walk: Walk): void {
  const { address, prefixLength } = netRange(subject)
  walk.address = address
  const matches = reader.matchIp(address)
  if (matches.length === 0) return
  const shortest = reservedPrefix(address) ?? 0
  const isAbout = (match: NetMatch) => match.prefixLength <= prefixLength && match.prefixLength >= shortest
  for (const match of matches) if (isAbout(match)) walk.protect(subject, match.prefixLength, match.entry)
  for (const match of matches) {
    if (!isAbout(match)) continue
    walk.meet(subject, match.prefixLength === prefixLength ? undefined : match.prefixLength, match.entry)
  }
}

function matchedText({ expression, prefixLength }: Pick<Match, 'expression' | 'prefixLength'>): string {
  return prefixLength === undefined
    ? subjectText(expression)
    : subjectText(netSubject(netRange(expression).address, prefixLength))
}

function rulingOn(subject: Subject, { policy, suffixes }: AnswerContext) {
  for (const list of policy.lists) {
    const ruled = list.rule(subject, suffixes)
    if (ruled === undefined) continue
    const action: Action = ruled.ruling === 'approved' ? 'allow' : 'block'
    return { ruling: ruled.ruling, action, reason: `${ruled.ruling} by the ${list.name}'s list (${ruled.entry})` }
  }
  return undefined
}

/** What an answer says beside its verdict. Mail alone can be refused for a while, so addresses alone are advised about. */
function baseOf(
  subject: Subject,
  action: Action,
  seen: Seen,
  place: Place,
  ruling: Ruling | undefined,
  context: AnswerContext,
): Pick<Answer, 'subject' | 'state' | 'ageSeconds' | 'advice'> {
  const { state, ageSeconds } = context.freshness
  if (action !== 'block' || subject.type !== 'ip') return { subject, state, ageSeconds }
  return { subject, state, ageSeconds, advice: adviceFor(seen, place, ruling, context) }
}
