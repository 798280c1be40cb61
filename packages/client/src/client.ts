/** The client of a Tocsin node: asks, reports, administers. */
import type { Action } from '@tocsin/core/verdict'
import {
  BATCH_MAX,
  REPORT_MAX,
  type WireAnswer,
  type WireEvidence,
  type WireExplanation,
  type WireHead,
  type WireImport,
  type WireReceipt,
  type WireRetraction,
  type WireStatus,
  type WireUnparsed,
} from '@tocsin/core/wire'
import { isAnswer, isUnparsed, recordOf, unavailableAnswer } from './answers.ts'
import { AppealClient } from './appeals.ts'
import { FeedClient } from './feeds.ts'
import { KeyClient } from './keys.ts'
import type { RequestBody } from './platform.ts'
import { isUnanswered } from './problem.ts'
import { type ClientOptions, strangeAnswer, Transport } from './transport.ts'
import { TrustClient } from './trust.ts'

/** What a {@link TocsinClient} is made of. */
export interface TocsinClientOptions extends ClientOptions {
  /** The action in answers whose state is `unavailable`; `allow` by default. The site's own policy cannot be asked then. */
  readonly whenUnavailable?: Action
}

/** How a list is to be read; the node's defaults for what is absent. */
export interface ImportOptions {
  readonly kind?: string
  /** 0 (excluded) to 1. */
  readonly confidence?: number
  readonly format?: string
  /** For the format `csv`: which column is what, as in `subject=2,observedAt=1`. */
  readonly columns?: string
  /** ISO 8601 with an offset: when the list was so. */
  readonly asOf?: string
  /** Who is behind the source: sources of one organisation do not confirm each other. Its name, where absent. */
  readonly organisation?: string
  /** What the list was called where it comes from, by which some formats are told apart. */
  readonly fileName?: string
}

/**
 * Asks one Tocsin node.
 *
 * A verdict is never a boolean. An answer has a `state`, and the caller must look at it:
 *
 * - `fresh`: do what `action` says.
 * - `stale`: the node knows that it lies behind its network. `action` is its best guess; unsure.
 * - `unavailable`: nobody answered. The verdict is `untested` and says nothing; decide by what a mistake costs here.
 *
 * `check` and `checkAll` reject only for questions that are wrong (a {@link TocsinProblem}); all else rejects with a
 * `TocsinProblem` of code `unavailable` where nobody answers.
 */
export class TocsinClient {
  /** Access keys of the node; an admin key is needed. */
  readonly keys: KeyClient
  /** Feeds of the node; an admin key is needed. */
  readonly feeds: FeedClient
  /** Appeals against listings. */
  readonly appeals: AppealClient
  /** Trust of the node's sources; an admin key is needed. */
  readonly trust: TrustClient
  readonly #transport: Transport
  readonly #whenUnavailable: Action

