/**
 * Cases that are known without reading: those of subjects that have just come with their first evidence, as each line of
 * a list is that nobody has listed before. Reading one back costs more than writing it did.
 */
import type { SubjectCase } from '../ledger.ts'

/** Cases that wait for the scorer at most, some 400 bytes each. What is over is read. */
const CASES_MAX = 65_536

/** See above. A case is there only while nothing else happened to its subject. */
export class FreshCases {
  readonly #settled = new Map<number, SubjectCase>()
  #pending = new Map<number, SubjectCase>()

  /** Notes the first evidence about a subject that the transaction under way has brought. */
  note(subjectId: number, fresh: SubjectCase): void {
    if (this.#settled.size + this.#pending.size < CASES_MAX) this.#pending.set(subjectId, fresh)
  }

  /** Something else happened to a subject: it has to be read. */
  drop(subjectId: number): void {
    this.#pending.delete(subjectId)
    this.#settled.delete(subjectId)
  }

  /** Ends a transaction: what was noted in it holds, or never was. */
  end(isWritten: boolean): void {
    if (isWritten) for (const [id, fresh] of this.#pending) this.#settled.set(id, fresh)
    if (this.#pending.size > 0) this.#pending = new Map()
  }

  /** The case of a subject, once: it is scored from it, and what comes later is read. */
  take(subjectId: number): SubjectCase | undefined {
    const fresh = this.#settled.get(subjectId)
    if (fresh !== undefined) this.#settled.delete(subjectId)
    return fresh
  }
}
