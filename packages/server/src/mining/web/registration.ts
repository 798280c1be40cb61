/**
 * Asks registries when a name was registered, over RDAP. Off unless the operator says so, because each question tells a
 * registry that somebody here has met the name. One question at a time; each server rests between two, longer after each
 * failure, and as long as it says.
 */
import { ProblemError, type Result } from '@tocsin/core/base'
import type { Instant } from '@tocsin/core/evidence'
import { DAY_MS } from './facts.ts'

/** The way out, with its guard inside: the part of `Outbound` that is needed. */
export interface RegistryFetch {
  fetch(request: {
    readonly url: string
    readonly headers: Readonly<Record<string, string>>
    readonly bytesMax: number
    readonly unpackedBytesMax: number
    readonly timeoutSeconds: number
    readonly signal: AbortSignal
  }): Promise<{ readonly is: 'unchanged' } | { readonly is: 'body'; readonly body: AsyncIterable<Uint8Array> }>
}

/** The words of RDAP: what `protocols/rdap` exports. */
export interface RdapProtocol {
  readonly BOOTSTRAP_URL: string
  readonly BOOTSTRAP_BYTES_MAX: number
  readonly DOMAIN_BYTES_MAX: number
  readBootstrap(bytes: Uint8Array): Result<ReadonlyMap<string, string>>
  serverFor(bootstrap: ReadonlyMap<string, string>, name: string): string | undefined
  domainUrl(server: string, name: string): string
  readDomain(bytes: Uint8Array, name: string, now: number): Result<RegistrationFacts>
}

/** What a registry says of a name. */
export interface RegistrationFacts {
  readonly registeredAt: Instant | undefined
  readonly registrar: string | undefined
}

/** What asking needs. */
export interface RdapParts {
  readonly outbound: RegistryFetch
  readonly protocol: RdapProtocol
}

/** What came of a question. `later`: nothing was asked, for the server rests, or nobody knows which one it is. */
export type RegistryAnswer =
  | ({ readonly state: 'known' } & RegistrationFacts)
  | { readonly state: 'absent' | 'failed' | 'unsupported' | 'later' }

/** Milliseconds between two questions to one server. Assumed to be below what registries bear. */
export const SERVER_REST_MS = 5000

/** After the first failure; doubled with each, to a day. */
const FAILED_REST_MS = 60_000

/** Hours for which the list of servers holds (it changes some times a week), and until it is tried again. */
const BOOTSTRAP_MS = DAY_MS
const BOOTSTRAP_RETRY_MS = 3_600_000

const TIMEOUT_SECONDS = 15

/** RFC 7480 §4.2. */
const ACCEPT = 'application/rdap+json, application/json;q=0.5'

interface Rest {
  readonly until: Instant
  readonly failures: number
}

/** See above. Remembers servers, and no names. */
export class Registries {
  readonly #parts: RdapParts
  readonly #clock: () => Instant
  readonly #rests = new Map<string, Rest>()
  #bootstrap: ReadonlyMap<string, string> | undefined
  #bootstrapDue = Number.NEGATIVE_INFINITY

  constructor(parts: RdapParts, clock: () => Instant) {
    this.#parts = parts
    this.#clock = clock
  }

  /** Asks about a registrable domain, which is a canonical host. Never rejects. */
  async ask(name: string, signal: AbortSignal): Promise<RegistryAnswer> {
    const { protocol } = this.#parts
    await this.#renewBootstrap(signal)
    if (this.#bootstrap === undefined) return { state: 'later' }
    const server = protocol.serverFor(this.#bootstrap, name)
    if (server === undefined) return { state: 'unsupported' }
    const rest = this.#rests.get(server)
    if (rest !== undefined && this.#clock() < rest.until) return { state: 'later' }
    try {
      const bytes = await this.#get(protocol.domainUrl(server, name), protocol.DOMAIN_BYTES_MAX, signal)
      this.#rest(server, 0, SERVER_REST_MS)
      const read = protocol.readDomain(bytes, name, this.#clock())
      return read.ok ? { state: 'known', ...read.value } : { state: 'failed' }
    } catch (error) {
      if (isNotThere(error)) {
        this.#rest(server, 0, SERVER_REST_MS)
        return { state: 'absent' }
      }
      const failures = (rest?.failures ?? 0) + 1
      const doubled = Math.min(DAY_MS, FAILED_REST_MS * 2 ** Math.min(failures - 1, 20))
      this.#rest(server, failures, Math.max(doubled, retryAfterMs(error)))
      return { state: 'failed' }
    }
  }

  /** The list before stays in use where a new one cannot be had. */
  async #renewBootstrap(signal: AbortSignal): Promise<void> {
    const { protocol } = this.#parts
    if (this.#clock() < this.#bootstrapDue) return
    this.#bootstrapDue = this.#clock() + BOOTSTRAP_RETRY_MS
    try {
      const bytes = await this.#get(protocol.BOOTSTRAP_URL, protocol.BOOTSTRAP_BYTES_MAX, signal)
      const read = protocol.readBootstrap(bytes)
      if (!read.ok) return
      this.#bootstrap = read.value
      this.#bootstrapDue = this.#clock() + BOOTSTRAP_MS
    } catch {
      // Tried again in an hour.
    }
  }

  async #get(url: string, bytesMax: number, signal: AbortSignal): Promise<Uint8Array> {
    const { outbound } = this.#parts
    const limits = { bytesMax, unpackedBytesMax: bytesMax, timeoutSeconds: TIMEOUT_SECONDS }
    const fetched = await outbound.fetch({ url, headers: { accept: ACCEPT }, signal, ...limits })
    if (fetched.is !== 'body') {
      throw new ProblemError({ code: 'unavailable', message: `Cannot ask "${url}": it must answer with a body` })
    }
    const chunks: Uint8Array[] = []
    let length = 0
    for await (const chunk of fetched.body) {
      length += chunk.length
      // The outbound has cut it off before; held to it here too, for the memory is ours.
      if (length > bytesMax) {
        const message = `Cannot read the answer of "${url}": it must have at most ${bytesMax} bytes`
        throw new ProblemError({ code: 'invalid', message })
      }
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  }

  #rest(server: string, failures: number, ms: number): void {
    this.#rests.set(server, { until: this.#clock() + ms, failures })
  }
}

/** By name: `NotThereError` and `RetryLaterError` are of `outbound`, which mining does not know. */
function isNotThere(error: unknown): boolean {
  return error instanceof ProblemError && error.name === 'NotThereError'
}

function retryAfterMs(error: unknown): number {
  if (!(error instanceof ProblemError) || !('retryAfterSeconds' in error)) return 0
  const seconds = Number(error.retryAfterSeconds)
  return seconds > 0 ? 1000 * seconds : 0
}
