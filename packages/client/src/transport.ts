/** One request and its answer, or a {@link TocsinProblem}. */
import { type Fetch, type RequestBody, runtimeFetch, timeoutSignal } from './platform.ts'
import { problemOf, TocsinProblem } from './problem.ts'

/** Whom a client asks and how. */
export interface ClientOptions {
  /** The base of the node: `http://127.0.0.1:7080`. */
  readonly server: string
  /** An access key; lookups on the node's own machine need none. */
  readonly key?: string
  /** The runtime's `fetch` by default. */
  readonly fetch?: Fetch
  /** Milliseconds until a question counts as unanswered, the whole answer included; 5,000 by default. */
  readonly timeoutMs?: number
}

/** One request. */
export interface Question {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** With its query, from the base on. */
  readonly path: string
  readonly body?: RequestBody
  /** `application/json` by default. */
  readonly contentType?: string
  /** Instead of the client's. */
  readonly timeoutMs?: number
}

const TIMEOUT_MS = 5000

/** Asks one node. */
export class Transport {
  readonly #options: ClientOptions
  readonly #base: string

  constructor(options: ClientOptions) {
    this.#options = options
    this.#base = options.server.replace(/\/+$/, '')
  }

  /** The JSON of the answer, `undefined` for an empty one. Rejects with a {@link TocsinProblem} and with nothing else. */
  async ask({ method, path, body, contentType = 'application/json', timeoutMs }: Question): Promise<unknown> {
    const { key, fetch = runtimeFetch } = this.#options
    const { status, text } = await this.#answered(async () => {
      const response = await fetch(this.#base + path, {
        method,
        headers: {
          accept: 'application/json',
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
          ...(body === undefined ? {} : { 'content-type': contentType }),
        },
        ...(body === undefined ? {} : { body }),
        ...(body === undefined || typeof body === 'string' || body instanceof Uint8Array ? {} : { duplex: 'half' }),
        redirect: 'error',
        signal: timeoutSignal(timeoutMs ?? this.#options.timeoutMs ?? TIMEOUT_MS),
      })
      return { status: response.status, text: await response.text() }
    })
    const answer = parsed(text)
    if (status < 200 || status > 299) throw problemOf(status, answer)
    return answer
  }

  async #answered<T>(request: () => Promise<T>): Promise<T> {
    try {
      return await request()
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      throw new TocsinProblem('unavailable', `Cannot reach ${this.#base}: ${why}`, 0, { cause: error })
    }
  }
}

/** `undefined` for what is not JSON: it is then judged by its shape, like any other wrong answer. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** For an answer that is not what the question is answered with: some other program answers at this address. */
export function strangeAnswer(what: string): TocsinProblem {
  return new TocsinProblem('unavailable', `Cannot use the answer: it is not ${what}; is this a Tocsin node?`, 200)
}
