/** Requests of one feed: its address and headers with the secrets filled in, its limits, and no secret in what fails. */
import { ProblemError } from '@tocsin/core/base'
import { type Fetched, NotThereError, type Outbound, RetryLaterError } from '../../outbound/outbound.ts'
import { fillIn, withoutSecrets } from './secrets.ts'
import type { FeedSettings } from './settings.ts'
import type { Known } from './state.ts'

/** Seconds for a fetch, the whole body included. */
export const FETCH_SECONDS = 900

/** What requests need of their surroundings. */
export interface RemoteParts {
  readonly outbound: Pick<Outbound, 'fetch'>
  readonly env: Readonly<Record<string, string | undefined>>
}

/** See above. */
export class Remote {
  /** The feed's own address, filled in. */
  readonly url: string
  readonly #settings: FeedSettings
  readonly #outbound: Pick<Outbound, 'fetch'>
  readonly #headers: Readonly<Record<string, string>>
  readonly #secrets: readonly string[]
  readonly #signal: AbortSignal

  /** Throws `invalid` for a secret that is not set. */
  constructor(settings: FeedSettings, { outbound, env }: RemoteParts, signal: AbortSignal) {
    const { address, headers = {} } = settings
    const url = fillIn(address, env)
    const filled = Object.entries(headers).map(([name, value]) => [name, fillIn(value, env)] as const)
    this.url = url.text
    this.#settings = settings
    this.#outbound = outbound
    this.#headers = Object.fromEntries(filled.map(([name, { text }]) => [name, text]))
    this.#secrets = [...url.secrets, ...filled.flatMap(([, { secrets }]) => secrets)]
    this.#signal = signal
  }

  /** Fetches and hands on what came; `bytesMax` of the body. Rejects with a `ProblemError` that holds no secret. */
  async fetch<T>(url: string, known: Known, bytesMax: number, use: (fetched: Fetched) => Promise<T>): Promise<T> {
    const { allowedHosts } = this.#settings
    try {
      const fetched = await this.#outbound.fetch({
        url,
        headers: this.#headers,
        etag: known.etag,
        lastModified: known.lastModified,
        bytesMax,
        unpackedBytesMax: bytesMax,
        timeoutSeconds: FETCH_SECONDS,
        signal: this.#signal,
        ...(allowedHosts === undefined ? {} : { allowedHosts }),
      })
      return await use(fetched)
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
      throw hidden(error, this.#secrets)
    }
  }
}

/** The same error without secrets: of the same class, as what it means is asked of it. */
function hidden(error: ProblemError, secrets: readonly string[]): ProblemError {
  const message = withoutSecrets(error.problem.message, secrets)
  if (message === error.problem.message) return error
  if (error instanceof RetryLaterError) return new RetryLaterError(message, error.retryAfterSeconds)
  if (error instanceof NotThereError) return new NotThereError(message)
  return new ProblemError({ code: error.problem.code, message }, { cause: error.cause })
}
