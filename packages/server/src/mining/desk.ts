/**
 * The desk of one miner: takes its findings, keeps what is said, and writes the ledger what has changed, in batches.
 *
 * What a run before this one said is not remembered here but in the ledger. So a run begins with a restatement: what the
 * miner says is written as a generation of its source, and once the miner has said all that it holds (`restated`), the
 * commit takes back the rest. A restatement that is broken off takes nothing back, and begins again.
 */
import type { Sha256 } from '@tocsin/core/base'
import { ProblemError } from '@tocsin/core/base'
import { CONFIDENCE_MAX, type Instant, isDerived, isEvent, type KindName, kindOf } from '@tocsin/core/evidence'
import { trustStepOf } from '@tocsin/core/scoring'
import { isHashOnly, type Subject, subjectKey, subjectText } from '@tocsin/core/subject'
import type { EvidenceWrite, Generation, Ledger, LedgerSource } from '../ledger/ledger.ts'
import type { Finding, Findings } from './miner.ts'

/** What the node derives counts like a feed. */
const DERIVED_TRUST = 0.8

/** Statements of one write: each crosses two threads, and nobody there should wait for more than some milliseconds. */
const BATCH = 1000

/** Changes of a standing statement below so many thousandths are not worth a batch of the book. */
const NOTICED = 50

/** Statements that a desk keeps, about 150 bytes each; what is beyond is not taken. */
const STATEMENTS_MAX = 500_000

/** The part of the ledger that a desk writes. */
export type DeskLedger = Pick<Ledger, 'write' | 'retract' | 'begin' | 'commit'>

/** What a desk is built from. */
export interface DeskParts {
  /** The name of the miner, as in `hosts`. */
  readonly miner: string
  readonly ledger: DeskLedger
  readonly clock: () => Instant
  readonly sha256: Sha256
  /** Kinds beside the derived ones that this miner may say. */
  readonly alsoSays?: readonly KindName[]
  /** Told of what could not be written (it is tried again) and of what will not be. Must not throw. */
  readonly failed: (error: unknown) => void
}

/** The source of a miner: a name that neither a list nor a key can have. */
export function sourceOfMiner(miner: string): LedgerSource {
  return {
    name: `tocsin:${miner}`,
    origin: 'mining',
    organisation: 'tocsin',
    trustStep: trustStepOf(DERIVED_TRUST),
  }
}

interface Statement {
  readonly subject: Subject
  readonly kind: KindName
  confidence: number
  at: Instant | undefined
  /** The confidence that the ledger has, as far as is known; 0 where it has none. */
  written: number
  /** Whether it is taken back. */
  isOver: boolean
}

/** See {@link Findings}; one for each miner. */
export class FindingsDesk implements Findings {
  readonly #parts: DeskParts
  readonly #source: LedgerSource
  readonly #said = new Map<string, Statement>()
  /** What the ledger does not have yet, the oldest first. */
  readonly #waiting = new Map<string, Statement>()
  #restatement: 'wanted' | 'open' | 'over' = 'wanted'
  #isTold = false
  #generation: Generation | undefined
  #flushing: Promise<number> = Promise.resolve(0)
  #isFullTold = false

  constructor(parts: DeskParts) {
    this.#parts = parts
    this.#source = sourceOfMiner(parts.miner)
  }

