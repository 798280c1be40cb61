/** One request and its answer, or a {@link TocsinProblem}. */
import { type Endpoint, endpointsOf, type Whom } from './addresses.ts'
import { type Fetch, type RequestBody, runtimeFetch, timeoutSignal } from './platform.ts'
import { problemOf, unreachable } from './problem.ts'
import { SIGN_OF_LIFE, Servers, type Told } from './servers.ts'

/** Whom a client asks and how. */
export interface ClientOptions extends Whom {
  /** The runtime's `fetch` by default. */
  readonly fetch?: Fetch
  /** Milliseconds until a question counts as unanswered, the whole answer included; 5,000 by default. */
  readonly timeoutMs?: number
  /** Milliseconds since 1970; the runtime's by default. */
  readonly clock?: () => number
  /** A number from 0 to 1, for the rest of a server that failed; the runtime's by default. */
  readonly random?: () => number
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

/** Asks one node, or several of which one is enough. All methods reject with a {@link TocsinProblem} and with nothing else. */
export class Transport {
  readonly #options: ClientOptions
  readonly #servers: Servers

  constructor(options: ClientOptions) {
    this.#options = options
    this.#servers = new Servers(endpointsOf(options), {
      sign: server => this.#respond({ ...server, key: undefined }, { method: 'GET', path: SIGN_OF_LIFE }),
      clock: options.clock,
      random: options.random,
    })
  }

  /** The JSON of the preferred node's answer, `undefined` for an empty one. */
  async ask(question: Question): Promise<unknown> {
    return await this.#askOne(this.#servers.first, question)
  }

  /** The JSON of an answer of the first node that shows life; never asks twice, for it may count twice. */
  async askOnce(question: Question): Promise<unknown> {
    return await this.#servers.askOnce(server => this.#askOne(server, question))
  }

  /** What any node knows, as `read` finds in its JSON; what it throws a `TocsinProblem` for is no answer. */
  async lookUp<T>(question: Question, read: (answer: unknown) => Told<T>): Promise<Told<T>> {
    return await this.#servers.ask(async server => read(await this.#askOne(server, question)))
  }

  /** See {@link Servers.networkChanged}. */
  networkChanged(): void {
    this.#servers.networkChanged()
  }

  async #askOne(server: Endpoint, question: Question): Promise<unknown> {
    const { status, body } = await this.#respond(server, question)
    if (status < 200 || status > 299) throw problemOf(status, body)
    return body
  }

  async #respond({ base, key }: Endpoint, question: Question): Promise<{ status: number; body: unknown }> {
    const { method, path, body, contentType = 'application/json', timeoutMs } = question
    const { fetch = runtimeFetch } = this.#options
    try {
      const response = await fetch(base + path, {
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
      return { status: response.status, body: parsed(await response.text()) }
    } catch (error) {
      throw unreachable(base, error)
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

export { strangeAnswer } from './problem.ts'
