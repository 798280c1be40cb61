/**
 * What every runtime has and the language does not: `fetch` and what goes with it, described as far as the client needs.
 * Browsers, Node, Deno, Bun and workers all fit.
 */

/** What a request says. */
export interface FetchInit {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: RequestBody
  /** Needed by some runtimes for bodies that are streamed. */
  readonly duplex?: 'half'
  /** Never followed: a key goes to the server it is for and to nobody else. */
  readonly redirect: 'error'
  /** Where even a cookie of the same origin would say too much. */
  readonly credentials?: 'omit'
  readonly signal?: unknown
}

/** What a response is asked for. */
export interface FetchResponse {
  readonly status: number
  text(): Promise<string>
}

/** Bodies that can be sent. Streams work where the runtime's `fetch` takes them. */
export type RequestBody = string | Uint8Array | AsyncIterable<Uint8Array>

/** A `fetch`, as every runtime has one. Rejects where nobody answers. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>

interface Runtime {
  readonly fetch?: Fetch
  readonly AbortSignal?: { timeout(ms: number): unknown }
  setTimeout(call: () => void, ms: number): unknown
  clearTimeout(timer: unknown): void
}

/** The runtime's own `fetch`. Looked up at each call, so that it may be replaced. */
export const runtimeFetch: Fetch = (url, init) => {
  const { fetch } = globalThis as unknown as Runtime
  if (fetch === undefined) throw new Error('Cannot ask a Tocsin node: this runtime has no fetch; hand one in')
  return fetch(url, init)
}

/** A signal that fires after so many milliseconds; `undefined` for ever, or where the runtime has none. */
export function timeoutSignal(ms: number): unknown {
  return ms === Number.POSITIVE_INFINITY ? undefined : (globalThis as unknown as Runtime).AbortSignal?.timeout(ms)
}

/** What a promise comes to, or `undefined` after so many milliseconds; the promise goes on. It must not reject. */
export function within<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  const runtime = globalThis as unknown as Runtime
  return new Promise(resolve => {
    const timer = runtime.setTimeout(() => resolve(undefined), ms)
    void promise.then(value => {
      runtime.clearTimeout(timer)
      resolve(value)
    })
  })
}
