/**
 * What was asked about, for those who gather it: subjects and counts, and never who asked. A sample under load: so many
 * questions in each tenth of a second are looked at, all others are counted alone, and cost a comparison.
 */
import { type Subject, subjectText } from '@tocsin/core/subject'
import { isBlockedSight, isUntestedSight, type Sighted } from './counters.ts'

/** How often one subject was met since it was told of last. */
export interface DnsEncounter {
  /** Canonical text. */
  readonly subject: string
  readonly asked: number
  /** Of them, those answered by "block". */
  readonly blocked: number
  /** Of them, those of which nobody knew anything. */
  readonly untested: number
}

/** Told of what was met; `unsampled` questions about subjects came beside it. Must not throw. */
export type TellEncounters = (list: readonly DnsEncounter[], unsampled: number) => void

/**
 * 1,000 questions a second at 1 to 3 µs each are 0.1 to 0.3 % of a thread. Told once a second, and where something is among it that
 * nobody knows, within a quarter: miners shall hear of it before it does harm.
 */
export const ENCOUNTER_PACE = { perSlice: 100, sliceMs: 100, tellMs: 1000, tellUntestedMs: 250 } as const

/** Subjects between two tellings; more than come in a second. */
const SUBJECTS_MAX = 2000

/** One thread's. */
export class Encounters {
  readonly #tell: TellEncounters
  readonly #wake: (() => void) | undefined
  #met = new Map<string, { asked: number; blocked: number; untested: number }>()
  #unsampled = 0
  #left: number = ENCOUNTER_PACE.perSlice
  #sliceEnd = 0
  #now = 0
  #isWaiting = false
  /** When to tell, while something waits. */
  #dueAt = Number.POSITIVE_INFINITY

  /** @param wake told when something begins to wait, for those who have no {@link begin} while nobody asks. */
  constructor(tell: TellEncounters, wake?: () => void) {
    this.#tell = tell
    this.#wake = wake
  }

  /** Takes the time, in milliseconds of any origin, for the questions that follow; tells what is due. */
  begin(now: number): void {
    // Also where the clock was set back.
    if (now >= this.#sliceEnd || now < this.#now) {
      this.#left = ENCOUNTER_PACE.perSlice
      this.#sliceEnd = now + ENCOUNTER_PACE.sliceMs
    }
    if (now >= this.#dueAt || (this.#isWaiting && now < this.#now)) this.flush()
    this.#now = now
  }

  /** Whether the next question is looked at; it is counted where not. */
  takes(): boolean {
    if (this.#left > 0) return true
    this.#unsampled++
    return false
  }

  /** Notes a question that {@link takes} said yes to; of `undefined`, which was about no subject after all, only the effort. */
  note(subject: Subject | undefined, seen: Sighted): void {
    this.#left--
    if (subject === undefined) return
    const text = subjectText(subject)
    let met = this.#met.get(text)
    if (met === undefined) {
      if (this.#met.size >= SUBJECTS_MAX) {
        this.#unsampled++
        return
      }
      met = { asked: 0, blocked: 0, untested: 0 }
      this.#met.set(text, met)
    }
    met.asked++
    if (isBlockedSight(seen)) met.blocked++
    if (isUntestedSight(seen)) met.untested++
    this.#await(met.untested > 0 ? ENCOUNTER_PACE.tellUntestedMs : ENCOUNTER_PACE.tellMs)
  }

  /** Tells what waits, now. */
  flush(): void {
    if (!this.#isWaiting) return
    const list = Array.from(this.#met, ([subject, met]) => ({ subject, ...met }))
    const unsampled = this.#unsampled
    this.#met = new Map()
    this.#unsampled = 0
    this.#isWaiting = false
    this.#dueAt = Number.POSITIVE_INFINITY
    this.#tell(list, unsampled)
  }

  #await(milliseconds: number): void {
    this.#dueAt = Math.min(this.#dueAt, this.#now + milliseconds)
    if (this.#isWaiting) return
    this.#isWaiting = true
    this.#wake?.()
  }
}
