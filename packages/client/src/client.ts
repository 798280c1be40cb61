/** The client of a Tocsin node: asks, reports, administers. */
import type { Action, AnswerState } from '@tocsin/core/verdict'
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
import { FeedbackClient } from './feedback.ts'
import { FeedClient } from './feeds.ts'
import { KeyClient } from './keys.ts'
import type { RequestBody } from './platform.ts'
import { isUnanswered } from './problem.ts'
import { Remembered } from './remembered.ts'
import type { Told } from './servers.ts'
import { type ClientOptions, strangeAnswer, Transport } from './transport.ts'
import { TrustClient } from './trust.ts'
import { UnknownClient } from './unknown.ts'

/** What a {@link TocsinClient} is made of. */
export interface TocsinClientOptions extends ClientOptions {
  /** The action in answers whose state is `unavailable`; `allow` by default. The site's own policy cannot be asked then. */
  readonly whenUnavailable?: Action
  /** Subjects that are remembered because their answer was not fresh; 1,000 by default, the oldest go first. */
  readonly rememberedMax?: number
  /**
   * Called for each subject that was remembered, once its answer is fresh, with the subject as it was asked: whoever asks
   * again, or by itself when a node answers after a silence.
   */
  readonly onSettled?: (answer: ClientAnswer | WireUnparsed, asked: string) => void
}

/** An answer, and who gave it. */
export interface ClientAnswer extends WireAnswer {
  /** The name of the node among several that answered; absent where there is one, and where nobody answered. */
  readonly server?: string
}

