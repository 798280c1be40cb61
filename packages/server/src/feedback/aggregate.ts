/**
 * What doors meet, counted by subject and hour until it is handed on. Of an encounter nothing is kept but its subject, as
 * it may leave, and three counts. Never throws, never waits, and is bounded: whoever is met beyond is counted as dropped.
 */
import type { Instant } from '@tocsin/core/evidence'
import { ENCOUNTER_COUNT_MAX, type WireEncounter } from '@tocsin/core/wire'
import type { Later } from './later.ts'
import { hourOf } from './outgoing.ts'

/** How often something was met. */
export interface MetCounts {
  /** Questions. */
  readonly asked: number
  /** Of them, those answered by "block". */
  readonly blocked: number
  /** Of them, those of which nobody knew anything. */
  readonly untested: number
}

/** What encounters are handed to, with names that were never used. */
export interface AggregateParts {
  readonly clock: () => Instant
  readonly later: Later
  readonly freshName: () => string
  /** Takes what was counted. Must not throw. */
  readonly handOn: (encounters: readonly WireEncounter[]) => void
}

/** Subjects that are counted at once, and remembered of an hour. */
export const SUBJECTS_MAX = 50_000

/** Between two hand-overs, in milliseconds. */
export const EACH_MS = 10_000

/** Of what nobody knows and nobody here has met in this hour: it may be the beginning of an attack. */
export const AT_ONCE_MS = 250

interface Count {
  asked: number
  blocked: number
  untested: number
}

/** See above. */
export class Aggregate {
  readonly #parts: AggregateParts
  #hour = 0
  #counts = new Map<string, Count>()
  #seen = new Set<string>()
  #urgent = new Set<string>()
  #callOff: (() => void) | undefined
  #callOffUrgent: (() => void) | undefined
  #dropped = 0

  constructor(parts: AggregateParts) {
    this.#parts = parts
  }

  /** Subjects that wait. */
  get waiting(): number {
    return this.#counts.size
  }

  /** Questions about subjects that there was no room for. */
  get dropped(): number {
    return this.#dropped
  }

  /** @param subject its text as it may leave */
  met(subject: string, { asked, blocked, untested }: MetCounts): void {
    this.#turnHour()
    const count = this.#counts.get(subject)
    if (count === undefined) this.#begin(subject, { asked, blocked, untested })
    else {
      count.asked += asked
      count.blocked += blocked
      count.untested += untested
    }
  }

  /** Hands all on that waits. */
  flush(): void {
    this.#callOff?.()
    this.#callOff = undefined
    this.#callOffUrgent?.()
    this.#callOffUrgent = undefined
    const counts = this.#counts
    this.#counts = new Map()
    this.#urgent.clear()
    this.#handOn(counts)
  }

  /** Throws all away that waits. */
  clear(): void {
    this.#counts.clear()
    this.flush()
  }

  #begin(subject: string, count: Count): void {
    if (this.#counts.size >= SUBJECTS_MAX) {
      this.#dropped += count.asked
      return
    }
    this.#counts.set(subject, count)
    this.#callOff ??= this.#parts.later(EACH_MS, () => this.flush())
    if (this.#seen.size >= SUBJECTS_MAX || this.#seen.has(subject)) return
    this.#seen.add(subject)
    if (count.untested === 0) return
    this.#urgent.add(subject)
    this.#callOffUrgent ??= this.#parts.later(AT_ONCE_MS, () => this.#flushUrgent())
  }

  #flushUrgent(): void {
    this.#callOffUrgent = undefined
    const counts = new Map<string, Count>()
    for (const subject of this.#urgent) {
      const count = this.#counts.get(subject)
      if (count !== undefined) counts.set(subject, count)
      this.#counts.delete(subject)
    }
    this.#urgent.clear()
    this.#handOn(counts)
  }

  /** What was counted belongs to the hour in which it was. */
  #turnHour(): void {
    const hour = hourOf(this.#parts.clock())
    if (hour === this.#hour) return
    this.flush()
    this.#hour = hour
    this.#seen.clear()
  }

  #handOn(counts: ReadonlyMap<string, Count>): void {
    if (counts.size === 0) return
    const hour = `${new Date(this.#hour).toISOString().slice(0, 19)}Z`
    const encounters = [...counts].map(([subject, count]): WireEncounter => {
      const { asked, blocked, untested } = count
      return {
        subject,
        hour,
        asked: most(asked),
        blocked: most(blocked),
        untested: most(untested),
        id: this.#parts.freshName(),
      }
    })
    this.#parts.handOn(encounters)
  }
}

function most(count: number): number {
  return Math.min(count, ENCOUNTER_COUNT_MAX)
}
