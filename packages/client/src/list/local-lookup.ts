/**
 * The ladder of a client that asks as little as it can: the lists that it holds, then what it was told lately, then a
 * server, which is shown four bytes of a hash and no more.
 *
 *     on no list                                        not-listed   nobody was asked
 *     on a list → kept, and the full hash is among it   listed
 *     on a list → not kept → the server knows the hash  listed, or not-listed
 *     on a list → nobody answers                        unsure       remembered, for recheck()
 *     no list, or one that is too old                   as if everything were on it
 */
import { bytesEqual } from '@tocsin/core/base'
import type { PublicSuffixes } from '@tocsin/core/subject'
import { isUnanswered, TocsinProblem } from '../problem.ts'
import { AnswerCache } from './answer-cache.ts'
import type { LocalList } from './local-list.ts'
import type { FoundHash } from './messages.ts'
import { Remembered } from '../remembered.ts'
import type { Found, PrefixSearch } from './server.ts'
import { type UrlHash, urlHashes } from './url-hashes.ts'

/**
 * What is known of a URL. `unsure` is neither of the others: nobody could be asked, or who was asked lies behind its
 * network. Decide by what a mistake costs, and ask again.
 */
export type Outcome = 'listed' | 'not-listed' | 'unsure'

/** An answer. */
export interface LocalAnswer {
  /** As it was asked. */
  readonly url: string
  /** Its canonical text: `url:example.com/a`. */
  readonly subject: string
  readonly outcome: Outcome
  /** Who knew: the lists alone, the cache, a server; `nobody` where it is unsure because none answered. */
  readonly by: 'list' | 'cache' | 'server' | 'nobody'
  /** The name of the server among several that knew. */
  readonly server?: string
  /** The expression that is listed: `domain:example.com`. */
  readonly matched?: string
  /** What it is listed for, as the protocol says: `MALWARE`, `SOCIAL_ENGINEERING`. None unless it is listed. */
  readonly threats: readonly string[]
  /** A sentence for people. */
  readonly reason: string
}

/** What a lookup is made of. */
export interface LocalLookupOptions {
  /** The lists to look into; whoever made them updates them. None: a server is asked about everything. */
  readonly lists: readonly LocalList[]
  readonly server: PrefixSearch
  /** The Public Suffix List. */
  readonly suffixes: PublicSuffixes
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** Seconds after which a list that was not checked is no proof of "not listed"; 3,600 by default. */
  readonly listStaleAfterSeconds?: number
  /** Prefixes whose answers are kept; 10,000 by default. */
  readonly cachedMax?: number
  /** URLs that are remembered because nobody answered; 1,000 by default, the oldest go first. */
  readonly rememberedMax?: number
  /**
   * Called for each URL that was remembered, once it is sure, with the URL as it was asked: whoever asks again, or by
   * itself when a server answers after a silence.
   */
  readonly onSettled?: (answer: LocalAnswer, asked: string) => void
}

const LIST_STALE_AFTER_SECONDS = 3600
const CACHED_MAX = 10_000
const REMEMBERED_MAX = 1000

/** See above. */
export class LocalLookup {
  readonly #options: LocalLookupOptions
  readonly #cache: AnswerCache
  readonly #remembered: Remembered<LocalAnswer>

