/**
 * The entries of cases. Most cases are alike but for their subject: a line of a list, one report of a sensor. What is
 * said by one record alone depends on its words, its source's standing and how far into its minute it was seen, so it is
 * worked out once for all of them: the lapse of a fading record costs some twenty assessments.
 */
import { fades } from '@tocsin/core/evidence'
import { type SourceStanding, trustStepOf } from '@tocsin/core/scoring'
import { type Entry, entryOf } from '@tocsin/core/verdict'
import type { SubjectCase } from '../ledger/ledger.ts'
import { caseOf } from './case.ts'
import type { Nature } from './nature.ts'

const MINUTE_MS = 60_000

/** Cases that are remembered; sixty for each kind, confidence and standing of which reports come. */
const REMEMBERED_MAX = 20_000

/** A source that the trust table does not know says nothing. */
const UNKNOWN: SourceStanding = { trustStep: trustStepOf(0), organisation: '' }

/** Works out entries, and remembers those of cases that are alike. */
export class Entries {
  readonly #nature: Nature
  readonly #alike = new Map<string, Entry | undefined>()

  constructor(nature: Nature) {
    this.#nature = nature
  }

  /** The entry of a case; `undefined` where there is nothing to say. */
  of(held: SubjectCase, standings: ReadonlyMap<string, SourceStanding>): Entry | undefined {
    const { records, relations } = held
    const [first] = records
    if (first === undefined && relations === undefined) return undefined
    const standingOf = (name: string) => standings.get(name) ?? UNKNOWN
    const kase = caseOf(held, standingOf, this.#nature)
    if (first === undefined || records.length > 1 || relations !== undefined) return entryOf(kase)
    const { trustStep } = standingOf(first.source)
    const at = fades(first) ? first.at! : 0
    const into = fades(first) ? at % MINUTE_MS : -1
    const name = `${first.kind} ${first.confidence} ${trustStep} ${into} ${kase.protectedByNature ?? ''}`
    let entry = this.#alike.get(name)
    if (entry === undefined && !this.#alike.has(name)) {
      entry = entryOf(kase)
      if (this.#alike.size >= REMEMBERED_MAX) this.#alike.clear()
      this.#alike.set(name, entry)
    }
    // Time moves all of it alike.
    return entry === undefined ? undefined : { ...entry, scoredAt: at - Math.max(0, into) }
  }
}