  constructor({ whenUnavailable = 'allow', ...options }: TocsinClientOptions) {
    this.#transport = new Transport(options)
    this.#whenUnavailable = whenUnavailable
    this.keys = new KeyClient(this.#transport)
    this.feeds = new FeedClient(this.#transport)
    this.appeals = new AppealClient(this.#transport)
    this.trust = new TrustClient(this.#transport)
  }

  /** The reputation of a subject, as `ip:192.0.2.1`. Rejects with `invalid` for what is no subject. */
  async check(subject: string): Promise<WireAnswer> {
    const [answer] = await this.#orUnavailable([subject], async () => {
      const told = await this.#transport.ask({ method: 'GET', path: `/v1/reputation?${query({ subject })}` })
      if (!isAnswer(told)) throw strangeAnswer('a reputation')
      return [told]
    })
    return answer!
  }

  /**
   * The reputations of any number of subjects, in their order, 1,000 per request. What is no subject has `error` in its
   * place. Where nobody answers one of the requests, the answers of that one are `unavailable`.
   */
  async checkAll(subjects: readonly string[]): Promise<readonly (WireAnswer | WireUnparsed)[]> {
    const results: (WireAnswer | WireUnparsed)[] = []
    for (let at = 0; at < subjects.length; at += BATCH_MAX) {
      const batch = subjects.slice(at, at + BATCH_MAX)
      results.push(...(await this.#orUnavailable(batch, () => this.#checkBatch(batch))))
    }
    return results
  }

  /**
   * Every contribution to a score, and what would change the verdict.
   *
   * @param at the time to judge for, RFC 3339, past or to come; now, where absent
   */
  async explain(subject: string, at?: string): Promise<WireExplanation> {
    return await this.#ask<WireExplanation>('GET', `/v1/explain?${query({ subject, at })}`, 'contributions')
  }

  /**
   * Reports evidence, 10,000 items per request; resolves when all that was accepted is durable. Items that are refused
   * are listed by their place. Safe to repeat, where it rejects, if the items have an `id` or a time.
   */
  async report(evidence: readonly WireEvidence[]): Promise<WireReceipt> {
    let sum: WireReceipt = { accepted: 0, duplicate: 0, refused: [] }
    for (let at = 0; at < evidence.length; at += REPORT_MAX) {
      const part = evidence.slice(at, at + REPORT_MAX)
      const receipt = await this.#ask<WireReceipt>('POST', '/v1/evidence', 'accepted', part)
      sum = {
        accepted: sum.accepted + receipt.accepted,
        duplicate: sum.duplicate + receipt.duplicate,
        refused: [...sum.refused, ...receipt.refused.map(({ index, reason }) => ({ index: at + index, reason }))],
      }
    }
    return sum
  }

  /** Takes back what this key said of subjects, by kind; resolves with how many records went. */
  async retract(retractions: WireRetraction['retractions']): Promise<number> {
    const answer = await this.#ask<{ readonly retracted: number }>('POST', '/v1/evidence/retract', 'retracted', {
      retractions,
    })
    return answer.retracted
  }

  /** Where the node's book is. */
  async head(): Promise<WireHead> {
    const answer = recordOf(await this.#transport.ask({ method: 'GET', path: '/v1/book/head' }))
    // A node that distributes its book signs the head as text; who only wants to know has asked the node itself.
    return withField<WireHead>(typeof answer['head'] === 'string' ? parsed(answer['head']) : answer, 'sequence')
  }

  /** The node's live counts. */
  async status(): Promise<WireStatus> {
    return await this.#ask<WireStatus>('GET', '/v1/status', 'ledger')
  }

  /**
   * Imports a whole list as the source of this name; what the list does not hold any more is retracted. An admin key is
   * needed. There is no time limit, for a list may be long.
   */
  async importList(name: string, body: RequestBody, options: ImportOptions = {}): Promise<WireImport> {
    const path = `/v1/sources/${encodeURIComponent(name)}/list?${query({ ...options })}`
    const timeoutMs = Number.POSITIVE_INFINITY
    const answer = await this.#transport.ask({ method: 'PUT', path, body, contentType: 'text/plain', timeoutMs })
    return withField<WireImport>(answer, 'accepted')
  }

  async #checkBatch(subjects: readonly string[]): Promise<readonly (WireAnswer | WireUnparsed)[]> {
    const body = JSON.stringify({ subjects })
    const { results } = recordOf(await this.#transport.ask({ method: 'POST', path: '/v1/reputation', body }))
    const isWhole = Array.isArray(results) && results.length === subjects.length
    if (!isWhole || !results.every(result => isAnswer(result) || isUnparsed(result))) throw strangeAnswer('reputations')
    return results
  }

  async #orUnavailable<T>(
    subjects: readonly string[],
    ask: () => Promise<readonly T[]>,
  ): Promise<readonly (T | WireAnswer)[]> {
    try {
      return await ask()
    } catch (error) {
      if (!isUnanswered(error)) throw error
      return subjects.map(subject => unavailableAnswer(subject, this.#whenUnavailable, error.message))
    }
  }

  async #ask<T>(method: 'GET' | 'POST', path: string, field: keyof T & string, body?: unknown): Promise<T> {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) }
    return withField<T>(await this.#transport.ask({ method, path, ...sent }), field)
  }
}

/** An answer that has a field which the right one always has: enough to tell a node from another program. */
function withField<T>(answer: unknown, field: keyof T & string): T {
  if (recordOf(answer)[field] === undefined) throw strangeAnswer('what this question is answered with')
  return answer as T
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function query(values: Readonly<Record<string, string | number | undefined>>): string {
  const said = Object.entries(values).filter(([, value]) => value !== undefined)
  return said.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&')
}
