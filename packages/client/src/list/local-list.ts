/** A list that is held here and kept up to date: the prefixes, which version they are, and when to ask again. */
import { bytesEqual, fail, ok, type Problem, type Result } from '@tocsin/core/base'
import type { PublicSuffixes } from '@tocsin/core/subject'
import { TocsinProblem } from '../problem.ts'
import { CompactList } from './compact-list.ts'
import { readStored, type StoredList, writeStored } from './list-bytes.ts'
import type { ListUpdate } from './messages.ts'
import type { HashServer, ServedUpdate } from './server.ts'
import { type UrlHash, urlHashes } from './url-hashes.ts'

/** The list of everything that a node blocks. */
const EVERYTHING = 'tocsin-all-4b'

/** What a list that could not be fetched waits at least, and at most, in seconds: doubled with each failure. */
const RETRY_SECONDS = 30
const RETRY_SECONDS_MAX = 3600

/** Pieces of a long list that are fetched in one turn; more are had in the next. */
const PIECES_MAX = 1000

/** How a turn came out. `early`: the server asked to wait longer, and nothing was asked. */
export type Turn = 'early' | 'unchanged' | 'updated'

/** See above. Hold one for each list; it is changed by {@link LocalList.update} alone. */
export class LocalList {
  readonly name: string
  #list: CompactList
  #version: Uint8Array
  #checkedAt: number
  #dueAt: number
  /** When it was asked for last, by the clock of then. */
  #askedAt = Number.NEGATIVE_INFINITY
  #failures = 0

  /** An empty list, to be fetched; `tocsin-all-4b` by default. */
  constructor(name: string = EVERYTHING) {
    this.name = name
    this.#list = new CompactList(new Uint32Array())
    this.#version = new Uint8Array()
    this.#checkedAt = Number.NEGATIVE_INFINITY
    this.#dueAt = Number.NEGATIVE_INFINITY
  }

  /** The list of {@link LocalList.store}. Fails as `invalid` for bytes that are not whole, or have changed since. */
  static restore(bytes: Uint8Array): Result<LocalList> {
    const stored = readStored(bytes)
    if (!stored.ok) return stored
    const local = new LocalList(stored.value.name)
    local.#take(stored.value)
    return ok(local)
  }

  /** The prefixes that it holds. */
  get list(): CompactList {
    return this.#list
  }

  /** When a server that is up to date last said that this is the list, in milliseconds since 1970; −Infinity for never. */
  get checkedAt(): number {
    return this.#checkedAt
  }

  /** When to update again: not before, if the server's wish and its rest after a failure are to be kept. */
  get dueAt(): number {
    return this.#dueAt
  }

  /**
   * The expressions of a URL that may be on the list. None: it is not on it. Any: one in four thousand million is there by
   * chance, times the length of the list; the full hash decides, which the server knows. Fails as `invalid` for no URL.
   */
  checkUrl(url: string, suffixes: PublicSuffixes): Result<readonly UrlHash[]> {
    const hashed = urlHashes(url, suffixes)
    return hashed.ok ? ok(hashed.value.hashes.filter(({ prefix }) => this.#list.has(prefix))) : hashed
  }

  /**
   * Fetches what differs, or the whole. Rejects with a `TocsinProblem` where that fails; what is held stays, and
   * `dueAt` moves on, twice as far with each failure and never at the same time as others'.
   *
   * @param now milliseconds since 1970
   * @param random a number from 0 to 1, for the wait after a failure
   */
  async update(server: Pick<HashServer, 'list'>, now: number, random: () => number = Math.random): Promise<Turn> {
    // Before it was asked for last: the clock was set back, and the time to come may be years away.
    if (now >= this.#askedAt && now < this.#dueAt) return 'early'
    this.#askedAt = now
    try {
      const turn = await this.#fetch(server, now)
      this.#failures = 0
      return turn
    } catch (error) {
      const wait = Math.min(RETRY_SECONDS_MAX, RETRY_SECONDS * 2 ** this.#failures)
      this.#failures++
      this.#dueAt = now + wait * 1000 * (1 + random())
      throw error
    }
  }

  /** The list as bytes, to be kept: two to three for each prefix. */
  store(): Uint8Array {
    return writeStored({ name: this.name, list: this.#list, version: this.#version, checkedAt: this.#checkedAt })
  }

  async #fetch(server: Pick<HashServer, 'list'>, now: number): Promise<Turn> {
    let turn: Turn = 'unchanged'
    for (let piece = 0; piece < PIECES_MAX; piece++) {
      const update = await server.list(this.name, this.#version)
      if (this.#isWorthMoreThan(update)) {
        this.#dueAt = now + (update.waitSeconds || RETRY_SECONDS) * 1000
        return turn
      }
      const applied = this.#applied(update)
      // What is here is not what the server takes it for: the whole list will be.
      if (!applied.ok && this.#version.length > 0) this.#version = new Uint8Array()
      else if (!applied.ok) throw asProblem(applied.problem)
      else {
        const isUnchanged = applied.value === this.#list
        if (!isUnchanged) turn = 'updated'
        // A piece is the beginning of the list: what is not in it may yet be listed.
        const isWhole = update.waitSeconds > 0 || isUnchanged
        const isChecked = isWhole && update.state !== 'stale'
        const checkedAt = isChecked ? now : Number.NEGATIVE_INFINITY
        this.#take({ name: this.name, list: applied.value, version: update.version, checkedAt })
        this.#dueAt = now + (update.waitSeconds || RETRY_SECONDS) * 1000
        if (isWhole) return turn
      }
    }
    return turn
  }

  /**
   * Whether what is held stays: a server that lies behind says what was so once, which may be before this was checked, and
   * what has come on the list since would be missing from a list that counts as checked.
   */
  #isWorthMoreThan({ state }: ServedUpdate): boolean {
    return state === 'stale' && this.#checkedAt !== Number.NEGATIVE_INFINITY
  }

  #take({ list, version, checkedAt }: StoredList): void {
    this.#list = list
    this.#version = version
    this.#checkedAt = checkedAt
  }

  #applied({ name, partial, removals, additions, checksum }: ListUpdate): Result<CompactList> {
    if (name !== this.name) return fail('invalid', `Cannot update list "${this.name}": the answer is of "${name}"`)
    const isEmpty = removals.length === 0 && additions.length === 0
    // Without a checksum nothing may have changed.
    if (partial && isEmpty && checksum.length === 0) return ok(this.#list)
    const before = partial ? this.#list : new CompactList(new Uint32Array())
    const after = before.updated(removals, additions)
    if (after.ok && !bytesEqual(after.value.checksum(), checksum)) {
      return fail('invalid', `Cannot update list "${this.name}": its checksum must be that of the server`)
    }
    return after
  }
}

function asProblem({ code, message }: Problem): TocsinProblem {
  return new TocsinProblem(code === 'invalid' ? 'unavailable' : code, message, 200)
}
