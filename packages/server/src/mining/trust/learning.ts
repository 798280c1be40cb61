/**
 * Learning whom to trust: looks at the sources once an hour, makes an epoch once a day, and puts what it comes to in
 * force: first in the table, then in the ledger, which scores anew what the source ever said. What a crash leaves between
 * the two is put right by the next start.
 */
import type { Instant } from '@tocsin/core/evidence'
import { type Learning, NO_AGREEMENT, nextStep, TRUSTED_STEP } from '@tocsin/core/scoring'
import type { Ledger, LedgerSource } from '../../ledger/ledger.ts'
import type { Log } from '../../ops/events.ts'
import type { LookRequest, SourceAgreement, SourceToLookAt } from './looking.ts'
import type { TrustTable } from './table.ts'
import type { TrustEntry, TrustEpoch } from './table-file.ts'

/** Milliseconds from a start to its first look, between two looks, and between two epochs. */
const TIMES = { first: 60_000, look: 3_600_000, epoch: 86_400_000 } as const

/** Runs something later, once; disposing of it takes that back. */
export interface LearningTimers {
  after(milliseconds: number, run: () => void): Disposable
}

/** What learning works with. */
export interface LearningParts {
  readonly table: TrustTable
  /** The ledger itself, and not one that weighs what it is handed by the table. */
  readonly ledger: Pick<Ledger, 'write' | 'counts'>
  readonly look: (request: LookRequest) => Promise<readonly SourceAgreement[]>
  /** How a source learns. */
  readonly learningOf: (source: LedgerSource) => Learning
  readonly clock: () => Instant
  readonly timers: LearningTimers
  readonly log: Log
}

/** See above. What fails rejects and leaves trust as it was. */
export class TrustLearning implements AsyncDisposable {
  readonly #parts: LearningParts
  #turn: Promise<unknown> = Promise.resolve()
  #timer: Disposable | undefined
  #isOver = false

  constructor(parts: LearningParts) {
    this.#parts = parts
  }

