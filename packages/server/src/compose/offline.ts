/** A data folder without a node: for the commands that work when none runs. */
import { ProblemError, type Result } from '@tocsin/core/base'
import type { Instant } from '@tocsin/core/evidence'
import { type Subject, subjectKey } from '@tocsin/core/subject'
import type { Answer } from '@tocsin/core/verdict'
import type { WireContext, WireImport } from '@tocsin/core/wire'
import type { Explanation, Head } from '../book/book.ts'
import { type Phase, phasesOf } from '../book/history.ts'
import type { Config } from '../config/index.ts'
import { answering } from './answering.ts'
import { holdDataFolder } from './data-folder.ts'
import { startEngine } from './engine.ts'
import { contextFrom } from './enrichment.ts'
import { Health } from './health.ts'
import { importNamed, type ListReading } from './imports.ts'
import { policyOf } from './policy.ts'
import { sha256 } from './sha256.ts'

/** What can be done with a data folder; no door opens. */
export interface OfflineNode extends AsyncDisposable {
  answer(subject: Subject): Answer
  /** @param at now, where absent */
  explain(subject: Subject, at?: Instant): Promise<Result<Explanation>>
  /** What lookups said of a subject, to the present. */
  phasesOf(subject: Subject): readonly Phase[]
  /** What is known of a subject beside its reputation. */
  contextOf(subject: Subject): Promise<WireContext | undefined>
  /** Resolves when the list is durable and in the book. */
  importList(name: string, chunks: AsyncIterable<Uint8Array>, reading: ListReading): Promise<WireImport>
  head(): Head
}

/**
 * Opens the data folder of a configuration and holds it.
 *
 * @throws ProblemError `unavailable` while a node holds it
 */
export async function openOffline(config: Config, clock: () => Instant): Promise<OfflineNode> {
  await using opened = new AsyncDisposableStack()
  opened.use(holdDataFolder(config.data))
  const health = new Health()
  let trouble: Error | undefined
  const engine = opened.use(
    await startEngine(config.data, {
      published: () => undefined,
      failed: error => {
        trouble = error
        health.failed(clock(), false)
      },
      recovered: () => {
        trouble = undefined
        health.recovered()
      },
      rebuilt: () => undefined,
      adopted: () => undefined,
      segmentTrouble: () => undefined,
      died: error => {
        trouble = error
        health.failed(clock(), true)
      },
    }),
  )
  await engine.settled()
  const answer = answering({
    book: engine.book,
    policy: policyOf(config),
    clock,
    freshness: now => health.freshness(now),
  })
  const running = opened.move()
  return {
    answer,
    explain: (subject, at) => engine.book.explain(subject, at ?? clock()),
    phasesOf: subject => phasesOf(engine.book.historyOf(subject.type, subjectKey(subject, sha256)), clock()),
    contextOf: contextFrom(config.data),
    head: () => engine.book.head(),
    async importList(name, chunks, reading) {
      const outcome = await importNamed(name, 'import', chunks, reading, { ledger: engine.ledger, clock })
      await engine.settled()
      if (trouble === undefined) return outcome
      const why = trouble.message
      throw new ProblemError({ code: 'unavailable', message: `Cannot bring "${name}" into the book: ${why}` })
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}
