/**
 * Keeps a mirror at its upstream's head: one round after the other, each of them the whole way from where the mirror is.
 *
 * A round reads a head (or takes one that was pushed), verifies it, asks which deltas lead there, fetches what is missing
 * and has the mirror go there in one step. Where the deltas do not lead there, are larger than a snapshot, or come to another
 * state than the head's, the next way begins with the snapshot that the head names. Whatever fails, the mirror's last good
 * state stays in force; the upstream that failed is left alone for a while, and the next one is tried.
 */
import { ProblemError, unwrap } from '@tocsin/core/base'
import type { Instant } from '@tocsin/core/evidence'
import type { DistributedHead, ListFileName } from '@tocsin/core/list'
import { SUBJECT_TYPES, type SubjectType } from '@tocsin/core/subject'
import type { Mirror, MirrorStep } from '../book/replica.ts'
import type { Downloads } from './download.ts'
import { GoneError } from './failure.ts'
import { ageOf, agrees, type Heads } from './heads.ts'
import { bytesOf, type DeltaName, filesBetween, parseChanges } from './plan.ts'
import type { UpstreamServer } from './server.ts'
import type { Servers } from './servers.ts'

/** What a synchroniser works with. */
export interface SynchroniserParts {
  readonly mirror: Mirror
  /** The types that are mirrored. */
  readonly types: readonly SubjectType[]
  readonly servers: Servers
  readonly heads: Heads
  readonly downloads: Downloads
  readonly clock: () => Instant
  /** Called before a server's word is heard: sees to it that there is a key to believe it by. */
  readonly introduce: (server: UpstreamServer, signal: AbortSignal) => Promise<void>
  /** Told that the mirror was found to be where a valid head is, and when the book was known to end there. */
  readonly confirmed: (at: Instant) => void
  /** Told that a snapshot is taken because the deltas did not come to the state that the head says. */
  readonly healing: (why: string) => void
  /** Handed the files of a step that came to its head's state, before they are removed; may move them. Must not throw. */
  readonly applied?: (step: AppliedStep) => void
}

/** A step that the mirror has taken. */
export interface AppliedStep {
  readonly head: DistributedHead
  /** Where the mirror was before its first delta. */
  readonly from: number
  readonly snapshot: ListFileName | undefined
  readonly deltas: readonly DeltaName[]
  readonly pathOf: (file: ListFileName) => string
}

/** What goes on, for people. */
export interface SyncProgress {
  readonly is: 'waiting' | 'asking' | 'downloading' | 'applying'
  /** Of the files of this step. */
  readonly bytesDone: number
  readonly bytesTotal: number
  readonly isSnapshot: boolean
}

const WAITING: SyncProgress = { is: 'waiting', bytesDone: 0, bytesTotal: 0, isSnapshot: false }

/** How often a head is read again because the upstream has published more while it was asked for its files. */
const READ_AGAIN_MAX = 8

/** A head that was pushed, and by whom. */
export interface Offer {
  readonly server: UpstreamServer
  readonly signed: unknown
  /** When it came; now, where absent. */
  readonly at?: Instant
}

/** See the head of this file. */
export class Synchroniser {
  readonly #parts: SynchroniserParts
  #progress: SyncProgress = WAITING
  #healed = 0

  constructor(parts: SynchroniserParts) {
    this.#parts = parts
  }

  progress(): SyncProgress {
    return this.#progress
  }

  /** How often the mirror was made again from a snapshot because it came to another state than its head's. */
  get healed(): number {
    return this.#healed
  }

