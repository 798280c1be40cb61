/**
 * Feedback of edges behind this one: it passes the same border as what this site says itself, under names that mean nothing
 * further on, and goes the same way. To the upstream all of them are this edge.
 */
import { fail, type Result } from '@tocsin/core/base'
import type { Subject } from '@tocsin/core/subject'
import { admitPage, type Encounter, type WireEncounter } from '@tocsin/core/wire'
import type { Commits } from './commits.ts'
import type { Outbox } from './outbox.ts'
import type { Border } from './privacy.ts'
import { freshName, type Pseudonyms } from './pseudonyms.ts'
import type { Submissions } from './submissions.ts'

/** Whose words these are. */
export interface Bearer {
  /** A name that stays here. */
  readonly name: string
  /** Through which edges they came, as in `Via`. */
  readonly via: string
}

/** What they go to. */
export interface PassingParts {
  readonly border: Pick<Border, 'judge'>
  readonly pseudonyms: Pseudonyms
  readonly outbox: Pick<Outbox, 'add' | 'tallies'>
  readonly commits: Pick<Commits, 'write'>
  readonly submissions: Submissions
  readonly isCollecting: () => boolean
}

/** Pages that the upstream would like to see and this site has not met; the one that was asked for longest ago goes first. */
const WANTED_MAX = 10_000

/** Of them, those that one answer names; an upstream names no more. */
const NAMED_MAX = 100

/** See above. */
export class Passing {
  readonly #parts: PassingParts
  /** Numbers by hash, in the order of asking. */
  readonly #wanted = new Map<string, number>()
  readonly #hashes = new Map<number, string>()
  #last = 0

  constructor(parts: PassingParts) {
    this.#parts = parts
  }

  /** Takes what was met; resolves when it is on the disk, with numbers for {@link Passing.wanted}. */
  async met(encounters: readonly Encounter[], { name, via }: Bearer): Promise<readonly number[]> {
    const { border, submissions, outbox, commits, isCollecting } = this.#parts
    if (!isCollecting()) return []
    const leaving: string[] = []
    const wanted: number[] = []
    for (const encounter of encounters) {
      const said = border.judge(encounter.subject)
      if (said.stays !== false) continue
      leaving.push(JSON.stringify(this.#outgoing(encounter, said.subject, name)))
      if (said.page !== undefined) submissions.met(said.subject, said.page)
      const number = this.#wanted.get(said.subject)
      if (number !== undefined) wanted.push(number)
    }
    await commits.write(() => {
      outbox.add('/v1/encounters', leaving, via)
      outbox.tallies.add('stayed', encounters.length - leaving.length)
    })
    return wanted
  }

  /** Pages, by hash, of which the upstream would like the text, by their numbers. */
  wanted(numbers: Iterable<number>): readonly string[] {
    const hashes: string[] = []
    for (const number of numbers) {
      const hash = this.#hashes.get(number)
      if (hash !== undefined && hashes.length < NAMED_MAX) hashes.push(hash)
    }
    return hashes
  }

  /** The upstream would like some texts; those that this site met itself are no matter of others. */
  ask(hashes: readonly string[]): void {
    const { submissions } = this.#parts
    if (submissions.policy === 'never') return
    for (const hash of hashes) {
      if (this.#wanted.has(hash) || submissions.knows(hash)) continue
      const oldest = this.#wanted.size < WANTED_MAX ? undefined : this.#wanted.keys().next().value
      if (oldest !== undefined) this.#forget(oldest)
      this.#last += 1
      this.#wanted.set(hash, this.#last)
      this.#hashes.set(this.#last, hash)
    }
  }

  /** Whether a text may go on: it was asked for, and passes the border. {@link Passing.submitted} has it go. */
  submit(text: string): Result<Subject> {
    const { border, submissions } = this.#parts
    const page = admitPage(text)
    if (!page.ok) return page
    const said = border.judge(page.value)
    if (submissions.policy === 'never') return fail('invalid', 'this edge gives no texts of pages further on')
    if (said.stays !== false || said.page === undefined) return fail('invalid', 'it may not leave this edge')
    if (!this.#wanted.has(said.subject)) return fail('not-found', `nobody waits for the text of "${text.slice(0, 80)}"`)
    return page
  }

  /** Texts that were found good: they wait for a word of this site's administrator, too, or go at once where none is needed. */
  async submitted(pages: readonly Subject[], { via }: Pick<Bearer, 'via'>): Promise<void> {
    const { border, submissions, outbox, commits } = this.#parts
    const found = pages.flatMap(page => {
      const said = border.judge(page)
      return said.stays === false && said.page !== undefined ? [{ hash: said.subject, text: said.page }] : []
    })
    for (const { hash, text } of found) submissions.met(hash, text)
    const leaving = submissions.wanted(found.map(({ hash }) => hash))
    const items = leaving.map(text => JSON.stringify(text))
    if (items.length > 0) await commits.write(() => outbox.add('/v1/submissions', items, via))
    for (const { hash } of found) this.#forget(hash)
  }

  clear(): void {
    this.#wanted.clear()
    this.#hashes.clear()
  }

  #outgoing({ hour, asked, blocked, untested, id }: Encounter, subject: string, name: string): WireEncounter {
    const time = `${new Date(hour).toISOString().slice(0, 19)}Z`
    const pseudonym = id === undefined ? freshName() : this.#parts.pseudonyms.of('id', name, id)
    return { subject, hour: time, asked, blocked, untested, id: pseudonym }
  }

  #forget(hash: string): void {
    this.#hashes.delete(this.#wanted.get(hash) ?? 0)
    this.#wanted.delete(hash)
  }
}