const REMEMBERED_MAX = 1000

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
 * Asks a Tocsin node, or the first that is well of several (`servers`). Lookups (`check`, `checkAll`) are asked of any; a
 * report goes to one, once; all else concerns the preferred one.
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
  /** Feedback of an edge; an admin key is needed. */
  readonly feedback: FeedbackClient
  /** Appeals against listings. */
  readonly appeals: AppealClient
  /** Trust of the node's sources; an admin key is needed. */
  readonly trust: TrustClient
  /** What sites met and nobody knows anything of. */
  readonly unknown: UnknownClient
  readonly #transport: Transport
  readonly #whenUnavailable: Action
  readonly #remembered: Remembered<ClientAnswer | WireUnparsed>

  /** Throws a `TocsinProblem` of code `invalid` for options that cannot be meant. */
  constructor(options: TocsinClientOptions) {
    this.#transport = new Transport(options)
    this.#whenUnavailable = options.whenUnavailable ?? 'allow'
    this.#remembered = new Remembered({
      max: options.rememberedMax ?? REMEMBERED_MAX,
      clock: options.clock ?? Date.now,
      askAgain: subjects => this.checkAll(subjects),
      isSure: answer => 'error' in answer || answer.state === 'fresh',
      onSettled: options.onSettled,
    })
    this.keys = new KeyClient(this.#transport)
    this.feeds = new FeedClient(this.#transport)
    this.feedback = new FeedbackClient(this.#transport)
    this.appeals = new AppealClient(this.#transport)
    this.trust = new TrustClient(this.#transport)
    this.unknown = new UnknownClient(this.#transport)
  }

  /** Subjects whose answer was not fresh and that wait for {@link recheck}, the oldest first. */
  get waiting(): readonly string[] {
    return this.#remembered.questions
  }

  /** How many waited and gave way to later ones. */
  get forgotten(): number {
    return this.#remembered.forgotten
  }

  /** The reputation of a subject, as `ip:192.0.2.1`. Rejects with `invalid` for what is no subject. */
  async check(subject: string): Promise<ClientAnswer> {
    const [answer] = await this.#orUnavailable([subject], () => {
      const question = { method: 'GET', path: `/v1/reputation?${query({ subject })}` } as const
      return this.#transport.lookUp(question, told => {
        if (!isAnswer(told)) throw strangeAnswer('a reputation')
        return { value: [told], state: told.state }
      })
    })
    return answer!
  }

  /**
   * The reputations of any number of subjects, in their order, 1,000 per request. What is no subject has `error` in its
   * place. Where nobody answers one of the requests, the answers of that one are `unavailable`.
   */
  async checkAll(subjects: readonly string[]): Promise<readonly (ClientAnswer | WireUnparsed)[]> {
    const results: (ClientAnswer | WireUnparsed)[] = []
    for (let at = 0; at < subjects.length; at += BATCH_MAX) {
      const batch = subjects.slice(at, at + BATCH_MAX)
      results.push(...(await this.#orUnavailable(batch, () => this.#checkBatch(batch))))
    }
    return results
  }

  /** Asks again about all that {@link waiting} names, and gives the answers that are fresh now. */
  async recheck(): Promise<readonly (ClientAnswer | WireUnparsed)[]> {
    return await this.#remembered.recheck()
  }

  /** To be called when the machine is on another network: looks for the preferred servers at once. */
  networkChanged(): void {
    this.#transport.networkChanged()
    this.#remembered.silent()
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
   * are listed by their place. Safe to repeat, where it rejects, if the items have an `id` or a time. Of several servers
   * the first that shows life gets it, and no second one by itself.
   */
  async report(evidence: readonly WireEvidence[]): Promise<WireReceipt> {
    let sum: WireReceipt = { accepted: 0, duplicate: 0, refused: [] }
    for (let at = 0; at < evidence.length; at += REPORT_MAX) {
      const part = evidence.slice(at, at + REPORT_MAX)
      const question = { method: 'POST', path: '/v1/evidence', body: JSON.stringify(part) } as const
      const receipt = withField<WireReceipt>(await this.#transport.askOnce(question), 'accepted')
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

  #checkBatch(subjects: readonly string[]): Promise<Told<readonly (WireAnswer | WireUnparsed)[]>> {
    const question = { method: 'POST', path: '/v1/reputation', body: JSON.stringify({ subjects }) } as const
    return this.#transport.lookUp(question, told => {
      const { results } = recordOf(told)
      const isWhole = Array.isArray(results) && results.length === subjects.length
      if (!isWhole || !results.every(isResult)) throw strangeAnswer('reputations')
      return { value: results, state: worstOf(results) }
    })
  }

  /** Gives answers their server, takes note of each, and makes them up where nobody answers. */
  async #orUnavailable<T extends WireAnswer | WireUnparsed>(
    subjects: readonly string[],
    ask: () => Promise<Told<readonly T[]>>,
  ): Promise<readonly (T | ClientAnswer)[]> {
    const answers = await this.#answersOf(subjects, ask)
    for (const [at, answer] of answers.entries()) this.#remembered.note(subjects[at]!, answer)
    return answers
  }

  async #answersOf<T extends WireAnswer | WireUnparsed>(
    subjects: readonly string[],
    ask: () => Promise<Told<readonly T[]>>,
  ): Promise<readonly (T | ClientAnswer)[]> {
    try {
      const { value, server, state } = await ask()
      if (state === 'fresh') this.#remembered.answered()
      return server === undefined ? value : value.map(answer => ('error' in answer ? answer : { ...answer, server }))
    } catch (error) {
      if (!isUnanswered(error)) throw error
      this.#remembered.silent()
      return subjects.map(subject => unavailableAnswer(subject, this.#whenUnavailable, error.message))
    }
  }

  async #ask<T>(method: 'GET' | 'POST', path: string, field: keyof T & string, body?: unknown): Promise<T> {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) }
    return withField<T>(await this.#transport.ask({ method, path, ...sent }), field)
  }
}

function isResult(value: unknown): value is WireAnswer | WireUnparsed {
  return isAnswer(value) || isUnparsed(value)
}

/** What a batch is worth: its worst answer, for the next server may have a better one. */
function worstOf(results: readonly (WireAnswer | WireUnparsed)[]): AnswerState {
  const states = results.map(result => ('error' in result ? 'fresh' : result.state))
  return states.includes('unavailable') ? 'unavailable' : states.includes('stale') ? 'stale' : 'fresh'
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
