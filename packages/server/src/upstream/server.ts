/**
 * One upstream: what it is asked over HTTP. Everything that comes is bounded in bytes and in time; nothing that comes is
 * trusted, but for what verification further in says of it.
 *
 * The operator has named it, so it may lie on a private network, and requests do not go through the guard of `outbound`.
 * In exchange nothing that it says leads anywhere else: redirects are errors, and paths are ours.
 */
import { ProblemError } from '@tocsin/core/base'
import type { SubjectType } from '@tocsin/core/subject'
import { EventReader, type PushedEvent } from './events.ts'
import { refusal, unreachable } from './failure.ts'

/** How a request is sent: the runtime's `fetch`, or what a test puts in its place. */
export type Send = (url: string, init: RequestInit) => Promise<Response>

/** What an upstream is asked with. */
export interface ServerOptions {
  /** Without a path: `https://cloud.example`. */
  readonly url: string
  /** The key of this edge; asked anew each time, as enrolment may bring it. */
  readonly key: () => string | undefined
  readonly send: Send
  /** As `tocsin/0.1.0 (edge)`. */
  readonly userAgent: string
  /** By which name the edge stands in `Via` (RFC 9110 §7.6.3), so that one that follows itself is told. */
  readonly name?: string
  readonly limits?: Partial<ServerLimits>
}

/** Bounds on what one answer may take. */
export interface ServerLimits {
  /** Until the head of an answer is there, and for the whole of a short one; 30 seconds. */
  readonly answerMs: number
  /** For which a long answer (a file, events) may be silent; 45 seconds, three heartbeats. */
  readonly idleMs: number
  /** Bytes of a short answer; 1 MiB. */
  readonly bytesMax: number
}

const LIMITS: ServerLimits = { answerMs: 30_000, idleMs: 45_000, bytesMax: 1024 * 1024 }

/** Characters of an upstream's own words in our messages. */
const DETAIL_MAX = 200

/** The bytes of a file from some place on. */
export interface Piece {
  /** Where they begin: as asked, or 0 where the upstream does not resume. */
  readonly from: number
  readonly bytes: AsyncIterable<Uint8Array>
}

/** One upstream. All methods reject with a `ProblemError`. */
export class UpstreamServer {
  readonly url: string
  readonly #options: ServerOptions
  readonly #limits: ServerLimits

  constructor(options: ServerOptions) {
    this.url = options.url
    this.#options = options
    this.#limits = { ...LIMITS, ...options.limits }
  }

  /** `GET /v1/book/head`, as it came. */
  head(signal: AbortSignal): Promise<unknown> {
    return this.#json('read its head', '/v1/book/head', signal)
  }

  /** `GET /v1/book/changes` between two sequences, as it came. Rejects with a `GoneError` where it tells no more. */
  changes(
    since: number,
    to: number,
    types: readonly SubjectType[] | undefined,
    signal: AbortSignal,
    via?: string,
  ): Promise<unknown> {
    const some = types === undefined ? '' : `&types=${types.join(',')}`
    return this.#json('ask for changes', `/v1/book/changes?since=${since}&to=${to}${some}`, signal, viaOf(via))
  }

  /** `GET /v1/book/key`, as it came. */
  key(signal: AbortSignal): Promise<unknown> {
    return this.#json('ask for its public key', '/v1/book/key', signal)
  }

  /** Any other question whose answer is JSON, such as an explanation. */
  ask(path: string, signal: AbortSignal, via?: string): Promise<unknown> {
    return this.#json('ask', path, signal, viaOf(via))
  }

  /** A question with a body, such as an enrolment. */
  tell(path: string, body: unknown, signal: AbortSignal): Promise<unknown> {
    return this.post(path, JSON.stringify(body), signal)
  }

  /** The same, with a body that is JSON already: these very bytes are sent. */
  post(path: string, body: string, signal: AbortSignal, via?: string): Promise<unknown> {
    const init = { method: 'POST', body, headers: { 'content-type': 'application/json', ...viaOf(via).headers } }
    return this.#json('ask', path, signal, init)
  }

  /** `GET /v1/book/files/{name}` from a byte on. The caller counts, checks and closes. */
  async file(name: string, from: number, signal: AbortSignal, via?: string): Promise<Piece> {
    const what = `download "${name}"`
    const headers = { ...viaOf(via).headers, ...(from === 0 ? {} : { range: `bytes=${from}-` }) }
    const { response, idle } = await this.#open(what, `/v1/book/files/${name}`, signal, { headers })
    if (response.status === 200) return { from: 0, bytes: bytesOf(what, response, idle) }
    const begins = /^bytes (\d{1,15})-/.exec(response.headers.get('content-range') ?? '')?.[1]
    if (response.status === 206 && begins === String(from)) return { from, bytes: bytesOf(what, response, idle) }
    throw await this.#refused(what, response, idle)
  }

