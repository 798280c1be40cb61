/**
 * What is being said, so that it is said once and can be taken back. A statement that goes on being so is said again
 * when a quarter of its half-life is over; one that nobody repeats fades by itself, and after four half-lives, when it
 * weighs a sixteenth, it is taken back for good.
 */
import { HOUR_MS, type Instant, type KindName, kindOf } from '@tocsin/core/evidence'
import { parseSubject, type Subject, subjectText } from '@tocsin/core/subject'
import type { Findings } from '../miner.ts'

/** Confidence that must have changed before something is said otherwise, in thousandths. */
const STEP = 100

/** A quarter of a half-life, and four of them. */
const AGAIN = 0.25
const GONE = 4

/** One statement, as it is kept in the state. */
export type Kept = readonly [subject: string, kind: string, confidence: number, at: Instant]

interface Statement {
  readonly subject: Subject
  readonly kind: KindName
  readonly confidence: number
  readonly at: Instant
}

/** All statements in force. Beyond the limit the oldest is let go: it fades without us. */
export class Statements {
  readonly #findings: Findings
  readonly #limit: number
  /** By subject and kind, the one said longest ago first. */
  readonly #held = new Map<string, Statement>()
  readonly #counts = new Map<KindName, number>()

  constructor(findings: Findings, limit: number) {
    this.#findings = findings
    this.#limit = limit
  }

  get size(): number {
    return this.#held.size
  }

  /** How many there are of a kind. */
  countOf(kind: KindName): number {
    return this.#counts.get(kind) ?? 0
  }

  /** Whether this is being said. */
  has(subject: Subject, kind: KindName): boolean {
    return this.#held.has(nameOf(subject, kind))
  }

  /** Says it, where it is new, otherwise than before, or was said a while ago. */
  say(subject: Subject, kind: KindName, confidence: number, now: Instant): void {
    const name = nameOf(subject, kind)
    const held = this.#held.get(name)
    const isOld = held !== undefined && now - held.at >= AGAIN * halfLifeMs(kind)
    if (held !== undefined && !isOld && Math.abs(held.confidence - confidence) < STEP) return
    this.#forget(name)
    const [eldest] = this.#held.keys()
    if (this.#held.size >= this.#limit && eldest !== undefined) this.#forget(eldest)
    this.#hold({ subject, kind, confidence, at: now })
    this.#findings.say({ subject, kind, confidence, at: now })
  }

  /** Takes it back, where it was said. */
  unsay(subject: Subject, kind: KindName): void {
    if (this.#forget(nameOf(subject, kind))) this.#findings.unsay(subject, kind)
  }

  /** Takes back what has faded. */
  sweep(now: Instant): void {
    for (const { subject, kind, at } of this.#held.values()) {
      if (now - at >= GONE * halfLifeMs(kind)) this.unsay(subject, kind)
    }
  }

  /** For the state. */
  kept(): Kept[] {
    return Array.from(this.#held.values(), ({ subject, kind, confidence, at }) => [
      subjectText(subject),
      kind,
      confidence,
      at,
    ])
  }

  /** From the state; what is no statement is left out. Nothing is said: it stands. Gives the addresses. */
  restore(kept: readonly Kept[]): readonly Subject[] {
    const addresses: Subject[] = []
    for (const [text, name, confidence, at] of kept) {
      const subject = parseSubject(text)
      const kind = kindOf(name)?.name
      if (subject.ok && kind !== undefined && this.#held.size < this.#limit) {
        this.#hold({ subject: subject.value, kind, confidence, at })
        if (subject.value.type === 'ip') addresses.push(subject.value)
      }
    }
    return addresses
  }

  #hold(statement: Statement): void {
    this.#held.set(nameOf(statement.subject, statement.kind), statement)
    this.#counts.set(statement.kind, this.countOf(statement.kind) + 1)
  }

  #forget(name: string): boolean {
    const held = this.#held.get(name)
    if (held === undefined) return false
    this.#held.delete(name)
    this.#counts.set(held.kind, this.countOf(held.kind) - 1)
    return true
  }
}

function nameOf(subject: Subject, kind: KindName): string {
  return `${kind} ${subjectText(subject)}`
}

function halfLifeMs(kind: KindName): number {
  return (kindOf(kind).halfLifeHours ?? Number.POSITIVE_INFINITY) * HOUR_MS
}