  constructor(options: LocalLookupOptions) {
    this.#options = options
    this.#cache = new AnswerCache(options.cachedMax ?? CACHED_MAX)
    this.#remembered = new Remembered({
      max: options.rememberedMax ?? REMEMBERED_MAX,
      clock: options.clock,
      askAgain: urls => this.#checkUntilSilence(urls),
      isSure: ({ outcome }) => outcome !== 'unsure',
      onSettled: options.onSettled,
    })
  }

  /** URLs that are unsure and wait for {@link recheck}, the oldest first. */
  get waiting(): readonly string[] {
    return this.#remembered.questions
  }

  /** How many were unsure and gave way to later ones. */
  get forgotten(): number {
    return this.#remembered.forgotten
  }

  /** Looks a URL up. Rejects with a `TocsinProblem` for what is no URL, or where the server refuses the question. */
  async check(url: string): Promise<LocalAnswer> {
    const hashed = urlHashes(url, this.#options.suffixes)
    if (!hashed.ok) throw new TocsinProblem('invalid', hashed.problem.message, 0)
    const { subject, hashes } = hashed.value
    const answer = { url, subject, ...(await this.#climb(hashes)) }
    this.#remembered.note(url, answer)
    if (answer.by === 'nobody') this.#remembered.silent()
    else if (answer.by === 'server' && answer.outcome !== 'unsure') this.#remembered.answered()
    return answer
  }

  /**
   * Looks up again what is unsure, the oldest first, and gives the answers that are sure now. Stops where nobody answers
   * again; call it when the connection is back.
   */
  async recheck(): Promise<readonly LocalAnswer[]> {
    return await this.#remembered.recheck()
  }

  async #checkUntilSilence(urls: readonly string[]): Promise<readonly LocalAnswer[]> {
    const answers: LocalAnswer[] = []
    for (const url of urls) {
      const answer = await this.check(url)
      answers.push(answer)
      if (answer.by === 'nobody') break
    }
    return answers
  }

  async #climb(hashes: readonly UrlHash[]): Promise<Said> {
    const asked = this.#onLists(hashes)
    if (asked.length === 0) return { ...NOT_LISTED, by: 'list', reason: 'on none of the lists held here' }
    const unknown: UrlHash[] = []
    for (const hash of asked) {
      const kept = this.#cache.find(hash.prefix, this.#options.clock())
      const match = kept && matchIn(kept, hash)
      if (match !== undefined) return listed(hash, match, 'cache')
      if (kept === undefined) unknown.push(hash)
    }
    if (unknown.length === 0) return { ...NOT_LISTED, by: 'cache', reason: 'not listed, as a server said lately' }
    return await this.#ask(unknown)
  }

  /** The hashes that may be listed: those on a list, or all of them where a list says too little. */
  #onLists(hashes: readonly UrlHash[]): readonly UrlHash[] {
    const { lists, clock, listStaleAfterSeconds = LIST_STALE_AFTER_SECONDS } = this.#options
    const now = clock()
    const oldest = now - listStaleAfterSeconds * 1000
    // Checked in the future: the clock was set back, and nobody knows how long ago that was.
    const isProof = lists.length > 0 && lists.every(({ checkedAt }) => checkedAt >= oldest && checkedAt <= now)
    if (!isProof) return hashes
    return hashes.filter(({ prefix }) => lists.some(({ list }) => list.has(prefix)))
  }

  async #ask(unknown: readonly UrlHash[]): Promise<Said> {
    const prefixes = [...new Set(unknown.map(({ prefix }) => prefix))]
    let found: Found
    try {
      found = await this.#options.server.search(prefixes)
    } catch (error) {
      if (!isUnanswered(error) && !isLimited(error)) throw error
      return { outcome: 'unsure', by: 'nobody', threats: [], reason: error.message }
    }
    // What a server that lies behind has not found is unsure; from the cache it would be told as sure.
    if (found.state === 'fresh') this.#cache.put(prefixes, found, this.#options.clock())
    return { ...judged(unknown, found), ...(found.server === undefined ? {} : { server: found.server }) }
  }
}

type Said = Omit<LocalAnswer, 'url' | 'subject'>

const NOT_LISTED = { outcome: 'not-listed', threats: [] } as const

const BEHIND = {
  outcome: 'unsure',
  threats: [],
  reason: 'not listed, but the server lies behind its network',
} as const

function judged(asked: readonly UrlHash[], { hashes, state }: Found): Said {
  for (const hash of asked) {
    const match = matchIn(hashes, hash)
    if (match !== undefined) return listed(hash, match, 'server')
  }
  if (state === 'stale') return { ...BEHIND, by: 'server' }
  return { ...NOT_LISTED, by: 'server', reason: 'not listed, as the server says' }
}

function listed({ expression }: UrlHash, { threats }: FoundHash, by: 'cache' | 'server'): Said {
  return {
    outcome: 'listed',
    by,
    matched: expression,
    threats,
    reason: `listed: ${expression} (${threats.join(', ')})`,
  }
}

function matchIn(hashes: readonly FoundHash[], { hash }: UrlHash): FoundHash | undefined {
  return hashes.find(found => bytesEqual(found.hash, hash))
}

function isLimited(error: unknown): error is TocsinProblem {
  return error instanceof TocsinProblem && error.code === 'limited'
}