  /** `GET /v1/book/events`: events and heartbeats until the connection ends, which is not an error. */
  async *events(signal: AbortSignal): AsyncGenerator<PushedEvent, void> {
    const what = 'listen for news'
    const headers = { accept: 'text/event-stream' }
    const { response, idle } = await this.#open(what, '/v1/book/events', signal, { headers })
    if (response.status !== 200) throw await this.#refused(what, response, idle)
    const reader = new EventReader()
    const decoder = new TextDecoder()
    for await (const bytes of bytesOf(what, response, idle)) {
      yield* reader.read(decoder.decode(bytes, { stream: true }))
    }
  }

  async #json(what: string, path: string, signal: AbortSignal, init: RequestInit = {}): Promise<unknown> {
    const { response, idle } = await this.#open(what, path, signal, init)
    if (response.status !== 200 && response.status !== 201) throw await this.#refused(what, response, idle)
    const text = await this.#text(what, response, idle)
    try {
      return JSON.parse(text) as unknown
    } catch {
      throw new ProblemError({ code: 'unavailable', message: `Cannot ${this.#at(what)}: the answer must be JSON` })
    }
  }

  async #open(
    what: string,
    path: string,
    signal: AbortSignal,
    init: RequestInit,
  ): Promise<{ readonly response: Response; readonly idle: Idle }> {
    const idle = new Idle(signal, this.#limits)
    const { name } = this.#options
    const key = this.#options.key()
    const headers = { ...(init.headers as Record<string, string> | undefined) }
    if (name !== undefined) headers['via'] = [headers['via'], `1.1 ${name}`].filter(Boolean).join(', ')
    try {
      const response = await this.#options.send(`${this.url}${path}`, {
        ...init,
        redirect: 'error',
        signal: idle.signal,
        headers: {
          'user-agent': this.#options.userAgent,
          // Compressed in itself where that pays; ranges of what a proxy compresses are of no use.
          'accept-encoding': 'identity',
          ...headers,
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        },
      })
      idle.begin()
      const encoding = response.headers.get('content-encoding') ?? 'identity'
      if (encoding === 'identity') return { response, idle }
      throw new Error(`content encoding "${encoding.slice(0, 20)}"`)
    } catch (error) {
      idle.end()
      throw unreachable(this.#at(what), error)
    }
  }

  async #refused(what: string, response: Response, idle: Idle): Promise<ProblemError> {
    const text = await this.#text(what, response, idle).catch(() => '')
    return refusal(this.#at(what), response.status, response.headers.get('retry-after'), detailOf(text))
  }

  async #text(what: string, response: Response, idle: Idle): Promise<string> {
    const pieces: Uint8Array[] = []
    let length = 0
    for await (const bytes of bytesOf(this.#at(what), response, idle)) {
      length += bytes.length
      if (length > this.#limits.bytesMax) {
        const message = `Cannot ${this.#at(what)}: the answer must have at most ${this.#limits.bytesMax} bytes, found more`
        throw new ProblemError({ code: 'unavailable', message })
      }
      pieces.push(bytes)
    }
    return Buffer.concat(pieces).toString('utf8')
  }

  #at(what: string): string {
    return `${what} at "${this.url}"`
  }
}

/** How edges name themselves in `Via`. */
const HOP = /(?<=^|, ?)1\.1 tocsin-[0-9a-f]{16}(?= ?(?:,|$))/g

/**
 * The header of a question that is passed on. The names of edges alone: those of a site's own proxies, which stand there as
 * well, are nobody else's business.
 */
function viaOf(via: string | undefined): { readonly headers: Record<string, string> } {
  const hops = via?.match(HOP)
  return { headers: hops === null || hops === undefined ? {} : { via: hops.join(', ') } }
}

/** Ends a request that is silent for too long, or that nobody waits for any more. */
class Idle {
  readonly #controller = new AbortController()
  readonly #limits: ServerLimits
  #timer: NodeJS.Timeout
  readonly signal: AbortSignal

  constructor(outer: AbortSignal, limits: ServerLimits) {
    this.#limits = limits
    this.signal = AbortSignal.any([outer, this.#controller.signal])
    this.#timer = this.#after(limits.answerMs)
  }

  /** The answer has begun, or goes on. */
  begin(): void {
    clearTimeout(this.#timer)
    this.#timer = this.#after(this.#limits.idleMs)
  }

  end(): void {
    clearTimeout(this.#timer)
    this.#controller.abort()
  }

  #after(ms: number): NodeJS.Timeout {
    return setTimeout(() => this.#controller.abort(new Error(`silence for ${ms / 1000} s`)), ms)
  }
}

async function* bytesOf(what: string, response: Response, idle: Idle): AsyncGenerator<Uint8Array, void> {
  try {
    // The platform's type of a body does not know that it can be iterated.
    for await (const bytes of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      idle.begin()
      yield bytes
    }
  } catch (error) {
    throw unreachable(what, error)
  } finally {
    idle.end()
  }
}

/** The upstream's own sentence, as far as it can be shown. */
function detailOf(text: string): string {
  try {
    const { detail } = JSON.parse(text) as { readonly detail?: unknown }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: nobody steers a terminal by what an upstream says.
    return typeof detail === 'string' ? detail.replace(/[\u0000-\u001f\u007f-\u009f"]/g, ' ').slice(0, DETAIL_MAX) : ''
  } catch {
    return ''
  }
}