  /** Goes to the newest head. Rejects with a `ProblemError`; the mirror stays as it was then. */
  async round(offer: Offer | undefined, signal: AbortSignal): Promise<void> {
    try {
      await this.#parts.mirror.renew()
      await this.#parts.servers.try(server =>
        this.#follow(server, offer?.server === server ? offer : undefined, signal),
      )
    } finally {
      this.#progress = WAITING
    }
  }

  async #follow(server: UpstreamServer, offer: Offer | undefined, signal: AbortSignal): Promise<void> {
    this.#progress = { ...WAITING, is: 'asking' }
    await this.#parts.introduce(server, signal)
    let word = this.#believed(offer)
    for (let reading = 0; reading < READ_AGAIN_MAX; reading++) {
      const { head, at } = word ?? this.#word(await server.head(signal), this.#parts.clock())
      if (await this.#reaches(head, server, signal)) return this.#parts.confirmed(at)
      word = undefined
    }
    throw unreached(`it must offer the files of the head that it shows, and did not ${READ_AGAIN_MAX} times`)
  }

  /** News may be overtaken by what was asked meanwhile. What is wrong with it otherwise, the head that is asked for tells. */
  #believed(offer: Offer | undefined): Word | undefined {
    if (offer === undefined) return undefined
    try {
      return this.#word(offer.signed, offer.at ?? this.#parts.clock())
    } catch {
      return undefined
    }
  }

  /** @throws ProblemError for what is not to be believed */
  #word(signed: unknown, cameAt: Instant): Word {
    const { heads, mirror } = this.#parts
    return { head: heads.believe(signed, mirror.head()), at: cameAt - ageOf(signed) }
  }

  /** False where the upstream has moved on, and a newer head is to be read: a file that is merged by now is gone, too. */
  async #reaches(head: DistributedHead, server: UpstreamServer, signal: AbortSignal): Promise<boolean> {
    try {
      return await this.#goTo(head, server, signal)
    } catch (error) {
      if (error instanceof ProblemError && error.problem.code === 'not-found') return false
      throw error
    }
  }

  async #goTo(head: DistributedHead, server: UpstreamServer, signal: AbortSignal): Promise<boolean> {
    const own = this.#parts.mirror.head()
    if (head.bookId !== own.bookId) return await this.#startAnew(head, server, signal)
    if (head.sequence === own.sequence) {
      if (agrees(own, head, this.#parts.types)) return true
      return await this.#heal(`its state at sequence ${own.sequence} is not the head's`, head, server, signal)
    }
    const way = await this.#deltas(own.sequence, head, server, signal)
    if (way === 'moved') return false
    if (way === 'gone' || (head.snapshot !== undefined && bytesOf(way) > head.snapshot.bytes)) {
      return await this.#startAnew(head, server, signal)
    }
    try {
      await this.#apply({ head, deltas: way }, server, signal)
      return true
    } catch (error) {
      if (!(error instanceof ProblemError) || error.problem.code !== 'stale') throw error
      return await this.#heal(error.problem.message, head, server, signal)
    }
  }

  async #heal(why: string, head: DistributedHead, server: UpstreamServer, signal: AbortSignal): Promise<boolean> {
    this.#parts.healing(why)
    const isThere = await this.#startAnew(head, server, signal)
    if (isThere) this.#healed += 1
    return isThere
  }

  /** The way that begins with the head's snapshot, or with nothing where it has none. */
  async #startAnew(head: DistributedHead, server: UpstreamServer, signal: AbortSignal): Promise<boolean> {
    const { snapshot } = head
    const from = snapshot?.sequence ?? 0
    const way = from === head.sequence ? [] : await this.#deltas(from, head, server, signal)
    if (way === 'moved') return false
    if (way === 'gone') throw unreached(`it must tell the changes since its own snapshot at ${from}, and does not`)
    await this.#apply({ head, deltas: way, snapshot, fromNothing: snapshot === undefined }, server, signal)
    return true
  }

  async #deltas(
    from: number,
    head: DistributedHead,
    server: UpstreamServer,
    signal: AbortSignal,
  ): Promise<readonly DeltaName[] | 'moved' | 'gone'> {
    const { types } = this.#parts
    const some = types.length === SUBJECT_TYPES.length ? undefined : types
    try {
      const changes = unwrap(parseChanges(await server.changes(from, head.sequence, some, signal)))
      if (changes.bookId !== head.bookId) return 'moved'
      return filesBetween(changes, from, head.sequence) ?? 'moved'
    } catch (error) {
      if (error instanceof GoneError) return 'gone'
      throw error
    }
  }

  async #apply(
    { head, snapshot, fromNothing, deltas }: Way,
    server: UpstreamServer,
    signal: AbortSignal,
  ): Promise<MirrorStep['head']> {
    const files = [...(snapshot === undefined ? [] : [snapshot]), ...deltas]
    const { downloads, mirror } = this.#parts
    downloads.keepOnly(files)
    this.#progress = {
      is: 'downloading',
      bytesDone: 0,
      bytesTotal: bytesOf(files),
      isSnapshot: snapshot !== undefined,
    }
    const paths = new Map<string, string>()
    for (const file of files) paths.set(file.name, await downloads.fetch(file, server, this.#came, signal))
    this.#progress = { ...this.#progress, is: 'applying' }
    const pathOf = ({ name }: ListFileName) => paths.get(name)!
    const own = mirror.head()
    const reached = await mirror.apply({
      head,
      snapshot: snapshot && pathOf(snapshot),
      fromNothing: fromNothing === true,
      deltas: deltas.map(pathOf),
    })
    const from = snapshot?.sequence ?? (fromNothing === true ? 0 : own.sequence)
    this.#parts.applied?.({ head, from, snapshot, deltas, pathOf })
    downloads.keepOnly([])
    return reached
  }

  readonly #came = (bytes: number): void => {
    this.#progress = { ...this.#progress, bytesDone: this.#progress.bytesDone + bytes }
  }
}

interface Word {
  readonly head: DistributedHead
  /** When the book was known to end there: when the head came, or before, where it came from a node that relays it. */
  readonly at: Instant
}

interface Way {
  readonly head: DistributedHead
  readonly snapshot?: DistributedHead['snapshot']
  readonly fromNothing?: boolean
  readonly deltas: readonly DeltaName[]
}

function unreached(why: string): ProblemError {
  return new ProblemError({ code: 'unavailable', message: `Cannot follow the upstream: ${why}` })
}
