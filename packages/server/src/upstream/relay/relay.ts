/**
 * The book of an upstream, offered further on: the signed head as it came, once this node's own mirror is there, and the
 * files that lead there, kept or asked for. Nothing is signed here and nothing has to be believed: who follows this node
 * measures all of it by the head, which only the node that makes the book can sign.
 *
 * With nobody upstream, whoever is where this node has been is led on by the deltas that it took itself; the others are told
 * to come again. That holds across a restart, as long as the head is valid.
 */
import { ProblemError, unwrap } from '@tocsin/core/base'
import type { ListFileName, SignedHead, TrustedKey } from '@tocsin/core/list'
import type { Head, HeadListener, Sequence } from '../../book/book.ts'
import type { FilePlace, OfferedBook, SnapshotFile, Way } from '../../book/distribution.ts'
import { GoneError } from '../failure.ts'
import type { Later } from '../following.ts'
import type { BelievedHead } from '../heads.ts'
import { type Changes, filesBetween, parseChanges } from '../plan.ts'
import type { Servers } from '../servers.ts'
import type { AppliedStep } from '../synchroniser.ts'
import type { RelayDownloads } from './downloads.ts'
import type { RelayFiles } from './files.ts'
import type { KeptPlace } from './kept-place.ts'
import { TakenDeltas } from './way.ts'

/** What a relay works with. */
export interface RelayParts {
  readonly servers: Servers
  readonly files: RelayFiles
  readonly downloads: RelayDownloads
  /** Seconds since the mirror was last known to be where its upstream is. */
  readonly ageSeconds: () => number
  readonly later: Later
  /** Handed where this relay is, each time that a head is offered. */
  readonly keep: (place: () => KeptPlace) => void
}

/** A way of own deltas that is taken without asking whether there is a shorter one. Files. */
const SHORT_WAY = 16

/** Deltas that a restart leaves; each takes 130 bytes in the file. */
const KEPT_DELTAS = 512

/** Plans that are remembered: replicas that follow are at a few places. */
const PLANS_MAX = 256

/** Files that may be asked for, by name. */
const NAMES_MAX = 16_384

/** Questions to the upstream at the same time. */
const ASKED_AT_A_TIME = 32

/** For so long a question waits for the upstream, in milliseconds; a replica gives up at 30 seconds. */
const ASKING_MS = 10_000

/** For so long one waits for a file, in milliseconds; it goes on to come, and is here for who asks again. */
const FILE_MS = 20_000

/** See the head of this file. */
export class Relay implements OfferedBook {
  readonly #parts: RelayParts
  readonly #taken = new TakenDeltas()
  readonly #plans = new Map<string, Promise<Way>>()
  /** What has been named to somebody: nothing else is asked for on behalf of others. The oldest first. */
  readonly #names = new Map<string, ListFileName>()
  readonly #listeners = new Set<HeadListener>()
  #believed: BelievedHead | undefined
  #asked = 0

  constructor(parts: RelayParts) {
    this.#parts = parts
  }

