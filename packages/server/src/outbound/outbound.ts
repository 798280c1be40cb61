/**
 * The only way to fetch. The guard is in it: every address that a name resolves to, on every hop, is looked at before a
 * connection is made to that very address; what is not on the public internet (loopback, private, link-local with the
 * metadata addresses of clouds, multicast, reserved, and IPv4 wrapped in IPv6) is refused, unless the operator allowed
 * that host for that feed.
 */
import { ProblemError } from '@tocsin/core/base'

/** What to fetch. */
export interface FetchRequest {
  /** `http:` or `https:`; anything else is refused. Credentials in the address are refused. */
  readonly url: string
  /** For keys of a feed; never sent on to another origin by a redirect. */
  readonly headers?: Readonly<Record<string, string>>
  /** From the last answer: sent as If-None-Match and If-Modified-Since. */
  readonly etag?: string | undefined
  readonly lastModified?: string | undefined
  /** Bytes of the body as it comes over the wire. */
  readonly bytesMax: number
  /** Bytes of the body after its content encoding. */
  readonly unpackedBytesMax: number
  /** For the whole, body included. */
  readonly timeoutSeconds: number
  /** Hosts (`name` or `name:port`) that may lie off the public internet, as the operator said. */
  readonly allowedHosts?: readonly string[]
  readonly signal?: AbortSignal
}

/** What came. */
export type Fetched =
  | { readonly is: 'unchanged' }
  | {
      readonly is: 'body'
      /** Rejects with a `ProblemError` where the body breaks off, stalls, or is larger than was allowed. */
      readonly body: AsyncIterable<Uint8Array>
      readonly etag: string | undefined
      readonly lastModified: string | undefined
      readonly contentType: string | undefined
      /** After redirects. */
      readonly url: string
      /** Seconds after which the server says to come again (Cache-Control max-age, Retry-After); undefined if unsaid. */
      readonly freshSeconds: number | undefined
    }

/** The port. Rejects with a `ProblemError`: `invalid` for what the guard refuses, `unavailable` for what may pass. */
export interface Outbound extends AsyncDisposable {
  fetch(request: FetchRequest): Promise<Fetched>
}

/** The server is busy and says when to come again: `unavailable`, of the answers 429 and 503 with Retry-After. */
export class RetryLaterError extends ProblemError {
  /** From now; 0 to 604,800 (a week), whatever the server said. */
  readonly retryAfterSeconds: number

  constructor(message: string, retryAfterSeconds: number) {
    super({ code: 'unavailable', message })
    this.name = 'RetryLaterError'
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** The server knows nothing of the kind: `unavailable`, of the answers 404 and 410. */
export class NotThereError extends ProblemError {
  constructor(message: string) {
    super({ code: 'unavailable', message })
    this.name = 'NotThereError'
  }
}
