/** The real outbound, on the platform's own HTTP. */
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import { type ProblemError, unwrap } from '@tocsin/core/base'
import { type Fetched, type FetchRequest, NotThereError, type Outbound, RetryLaterError } from '../outbound.ts'
import { checkedAddresses, type Resolve, systemResolve } from './addresses.ts'
import { Agents } from './agents.ts'
import { freshSeconds, isRedirect, retryAfterSeconds } from './answer.ts'
import { ACCEPT_ENCODING, openBody } from './body.ts'
import { exchange } from './exchange.ts'
import { failureOf, unavailable } from './failure.ts'
import { ownHeaders } from './headers.ts'
import { Stop } from './stop.ts'
import { isAllowed, parseTarget, redirected, shown, type Target } from './target.ts'

const REDIRECTS_MAX = 5

/** How the outbound is opened. */
export interface OutboundOptions {
  /** As `tocsin/0.1.0 (+feeds)`. */
  readonly userAgent: string
  /** Milliseconds since 1970, for dates in Retry-After. */
  readonly clock: () => number
  /** Asks the system by default. */
  readonly resolve?: Resolve
  /** How long a sender may be silent within a body; 10 by default. */
  readonly idleSeconds?: number
  /** How long connecting and the head of an answer may take; 30 by default. */
  readonly answerSeconds?: number
  /** Certificates in PEM to trust instead of those of the platform. */
  readonly authorities?: readonly string[]
}

/** Opens the way out. Takes no proxy from the environment. Disposing ends what is under way. */
export function openOutbound(options: OutboundOptions): Outbound {
  return new HttpOutbound(options)
}

class HttpOutbound implements Outbound {
  readonly #options: OutboundOptions
  readonly #agents: Agents
  readonly #stops = new Set<Stop>()
  #closed = false

  constructor(options: OutboundOptions) {
    this.#options = options
    this.#agents = new Agents(options.authorities)
  }

  async fetch(request: FetchRequest): Promise<Fetched> {
    const first = unwrap(parseTarget(request.url))
    const headers = unwrap(ownHeaders(first, request.headers ?? {}))
    if (this.#closed) throw unavailable(first, 'the node must be running, and it is stopping')
    const stop = new Stop(`Cannot fetch ${shown(first)}`, request.timeoutSeconds, request.signal, ended =>
      this.#stops.delete(ended),
    )
    this.#stops.add(stop)
    try {
      const { answer, target } = await this.#follow(request, first, headers, stop)
      return this.#fetched(request, target, answer, stop)
    } catch (error) {
      stop.end()
      throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    for (const stop of this.#stops) stop.now('Cannot fetch: the node must be running, and it is stopping')
    this.#agents.destroy()
  }

  /** Asks, and asks where it is sent to: each hop goes through the whole guard. */
  async #follow(
    request: FetchRequest,
    first: Target,
    keys: OutgoingHttpHeaders,
    stop: Stop,
  ): Promise<{ readonly answer: IncomingMessage; readonly target: Target }> {
    const seen = new Set<string>()
    let target = first
    let own = keys
    for (let hops = 0; ; hops++) {
      if (hops > REDIRECTS_MAX) throw unavailable(first, `it must redirect at most ${REDIRECTS_MAX} times, and goes on`)
      if (seen.has(target.url.href)) throw unavailable(first, 'it must lead somewhere, and redirects in a circle')
      seen.add(target.url.href)
      const answer = await this.#ask(request, target, own, stop)
      if (!isRedirect(answer.statusCode)) return { answer, target }
      answer.destroy()
      const { location } = answer.headers
      if (location === undefined) throw unavailable(target, 'a redirect must say where to, found no Location')
      const next = unwrap(redirected(target, location))
      // Once dropped they stay dropped, or a second redirect could bring them back with an address that gives them away.
      if (next.url.origin !== target.url.origin) own = {}
      target = next
    }
  }

  async #ask(request: FetchRequest, target: Target, own: OutgoingHttpHeaders, stop: Stop): Promise<IncomingMessage> {
    const { resolve = systemResolve, userAgent, answerSeconds = 30 } = this.#options
    const open = isAllowed(target, request.allowedHosts ?? [])
    try {
      const addresses = await stop.race(() => checkedAddresses(target, open, resolve))
      const headers = {
        accept: '*/*',
        'user-agent': userAgent,
        ...own,
        'accept-encoding': ACCEPT_ENCODING,
        ...(request.etag === undefined ? {} : { 'if-none-match': request.etag }),
        ...(request.lastModified === undefined ? {} : { 'if-modified-since': request.lastModified }),
      }
      return await exchange({ target, addresses, headers, agents: this.#agents, stop, answerSeconds })
    } catch (error) {
      throw failureOf(target, stop, error)
    }
  }

  #fetched(request: FetchRequest, target: Target, answer: IncomingMessage, stop: Stop): Fetched {
    try {
      const { headers, statusCode } = answer
      const conditional = request.etag !== undefined || request.lastModified !== undefined
      if (statusCode === 304 && conditional) {
        answer.resume()
        stop.end()
        return { is: 'unchanged' }
      }
      if (statusCode !== 200) throw this.#refusal(target, answer)
      const { bytesMax, unpackedBytesMax } = request
      const { idleSeconds = 10 } = this.#options
      return {
        is: 'body',
        body: openBody(answer, target, { bytesMax, unpackedBytesMax, idleSeconds }, stop),
        etag: headers.etag,
        lastModified: headers['last-modified'],
        contentType: headers['content-type'],
        url: target.url.href,
        freshSeconds: freshSeconds(headers, this.#options.clock()),
      }
    } catch (error) {
      answer.destroy()
      throw error
    }
  }

  #refusal(target: Target, { statusCode, headers }: IncomingMessage): ProblemError {
    const seconds = retryAfterSeconds(headers, this.#options.clock())
    if (statusCode === 404 || statusCode === 410) {
      return new NotThereError(`Cannot fetch ${shown(target)}: the status must be 200, found ${statusCode}`)
    }
    if ((statusCode !== 429 && statusCode !== 503) || seconds === undefined) {
      return unavailable(target, `the status must be 200, found ${statusCode}`)
    }
    const message = `Cannot fetch ${shown(target)}: the status must be 200, found ${statusCode}, to be tried again in ${seconds} s`
    return new RetryLaterError(message, seconds)
  }
}