  /** Offers a head from now on. The mirror must be there. */
  offer(believed: BelievedHead): void {
    const before = this.#believed?.head
    this.#believed = believed
    const { head, signed } = believed
    this.#parts.keep(() => ({ signed, taken: this.#taken.last(KEPT_DELTAS) }))
    if (head.snapshot !== undefined) this.#name(head.snapshot)
    if (before?.bookId !== head.bookId) this.#plans.clear()
    if (before?.bookId === head.bookId && before.sequence === head.sequence) return
    for (const listener of this.#listeners) listener(head)
  }

  /** Goes on where an earlier run was: `believed` has been verified again, and the mirror is there or beyond. */
  resume(believed: BelievedHead, taken: Changes): void {
    this.#taken.resume(taken)
    this.offer(believed)
  }

  /** Keeps the files of a step that the mirror has taken. */
  readonly applied = (step: AppliedStep): void => {
    for (const file of [...(step.snapshot === undefined ? [] : [step.snapshot]), ...step.deltas]) {
      try {
        this.#parts.files.take(file, step.pathOf(file))
      } catch {
        // There is no room on the disk: it is asked for again, should somebody want it.
      }
      this.#name(file)
    }
    this.#taken.note(step)
  }

  head(): Head | undefined {
    return this.#believed?.head
  }

  signed(): SignedHead | undefined {
    return this.#believed?.signed
  }

  key(): TrustedKey | undefined {
    return this.#believed?.signer
  }

  snapshot(): SnapshotFile | undefined {
    return this.#believed?.head.snapshot
  }

  ageSeconds(): number {
    return this.#parts.ageSeconds()
  }

  onHead(listener: HeadListener): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  async changes(since: Sequence, asked?: Sequence, via?: string): Promise<Way | undefined> {
    const head = this.#believed?.head
    if (head === undefined) return undefined
    const { bookId, sequence } = head
    if (since > sequence) return { state: 'ahead', sequence }
    // Never beyond what this node has itself: it could not show the head of it.
    const to = asked !== undefined && asked > since && asked < sequence ? asked : sequence
    if (since === to) return { state: 'known', bookId, to, files: [] }
    const own = this.#taken.between(head, since, to, ({ name }) => this.#parts.files.has(name))
    if (own !== undefined && own.length <= SHORT_WAY) return { state: 'known', bookId, to, files: own }
    try {
      const way = await this.#plan(bookId, since, to, via)
      // Each time that it is told: among many others a name may have been forgotten meanwhile.
      if (way.state === 'known') for (const file of way.files) this.#name(file)
      return way
    } catch (error) {
      if (own !== undefined) return { state: 'known', bookId, to, files: own }
      throw asUnavailable(`tell the changes since ${since}`, error)
    }
  }

  async file(name: string, via?: string): Promise<FilePlace | undefined> {
    const here = await this.#parts.files.find(name)
    if (here !== undefined) return here
    const file = this.#names.get(name)
    if (file === undefined) return undefined
    try {
      return await this.#within(FILE_MS, this.#parts.downloads.fetch(file, via))
    } catch (error) {
      if (!(error instanceof ProblemError) || error.problem.code !== 'not-found') throw error
      // Merged into a longer one: the plans that name it lead nowhere.
      this.#names.delete(name)
      this.#plans.clear()
      return undefined
    }
  }

  /** What the upstream says, once for all who ask alike. A plan that leads exactly from one place to another stays true. */
  #plan(bookId: string, since: number, to: number, via: string | undefined): Promise<Way> {
    const question = `${since} ${to}`
    const known = this.#plans.get(question)
    if (known !== undefined) return known
    const plan = this.#ask(bookId, since, to, via)
    for (const oldest of this.#plans.keys()) {
      if (this.#plans.size < PLANS_MAX) break
      this.#plans.delete(oldest)
    }
    this.#plans.set(question, plan)
    const forget = () => {
      if (this.#plans.get(question) === plan) this.#plans.delete(question)
    }
    plan.then(way => {
      // The next snapshot is another one.
      if (way.state !== 'known') forget()
    }, forget)
    return plan
  }

  async #ask(bookId: string, since: number, to: number, via: string | undefined): Promise<Way> {
    if (this.#asked >= ASKED_AT_A_TIME) throw new Error(`at most ${ASKED_AT_A_TIME} questions go on at the same time`)
    let told: unknown
    this.#asked += 1
    try {
      told = await this.#parts.servers.ask(server =>
        server.changes(since, to, undefined, AbortSignal.timeout(ASKING_MS), via),
      )
    } catch (error) {
      if (error instanceof GoneError) return { state: 'gone', snapshot: this.#believed?.head.snapshot }
      throw error
    } finally {
      this.#asked -= 1
    }
    const changes = unwrap(parseChanges(told))
    const files = changes.bookId === bookId ? filesBetween(changes, since, to) : undefined
    if (files === undefined) throw new Error('the upstream is further on, and this node follows')
    return { state: 'known', bookId, to, files }
  }

  #name({ name, bytes }: ListFileName): void {
    this.#names.delete(name)
    this.#names.set(name, { name, bytes })
    if (this.#names.size <= NAMES_MAX) return
    for (const oldest of this.#names.keys()) {
      this.#names.delete(oldest)
      return
    }
  }

  #within<T>(ms: number, work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const callOff = this.#parts.later(ms, () => {
        const message = `Cannot give the file yet: it must be here whole, and is on its way for ${ms / 1000} s; ask again`
        reject(new ProblemError({ code: 'unavailable', message }))
      })
      work.then(resolve, reject).finally(callOff)
    })
  }
}

/** Whatever ails this node's upstream, who asked here has done nothing wrong and may come again. */
function asUnavailable(what: string, error: unknown): ProblemError {
  const why = error instanceof Error ? error.message : String(error)
  return new ProblemError({ code: 'unavailable', message: `Cannot ${what}: ${why}` }, { cause: error })
}