  say({ subject, kind, confidence, at }: Finding): void {
    const fault = this.#fault(subject, kind, confidence, at)
    if (fault !== undefined) return this.#refuse(`Cannot take finding of ${subjectText(subject)}: ${fault}`)
    const name = nameOf(subject, kind)
    const before = this.#said.get(name)
    if (before === undefined) {
      if (this.#said.size >= STATEMENTS_MAX) return this.#refuseWhenFull()
      const statement = { subject, kind, confidence, at, written: 0, isOver: false }
      this.#said.set(name, statement)
      this.#waiting.set(name, statement)
      return undefined
    }
    if (!before.isOver && !isNews(before, confidence, at)) return undefined
    Object.assign(before, { confidence, at, isOver: false })
    this.#waiting.set(name, before)
    return undefined
  }

  unsay(subject: Subject, kind: KindName): void {
    const name = nameOf(subject, kind)
    const statement = this.#said.get(name)
    if (statement === undefined || statement.isOver) return
    statement.isOver = true
    this.#waiting.set(name, statement)
  }

  /** Says that the miner has said all that it holds: with the next flush, what else its source ever said is taken back. */
  restated(): void {
    this.#isTold = true
  }

  /** Forgets all that is said: the miner begins anew, and what it does not say again until `restated` is taken back. */
  restate(): void {
    this.#said.clear()
    this.#waiting.clear()
    this.#generation = undefined
    this.#restatement = 'wanted'
    this.#isTold = false
  }

  /** Statements in force. */
  get size(): number {
    return this.#said.size
  }

  /**
   * Writes what waits; resolves with how many changes were written or taken back. Never rejects: what cannot be written is
   * told to `failed` and waits for the next flush.
   */
  flush(): Promise<number> {
    this.#flushing = this.#flushing.then(() => this.#flush())
    return this.#flushing
  }

  async #flush(): Promise<number> {
    let done = 0
    try {
      if (this.#restatement === 'wanted') {
        this.#generation = await this.#parts.ledger.begin(this.#source)
        this.#restatement = 'open'
      }
      while (this.#waiting.size > 0) done += await this.#writeBatch()
      const generation = this.#generation
      if (generation !== undefined && this.#isTold) {
        done += await this.#parts.ledger.commit(generation)
        if (this.#generation === generation) this.#generation = undefined
        if (this.#restatement === 'open') this.#restatement = 'over'
      }
    } catch (error) {
      if (isLost(error)) this.#sayAllAgain()
      this.#parts.failed(error)
    }
    return done
  }

  async #writeBatch(): Promise<number> {
    const { ledger, clock } = this.#parts
    const batch = this.#waiting.entries().take(BATCH).toArray()
    for (const [name] of batch) this.#waiting.delete(name)
    // As they are now: the miner may go on while the ledger writes.
    const now = batch.map(([name, statement]) => ({ name, statement, ...statement }))
    try {
      // A standing fact keeps its largest confidence, so what is to become less is taken back first.
      const lesser = now.filter(each => each.written > 0 && (each.isOver || each.confidence < each.written))
      if (lesser.length > 0)
        await ledger.retract(
          this.#source.name,
          lesser.map(each => this.#retracted(each)),
        )
      const evidence = now.filter(each => !each.isOver).map(each => this.#evidence(each))
      const write = { source: this.#source, receivedAt: clock(), evidence, generation: this.#generation }
      if (evidence.length > 0) await ledger.write(write)
      for (const { name, statement, isOver, confidence } of now) this.#settle(name, statement, isOver ? 0 : confidence)
      return lesser.length + evidence.length
    } catch (error) {
      for (const [name, statement] of batch) if (this.#said.get(name) === statement) this.#waiting.set(name, statement)
      throw error
    }
  }

  #settle(name: string, statement: Statement, written: number): void {
    statement.written = written
    const isForgotten = statement.isOver && written === 0 && this.#said.get(name) === statement
    if (!isForgotten) return
    this.#said.delete(name)
    this.#waiting.delete(name)
  }

  #retracted({ subject, kind }: Pick<Statement, 'subject' | 'kind'>) {
    return { subject: this.#ledgerSubject(subject), kind }
  }

  #evidence({ subject, kind, confidence, at }: Statement): EvidenceWrite {
    return { subject: this.#ledgerSubject(subject), kind, confidence, at }
  }

  #ledgerSubject(subject: Subject): EvidenceWrite['subject'] {
    return {
      type: subject.type,
      key: subjectKey(subject, this.#parts.sha256),
      value: isHashOnly(subject) ? undefined : subject.value,
    }
  }

  /** The ledger has lost the generation, as when another began: a new one, with all that is said. */
  #sayAllAgain(): void {
    this.#generation = undefined
    this.#restatement = 'wanted'
    for (const [name, statement] of this.#said) this.#waiting.set(name, statement)
  }

  #fault(subject: Subject, name: KindName, confidence: number, at: Instant | undefined): string | undefined {
    const kind = kindOf(name)
    if (!isDerived(kind) && this.#parts.alsoSays?.includes(name) !== true) return `kind "${name}" is not a derived one`
    if (!kind.types.includes(subject.type)) return `kind "${name}" is not said of a ${subject.type}`
    if (!Number.isInteger(confidence) || confidence < 1 || confidence > CONFIDENCE_MAX) {
      return `confidence must be 1 to ${CONFIDENCE_MAX}, found ${confidence}`
    }
    if (isEvent(kind) === (at === undefined)) return `kind "${name}" must have ${isEvent(kind) ? 'a' : 'no'} time`
    return undefined
  }

  #refuse(message: string): void {
    this.#parts.failed(new ProblemError({ code: 'internal', message }))
  }

  #refuseWhenFull(): void {
    if (this.#isFullTold) return
    this.#isFullTold = true
    const message = `Cannot take more findings of "${this.#parts.miner}": ${STATEMENTS_MAX} are in force`
    this.#parts.failed(new ProblemError({ code: 'limited', message }))
  }
}

function nameOf(subject: Subject, kind: KindName): string {
  return `${kind} ${subjectText(subject)}`
}

function isNews(before: Statement, confidence: number, at: Instant | undefined): boolean {
  if (at !== undefined && at > (before.at ?? 0)) return true
  return Math.abs(confidence - before.confidence) >= NOTICED
}

function isLost(error: unknown): boolean {
  return error instanceof ProblemError && error.problem.code === 'invalid'
}
