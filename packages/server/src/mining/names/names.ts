/**
 * The miner of names: what was asked and nobody knows is judged by its text, a little at a time, and never while somebody
 * waits for an answer. Questions come from anybody, so everything here is bounded: the queue, the memory of what was
 * seen, the statements in all, for one domain and in an hour.
 */
import { randomInt } from 'node:crypto'
import { HOUR_MS, type Instant } from '@tocsin/core/evidence'
import { type Subject, subjectText } from '@tocsin/core/subject'
import type { Findings } from '../miner.ts'
import { judgeName, type NameSurroundings, ownerOf } from './judging.ts'
import { SeenLately } from './seen.ts'

/** Subjects that wait, at most. */
const QUEUE_MAX = 10_000

/** Longer pages are not looked at: the signs read as much of a path. */
const VALUE_LENGTH_MAX = 2048

/** Subjects judged in one slice: at 65 to 95 µs each a few milliseconds, see docs/web-reputation.md. */
const SLICE = 50

/** Statements looked at again in one slice: what became popular or certified meanwhile is taken back. */
const LOOKED_AGAIN = 5

/** What the miner is handed. Limits are for tests and for nodes that are small. */
export interface NamesOptions extends NameSurroundings {
  readonly findings: Findings
  readonly clock: () => Instant
  /** Statements that stand, at most; 100,000 where absent. The oldest goes first. */
  readonly statementsMax?: number
  /** Statements of hosts and pages below one domain, at most; 16 where absent. */
  readonly perDomainMax?: number
  /** New statements in an hour, at most; 2,000 where absent: who asks for invented names does not fill the ledger. */
  readonly perHourMax?: number
  /** What this miner said before the node was started anew, the oldest first. */
  readonly said?: Iterable<Subject>
  /** Of the memory of what was seen; random where absent. */
  readonly seed?: number
}

/** Counts for the metrics. */
export interface NamesNumbers {
  /** Waiting. */
  readonly queued: number
  /** Not taken because the queue was full, or too long. */
  readonly dropped: number
  readonly judged: number
  /** Standing statements. */
  readonly statements: number
  /** Suspicious, and not said for want of room in the hour or under the domain. */
  readonly heldBack: number
  /** Taken back for want of room, or because the subject is protected by now. */
  readonly takenBack: number
}

/** See above. */
export interface NamesMiner {
  /** Notes a subject that was asked and of which nothing is known. Neither waits nor throws; a fraction of a microsecond. */
  asked(subject: Subject): void
  /** Judges some of what waits; says whether more does. */
  slice(): boolean
  /** Why a subject is called suspicious, the strongest sign first; `undefined` where it is not. */
  why(subject: Subject): string | undefined
  numbers(): NamesNumbers
}

/** Opens the miner. It has no file: what it said stands in the ledger. */
export function openNames(options: NamesOptions): NamesMiner {
  return new Names(options)
}

class Names implements NamesMiner {
  readonly #options: NamesOptions
  readonly #seen: SeenLately
  #queue: Subject[] = []
  /** What stands, by text, the oldest first. */
  readonly #said = new Map<string, Subject>()
  readonly #byOwner = new Map<string, number>()
  #again: Iterator<readonly [string, Subject]> | undefined
  #hour = Number.NEGATIVE_INFINITY
  #inHour = 0
  #counts = { dropped: 0, judged: 0, heldBack: 0, takenBack: 0 }

  constructor(options: NamesOptions) {
    this.#options = options
    this.#seen = new SeenLately(options.seed ?? randomInt(2 ** 32))
    for (const subject of options.said ?? []) this.#keep(subject)
  }

  asked(subject: Subject): void {
    const { type, value } = subject
    if (type !== 'domain' && type !== 'url') return
    if (this.#queue.length >= QUEUE_MAX || value.length > VALUE_LENGTH_MAX) {
      this.#counts.dropped++
      return
    }
    // A page has a slash and a domain none: the value alone tells them apart.
    if (this.#seen.add(value)) this.#queue.push(subject)
  }

  slice(): boolean {
    const taken = this.#queue.splice(0, SLICE)
    for (const subject of taken) this.#judge(subject)
    this.#lookAgain()
    return this.#queue.length > 0
  }

  why(subject: Subject): string | undefined {
    const judged = judgeName(subject, this.#options)
    if (judged === undefined) return undefined
    const about = subjectText(judged.subject) === subjectText(subject) ? '' : `${subjectText(judged.subject)}: `
    return `${about}${judged.signs.join('; ')}`
  }

  numbers(): NamesNumbers {
    return { queued: this.#queue.length, statements: this.#said.size, ...this.#counts }
  }

  #judge(asked: Subject): void {
    this.#counts.judged++
    const judged = judgeName(asked, this.#options)
    if (judged === undefined) return
    const { subject, confidence } = judged
    if (!this.#said.has(subjectText(subject))) {
      if (!this.#mayAdd(subject)) {
        this.#counts.heldBack++
        return
      }
      this.#keep(subject)
    }
    this.#options.findings.say({ subject, kind: 'suspicious-name', confidence })
  }

  #mayAdd(subject: Subject): boolean {
    const now = this.#options.clock()
    // Also where the clock was set back.
    if (now - this.#hour >= HOUR_MS || now < this.#hour) [this.#hour, this.#inHour] = [now, 0]
    if (this.#inHour >= (this.#options.perHourMax ?? 2000)) return false
    if ((this.#byOwner.get(this.#ownerOf(subject)) ?? 0) >= (this.#options.perDomainMax ?? 16)) return false
    this.#inHour++
    return true
  }

  #keep(subject: Subject): void {
    const text = subjectText(subject)
    if (this.#said.has(text)) return
    this.#said.set(text, subject)
    const owner = this.#ownerOf(subject)
    this.#byOwner.set(owner, (this.#byOwner.get(owner) ?? 0) + 1)
    while (this.#said.size > (this.#options.statementsMax ?? 100_000)) {
      this.#takeBack(this.#said.values().next().value!)
    }
  }

  #takeBack(subject: Subject): void {
    this.#said.delete(subjectText(subject))
    const owner = this.#ownerOf(subject)
    const left = (this.#byOwner.get(owner) ?? 1) - 1
    if (left > 0) this.#byOwner.set(owner, left)
    else this.#byOwner.delete(owner)
    this.#options.findings.unsay(subject, 'suspicious-name')
    this.#counts.takenBack++
  }

  /** Goes round and round what stands. What a newer program would not say any more goes too. */
  #lookAgain(): void {
    this.#again ??= this.#said.entries()
    for (let turn = 0; turn < LOOKED_AGAIN; turn++) {
      const next = this.#again.next()
      if (next.done === true) {
        this.#again = undefined
        return
      }
      const [text, subject] = next.value
      const judged = judgeName(subject, this.#options)
      if (judged === undefined || subjectText(judged.subject) !== text) this.#takeBack(subject)
    }
  }

  #ownerOf(subject: Subject): string {
    return ownerOf(subject, this.#options.suffixes) ?? subject.value
  }
}
