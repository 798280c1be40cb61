/** One feed that is replayed: what it says each day goes to the intake as a turn of a feed brings it. */
import { findFormat } from '../../packages/server/src/formats/all.ts'
import type { FeedRecord } from '../../packages/server/src/formats/format.ts'
import type { Intake } from '../../packages/server/src/intake/intake.ts'
import type { Day } from './history.ts'

/** Offers in one call. */
const BATCH = 5000

/** Turns after which a feed is written anew as a whole, in a generation; the other days bring their changes. */
const WHOLE_EVERY = 24

const KIND = 'listed'

/** Counts of a replay. */
export interface FeedCounts {
  days: number
  lines: number
  refused: number
  put: number
  retracted: number
  generations: number
}

/** A feed under replay. */
export class ReplayedFeed {
  readonly counts: FeedCounts = { days: 0, lines: 0, refused: 0, put: 0, retracted: 0, generations: 0 }
  /** How many entries of the list say the subject: `http://a.b/c` and `https://a.b/c` are one page. */
  readonly #entries = new Map<string, number>()
  readonly #intake: Intake

  constructor(intake: Intake) {
    this.#intake = intake
  }

  /** Subjects on the list. */
  get size(): number {
    return this.#entries.size
  }

  /** Takes the changes of a day. */
  async take({ lines }: Day): Promise<void> {
    const { counts } = this
    counts.lines += lines.length
    const before = new Set<string>()
    const touched = new Set<string>()
    for (const { content } of readDelta(lines)) {
      if (content.is !== 'indicators') counts.refused++
      else {
        for (const { subject, gone } of content.indicators) {
          const count = this.#entries.get(subject) ?? 0
          if (!touched.has(subject) && count > 0) before.add(subject)
          touched.add(subject)
          this.#count(subject, count + (gone === true ? -1 : 1))
        }
      }
    }
    if (counts.days++ % WHOLE_EVERY === 0) return this.#whole()
    const all = [...touched]
    await this.#put(all.filter(subject => !before.has(subject) && this.#entries.has(subject)))
    await this.#retract(all.filter(subject => before.has(subject) && !this.#entries.has(subject)))
  }

  #count(subject: string, count: number): void {
    if (count > 0) this.#entries.set(subject, count)
    else this.#entries.delete(subject)
  }

  async #whole(): Promise<void> {
    const generation = await this.#intake.begin()
    await this.#put([...this.#entries.keys()], generation)
    this.counts.retracted += await this.#intake.commit(generation)
    this.counts.generations++
  }

  async #put(subjects: readonly string[], generation?: Parameters<Intake['put']>[1]): Promise<void> {
    for (let at = 0; at < subjects.length; at += BATCH) {
      const offers = subjects.slice(at, at + BATCH).map(subject => ({ subject, kind: KIND }))
      const { accepted, duplicate, refused } = await this.#intake.put(offers, generation)
      this.counts.put += accepted + duplicate
      const [first] = refused
      if (first !== undefined) throw new Error(`Cannot replay: the intake refused an entry: ${first.reason}`)
    }
  }

  async #retract(subjects: readonly string[]): Promise<void> {
    for (let at = 0; at < subjects.length; at += BATCH) {
      const items = subjects.slice(at, at + BATCH).map(subject => ({ subject, kind: KIND }))
      const retracted = await this.#intake.retract(items)
      if (!retracted.ok) throw new Error(`Cannot replay: ${retracted.problem.message}`)
      this.counts.retracted += retracted.value
    }
  }
}

function readDelta(lines: readonly string[]): readonly FeedRecord[] {
  const reader = findFormat('delta')!.open({})
  return [...reader.push(Buffer.from(`${lines.join('\n')}\n`)), ...reader.end()]
}
