/**
 * How one statement of a source fares, from look to look. Written as an attacker would read it:
 *
 * - Only who was first earns. A statement is followed if it speaks of a subject that nobody had spoken of before the last
 *   look, and if at this look no witness of another organisation says it too. What is listed already, was listed once,
 *   or came from two sides between two looks earns nothing, whoever repeats it.
 * - Only a witness confirms: a source that is trusted by the operator's word and not by what it has learnt, so that trust
 *   is never lent on. Fresh keys confirm nobody, however many they are.
 * - Nobody confirms a source of its own organisation.
 * - Who clears, contradicts; the subject's popularity or a certificate does not.
 * - To take back what was wrong costs less than to be contradicted, and to say it again does not undo it.
 */
import { HOUR_MS, type Instant } from '../evidence/index.ts'

const DAY_MS = 24 * HOUR_MS

/** What is taken back later than so many days after it was said is upkeep, and no mistake. */
export const REVOCATION_DAYS = 7

/** What nobody confirms within so many days is not followed any longer. */
export const FOLLOWED_DAYS = 30

/** Who says something longer than so many days before it is cleared may have been right when saying it. */
export const CLEARED_DAYS = 30

/** What became of a statement counts for so many days after it was said. */
export const REMEMBERED_DAYS = 180

/** Organisations that are remembered as having confirmed one statement, at most. */
export const CONFIRMERS_MAX = 3

/** How a statement stands. */
export interface Statement {
  readonly state: 'open' | 'confirmed' | 'contradicted' | 'revoked'
  /** When it was first seen to be said. */
  readonly saidAt: Instant
  /** Organisations that confirmed it, sorted; none but in state `confirmed`. */
  readonly confirmedBy: readonly string[]
}

/** What somebody else says of the same subject. */
export interface OtherVoice {
  readonly organisation: string
  /** Trusted by the operator's word, and not fallen below it. */
  readonly isWitness: boolean
  /** `bad`: incriminates it, by its own word. `cleared`: has looked, and holds it to be harmless. */
  readonly says: 'bad' | 'cleared'
  /** When the ledger last heard it. */
  readonly at: Instant
}

/** One look at a statement. */
export interface Look {
  readonly at: Instant
  /** Of the source that made it. */
  readonly organisation: string
  /** When the source last said it; `undefined` where it has taken it back. */
  readonly said: Instant | undefined
  /** Nobody had spoken of the subject before the last look. */
  readonly isNewSubject: boolean
  /** All voices but those of the source itself. */
  readonly others: readonly OtherVoice[]
}

/** How a statement stands after a look; `undefined` for one that is not followed (any more). */
export function followed(before: Statement | undefined, look: Look): Statement | undefined {
  const { at, said } = look
  if (before !== undefined && at - before.saidAt > REMEMBERED_DAYS * DAY_MS) return undefined
  const cleared = look.others.filter(({ says, isWitness }) => says === 'cleared' && isWitness)
  if (said !== undefined && cleared.some(clear => clear.at - said <= CLEARED_DAYS * DAY_MS)) {
    return { state: 'contradicted', saidAt: before?.saidAt ?? said, confirmedBy: [] }
  }
  // Who cleared it has thought better of that: it is as if nobody had followed it.
  if (before?.state === 'contradicted') return cleared.length > 0 ? before : undefined
  if (before?.state === 'revoked') return before
  return said === undefined ? takenBack(before, at) : heard(before, look)
}

function takenBack(before: Statement | undefined, at: Instant): Statement | undefined {
  if (before?.state !== 'open') return before
  return at - before.saidAt <= REVOCATION_DAYS * DAY_MS ? { ...before, state: 'revoked' } : undefined
}

function heard(before: Statement | undefined, look: Look): Statement | undefined {
  const by = confirmersIn(look)
  if (before === undefined) {
    return look.isNewSubject && by.length === 0 ? { state: 'open', saidAt: look.at, confirmedBy: [] } : undefined
  }
  if (by.length > 0) {
    const all = [...new Set([...before.confirmedBy, ...by])]
    return { ...before, state: 'confirmed', confirmedBy: all.slice(0, CONFIRMERS_MAX).sort() }
  }
  const isTooOld = before.state === 'open' && look.at - before.saidAt > FOLLOWED_DAYS * DAY_MS
  return isTooOld ? undefined : before
}

/** Other organisations whose witnesses say the same, sorted. */
function confirmersIn({ organisation, others }: Look): string[] {
  const witnesses = others.filter(voice => voice.says === 'bad' && voice.isWitness)
  return [...new Set(witnesses.map(voice => voice.organisation))].filter(each => each !== organisation).sort()
}

/** How the statements of a source fared. Each is about a subject of its own. */
export interface Agreement {
  /** Said by a witness of another organisation afterwards. */
  readonly confirmed: number
  /** Cleared by a witness. */
  readonly contradicted: number
  /** Taken back soon, and by nobody confirmed. */
  readonly revoked: number
  /** Nobody has said anything to it yet. */
  readonly open: number
  /** Organisations that confirmed. */
  readonly confirmers: number
  /** Different days, in UTC, on which it first said what was confirmed. */
  readonly days: number
}

/** Nothing seen. */
export const NO_AGREEMENT: Agreement = { confirmed: 0, contradicted: 0, revoked: 0, open: 0, confirmers: 0, days: 0 }

/** Counts statements, in any order. */
export function agreementOf(statements: Iterable<Statement>): Agreement {
  const counts = { confirmed: 0, contradicted: 0, revoked: 0, open: 0 }
  const organisations = new Set<string>()
  const days = new Set<number>()
  for (const { state, saidAt, confirmedBy } of statements) {
    counts[state] += 1
    if (state !== 'confirmed') continue
    days.add(Math.floor(saidAt / DAY_MS))
    for (const organisation of confirmedBy) organisations.add(organisation)
  }
  return { ...counts, confirmers: organisations.size, days: days.size }
}