  /** Puts the table in force where the ledger differs from it; resolves with how many sources did. */
  restore(): Promise<number> {
    return this.#inTurn(async () => {
      const { sources } = await this.#parts.ledger.counts()
      // It may have died between table and ledger, which then has what was before.
      const left = sources.filter(({ name, trustStep }) => {
        const entry = this.#parts.table.find(name)
        return entry !== undefined && (trustStep === entry.start || trustStep === entry.before)
      })
      return await this.#enforce(left)
    })
  }

  /** Begins to look by itself. */
  start(): void {
    this.#wait(TIMES.first)
  }

  /** All sources that the ledger knows, each with its entry; what the table does not know of, as it is. */
  async list(): Promise<readonly { readonly source: LedgerSource; readonly entry: TrustEntry }[]> {
    const { table, ledger } = this.#parts
    const { sources } = await ledger.counts()
    return sources.map(source => {
      const entry = table.find(source.name)
      const isCurrent = entry !== undefined && this.#standing(source).start === entry.start
      return { source, entry: isCurrent ? entry : entryOf(source) }
    })
  }

  /** Looks at what is new, so that it is known who was first. */
  look(): Promise<void> {
    return this.#inTurn(async () => void (await this.#agreements(false)))
  }

  /** What the next epoch would be; changes nothing but what looks remember. */
  propose(): Promise<TrustEpoch> {
    return this.#inTurn(async () => (await this.#next()).epoch)
  }

  /** Makes the next epoch; resolves when it is in force. */
  apply(): Promise<TrustEpoch> {
    return this.#inTurn(async () => {
      const { table, log } = this.#parts
      const { epoch, sources } = await this.#next()
      await table.replace(epoch)
      // All of them are in it, as they were a moment ago.
      const moved = await this.#enforce(sources)
      log('trust-epoch', { epoch: epoch.epoch, moved })
      return epoch
    })
  }

  /** Holds a source at a step, or lets it learn again from where it began; resolves with whether there is such a source. */
  pin(name: string, step: number | undefined): Promise<boolean> {
    return this.#inTurn(async () => {
      const { table, ledger, log } = this.#parts
      const { sources } = await ledger.counts()
      const source = sources.find(each => each.name === name)
      if (source === undefined) return false
      const entry = table.find(name) ?? entryOf(source)
      const { pinned: _, ...rest } = entry
      const changed: TrustEntry =
        step === undefined
          ? { ...rest, before: entry.after, after: entry.start, why: 'steady' }
          : { ...rest, before: entry.after, after: step, why: 'pinned', pinned: step }
      const others = table.epoch.sources.filter(each => each.name !== name)
      await table.replace({ ...table.epoch, sources: [...others, changed].sort(byName) })
      await this.#write(source, changed.after)
      log('trust-pinned', { source: name, step })
      return true
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true
    this.#timer?.[Symbol.dispose]()
    await this.#turn
  }

  #wait(milliseconds: number): void {
    if (this.#isOver) return
    this.#timer = this.#parts.timers.after(milliseconds, () => void this.#pass())
  }

  async #pass(): Promise<void> {
    const { table, clock, log } = this.#parts
    const { at } = table.epoch
    try {
      if (at === undefined || clock() - at >= TIMES.epoch) await this.apply()
      else await this.look()
    } catch (error) {
      if (!this.#isOver) log('trust-failed', { error })
    }
    this.#wait(TIMES.look)
  }

  async #next(): Promise<{ readonly epoch: TrustEpoch; readonly sources: readonly LedgerSource[] }> {
    const { table, clock, learningOf } = this.#parts
    const { sources, agreements } = await this.#agreements(true)
    const entries = sources.map((source): TrustEntry => {
      const { start, now, pinned } = this.#standing(source)
      const counts = agreements.get(source.name) ?? NO_AGREEMENT
      const learner = { learning: learningOf(source), startStep: start, beforeStep: now, pinnedStep: pinned }
      const { afterStep, adviceStep, why } = nextStep({ ...learner, agreement: counts })
      const steps = { start, before: now, after: afterStep, advice: adviceStep }
      return { name: source.name, ...steps, why, counts, ...(pinned === undefined ? {} : { pinned }) }
    })
    return { epoch: { epoch: table.epoch.epoch + 1, at: clock(), sources: entries.sort(byName) }, sources }
  }

  async #agreements(withLists: boolean) {
    const { ledger, look, clock } = this.#parts
    const { sources } = await ledger.counts()
    const told = await look({ at: clock(), sources: sources.map(source => this.#toLookAt(source)), withLists })
    return { sources, agreements: new Map(told.map(({ name, agreement }) => [name, agreement])) }
  }

  /**
   * A witness is trusted by the operator's word and has not fallen since. What a source has learnt does not make it one:
   * else one that was lifted could lift its accomplices.
   */
  #toLookAt(source: LedgerSource): SourceToLookAt {
    const { start, now, pinned } = this.#standing(source)
    const isWitness = source.origin !== 'mining' && now >= TRUSTED_STEP && (pinned ?? start) >= TRUSTED_STEP
    const { name, organisation } = source
    return { name, organisation, learning: this.#parts.learningOf(source), isWitness }
  }

  /** Where a source began and where it is; what the ledger has and the table does not is the operator's new word. */
  #standing(source: LedgerSource): { readonly start: number; readonly now: number; readonly pinned?: number } {
    const entry = this.#parts.table.find(source.name)
    const { trustStep } = source
    if (entry === undefined) return { start: trustStep, now: trustStep }
    const { start, after, pinned } = entry
    if (pinned !== undefined) return { start, now: pinned, pinned }
    return trustStep === start || trustStep === after ? { start, now: after } : { start: trustStep, now: trustStep }
  }

  /** Writes what the table has for sources into the ledger; resolves with how many differed. */
  async #enforce(sources: readonly LedgerSource[]): Promise<number> {
    let moved = 0
    for (const source of sources) {
      const after = this.#parts.table.find(source.name)?.after ?? source.trustStep
      if (after === source.trustStep) continue
      await this.#write(source, after)
      moved += 1
    }
    return moved
  }

  async #write({ name, origin, organisation }: LedgerSource, trustStep: number): Promise<void> {
    const { ledger, clock } = this.#parts
    const source = { name, origin, organisation, trustStep }
    await ledger.write({ source, receivedAt: clock(), evidence: [] })
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work)
    this.#turn = turn.catch(() => undefined)
    return turn
  }
}

/** A source of which nothing is known but where it is. */
function entryOf({ name, trustStep: step }: LedgerSource): TrustEntry {
  return { name, start: step, before: step, after: step, advice: step, why: 'unseen', counts: NO_AGREEMENT }
}

function byName(a: TrustEntry, b: TrustEntry): number {
  return a.name < b.name ? -1 : 1
}
