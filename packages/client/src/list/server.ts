/** A node asked by the messages of Safe Browsing v5: bytes rather than JSON, for a list of a million is long. */
import { decodeUtf8, type Result } from '@tocsin/core/base'
import { type Endpoint, endpointsOf, type Whom } from '../addresses.ts'
import { type BoundedResponse, bytesWithin } from '../bounded.ts'
import { type FetchInit, runtimeFetch, timeoutSignal } from '../platform.ts'
import { problemOf, strangeAnswer, TocsinProblem, unreachable } from '../problem.ts'
import { SIGN_OF_LIFE, Servers } from '../servers.ts'
import { type FoundHashes, type ListUpdate, readFoundHashes, readListUpdate } from './messages.ts'

/** What a response is asked for. */
export interface BytesResponse extends BoundedResponse {
  readonly status: number
  readonly headers: { get(name: string): string | null }
}

/** A `fetch` that gives bytes, as every runtime's does. */
export type BytesFetch = (url: string, init: FetchInit) => Promise<BytesResponse>

/** Whom to ask and how: one node, or several of which the first that is well is asked. */
export interface HashServerOptions extends Whom {
  /** The runtime's `fetch` by default. */
  readonly fetch?: BytesFetch
  /** Milliseconds until a search counts as unanswered; 5,000 by default. */
  readonly timeoutMs?: number
  /** The same for a list, which may be long; 60,000 by default. */
  readonly listTimeoutMs?: number
  /** Milliseconds since 1970; the runtime's by default. */
  readonly clock?: () => number
  /** A number from 0 to 1, for the rest of a server that failed; the runtime's by default. */
  readonly random?: () => number
}

/** What a search found, and what that is worth. */
export interface Found extends FoundHashes {
  /** `stale`: the node lies behind its network, so that nothing found means little. */
  readonly state: 'fresh' | 'stale'
  /** The name of the node among several that answered; absent where there is one. */
  readonly server?: string
}

/** What a list gains and loses, and what that is worth. */
export interface ServedUpdate extends ListUpdate {
  /** `stale`: the node lies behind its network; absent for `fresh`. */
  readonly state?: 'fresh' | 'stale'
}

/** Asks for full hashes by prefixes. Rejects where nobody answers. */
export interface PrefixSearch {
  search(prefixes: readonly number[]): Promise<Found>
}

const TIMEOUT_MS = 5000
const LIST_TIMEOUT_MS = 60_000

const MESSAGE_TYPE = 'application/x-protobuf'
const JSON_TYPE = 'application/json'

/** Bytes of an answer, at most: a list of fifty million prefixes. */
const ANSWER_BYTES_MAX = 128 * 1024 * 1024

/** See above. All methods reject with a `TocsinProblem` and with nothing else. */
export class HashServer implements PrefixSearch {
  readonly #options: HashServerOptions
  readonly #servers: Servers

  /** Throws a `TocsinProblem` of code `invalid` for options that cannot be meant. */
  constructor(options: HashServerOptions) {
    this.#options = options
    this.#servers = new Servers(endpointsOf(options), {
      sign: server => this.#sign(server),
      clock: options.clock,
      random: options.random,
    })
  }

  /** The full hashes behind prefixes, up to 1,000. */
  async search(prefixes: readonly number[]): Promise<Found> {
    const query = prefixes.map(prefix => `hashPrefixes=${base64url(bytesOfPrefix(prefix))}`).join('&')
    const timeoutMs = this.#options.timeoutMs ?? TIMEOUT_MS
    const { value, server } = await this.#servers.ask(async endpoint => {
      const { bytes, state } = await this.#message(endpoint, `/v5/hashes:search?${query}`, timeoutMs)
      return { value: { ...usable(readFoundHashes(bytes)), state }, state }
    })
    return server === undefined ? value : { ...value, server }
  }

  /** A list, or what differs from a former version of it; an empty version for none. Versions of one node are another's. */
  async list(name: string, version: Uint8Array): Promise<ServedUpdate> {
    const query = version.length === 0 ? '' : `?version=${base64url(version)}`
    const path = `/v5/hashList/${encodeURIComponent(name)}${query}`
    const timeoutMs = this.#options.listTimeoutMs ?? LIST_TIMEOUT_MS
    const { value } = await this.#servers.ask(async endpoint => {
      const { bytes, state } = await this.#message(endpoint, path, timeoutMs)
      return { value: { ...usable(readListUpdate(bytes)), state }, state }
    })
    return value
  }

  /** To be called when the machine is on another network: looks for the preferred servers at once. */
  networkChanged(): void {
    this.#servers.networkChanged()
  }

  async #sign(server: Endpoint): Promise<{ readonly status: number; readonly body: unknown }> {
    const timeoutMs = this.#options.timeoutMs ?? TIMEOUT_MS
    const { response, bytes } = await this.#get({ ...server, key: undefined }, SIGN_OF_LIFE, timeoutMs, JSON_TYPE)
    return { status: response.status, body: jsonOf(bytes) }
  }

  async #message(server: Endpoint, path: string, timeoutMs: number) {
    const { response, bytes } = await this.#get(server, path, timeoutMs, MESSAGE_TYPE)
    if (response.status < 200 || response.status > 299) throw problemOf(response.status, jsonOf(bytes))
    const isMessage = response.headers.get('content-type')?.startsWith(MESSAGE_TYPE) === true
    // An empty message says that nothing was found; an empty page of some portal must not.
    if (!isMessage) throw strangeAnswer('a message of Safe Browsing v5')
    const state = response.headers.get('x-tocsin-state') === 'stale' ? ('stale' as const) : ('fresh' as const)
    return { bytes, state }
  }

  async #get({ base, key }: Endpoint, path: string, timeoutMs: number, accept: string) {
    const { fetch = runtimeFetch as unknown as BytesFetch } = this.#options
    try {
      const response = await fetch(base + path, {
        method: 'GET',
        headers: { accept, ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
        redirect: 'error',
        signal: timeoutSignal(timeoutMs),
      })
      const bytes = await bytesWithin(response, ANSWER_BYTES_MAX)
      if (bytes !== undefined) return { response, bytes }
      throw new Error(`the answer must have at most ${ANSWER_BYTES_MAX} bytes, found more`)
    } catch (error) {
      throw unreachable(base, error)
    }
  }
}

/** The problem that a refusal tells; `undefined` for anything but JSON. */
function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(decodeUtf8(bytes) ?? '')
  } catch {
    return undefined
  }
}

function usable<T>(read: Result<T>): T {
  if (read.ok) return read.value
  throw new TocsinProblem('unavailable', read.problem.message, 200)
}

function bytesOfPrefix(prefix: number): Uint8Array {
  return Uint8Array.of(prefix >>> 24, prefix >>> 16, prefix >>> 8, prefix)
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** RFC 4648 §5, without padding. */
function base64url(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const group = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
    const digits = Math.min(4, bytes.length - at + 1)
    for (let digit = 0; digit < digits; digit++) text += DIGITS[(group >>> (18 - 6 * digit)) & 63]
  }
  return text
}
