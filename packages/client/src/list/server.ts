/** A node asked by the messages of Safe Browsing v5: bytes rather than JSON, for a list of a million is long. */
import { decodeUtf8, type Result } from '@tocsin/core/base'
import { type FetchInit, runtimeFetch, timeoutSignal } from '../platform.ts'
import { problemOf, TocsinProblem } from '../problem.ts'
import { strangeAnswer } from '../transport.ts'
import { type FoundHashes, type ListUpdate, readFoundHashes, readListUpdate } from './messages.ts'

/** What a response is asked for. */
export interface BytesResponse {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  arrayBuffer(): Promise<ArrayBuffer>
}

/** A `fetch` that gives bytes, as every runtime's does. */
export type BytesFetch = (url: string, init: FetchInit) => Promise<BytesResponse>

/** Whom to ask and how. */
export interface HashServerOptions {
  /** The base of the node: `http://127.0.0.1:7080`. */
  readonly server: string
  /** An access key; on the node's own machine none is needed. */
  readonly key?: string
  /** The runtime's `fetch` by default. */
  readonly fetch?: BytesFetch
  /** Milliseconds until a search counts as unanswered; 5,000 by default. */
  readonly timeoutMs?: number
  /** The same for a list, which may be long; 60,000 by default. */
  readonly listTimeoutMs?: number
}

/** What a search found, and what that is worth. */
export interface Found extends FoundHashes {
  /** `stale`: the node lies behind its network, so that nothing found means little. */
  readonly state: 'fresh' | 'stale'
}

/** Asks for full hashes by prefixes. Rejects where nobody answers. */
export interface PrefixSearch {
  search(prefixes: readonly number[]): Promise<Found>
}

const TIMEOUT_MS = 5000
const LIST_TIMEOUT_MS = 60_000

/** Bytes of an answer, at most: a list of fifty million prefixes. */
const ANSWER_BYTES_MAX = 128 * 1024 * 1024

/** See above. All methods reject with a `TocsinProblem` and with nothing else. */
export class HashServer implements PrefixSearch {
  readonly #options: HashServerOptions
  readonly #base: string

  constructor(options: HashServerOptions) {
    this.#options = options
    this.#base = options.server.replace(/\/+$/, '')
  }

  /** The full hashes behind prefixes, up to 1,000. */
  async search(prefixes: readonly number[]): Promise<Found> {
    const query = prefixes.map(prefix => `hashPrefixes=${base64url(bytesOfPrefix(prefix))}`).join('&')
    const { bytes, state } = await this.#get(`/v5/hashes:search?${query}`, this.#options.timeoutMs ?? TIMEOUT_MS)
    return { ...usable(readFoundHashes(bytes)), state }
  }

  /** A list, or what differs from a former version of it; an empty version for none. */
  async list(name: string, version: Uint8Array): Promise<ListUpdate> {
    const query = version.length === 0 ? '' : `?version=${base64url(version)}`
    const path = `/v5/hashList/${encodeURIComponent(name)}${query}`
    const { bytes } = await this.#get(path, this.#options.listTimeoutMs ?? LIST_TIMEOUT_MS)
    return usable(readListUpdate(bytes))
  }

  async #get(path: string, timeoutMs: number) {
    const { key, fetch = runtimeFetch as unknown as BytesFetch } = this.#options
    let response: BytesResponse
    let bytes: Uint8Array
    try {
      response = await fetch(this.#base + path, {
        method: 'GET',
        headers: {
          accept: 'application/x-protobuf',
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        },
        redirect: 'error',
        signal: timeoutSignal(timeoutMs),
      })
      bytes = new Uint8Array(await response.arrayBuffer())
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      throw new TocsinProblem('unavailable', `Cannot reach ${this.#base}: ${why}`, 0, { cause: error })
    }
    if (response.status < 200 || response.status > 299) throw problemOf(response.status, jsonOf(bytes))
    const isMessage = response.headers.get('content-type')?.startsWith('application/x-protobuf') === true
    // An empty message says that nothing was found; an empty page of some portal must not.
    if (!isMessage || bytes.length > ANSWER_BYTES_MAX) throw strangeAnswer('a message of Safe Browsing v5')
    const state = response.headers.get('x-tocsin-state') === 'stale' ? ('stale' as const) : ('fresh' as const)
    return { bytes, state }
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
