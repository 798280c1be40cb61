/**
 * Questions through a relay (RFC 9458): the relay sees who asks and not what, the gateway what is asked and not who. Its
 * `fetch` stands in for the runtime's in every client of this package.
 */
import { decodeUtf8, encodeUtf8, unwrap } from '@tocsin/core/base'
import { bytesWithin } from '../bounded.ts'
import type { BytesFetch, BytesResponse } from '../list/server.ts'
import {
  type BinaryRequest,
  type BinaryResponse,
  decodeResponse,
  encapsulateRequest,
  encodeRequest,
  type KeyConfig,
  paddedLength,
  REQUEST_BYTES_MAX,
  REQUEST_OVERHEAD,
  REQUEST_TYPE,
  RESPONSE_BYTES_MAX,
  RESPONSE_TYPE,
} from '../ohttp/index.ts'
import { type FetchInit, type FetchResponse, runtimeFetch } from '../platform.ts'
import { GatewayKeys, type KeySource } from './gateway-keys.ts'

/** Through whom to ask, and whom. */
export interface ObliviousOptions {
  /** The address at the relay to which requests are sent: `https://relay.example.net/`. */
  readonly relay: string
  /**
   * The keys of the gateway, as `GET /v1/ohttp/keys` gives them: pinned, or where they are fetched. Who fetches them shows
   * its address to the gateway, though not a question; a gateway could also give each client keys of its own and tell
   * them apart by that. Pinned keys do neither.
   */
  readonly keys: KeySource
  /** How relay and keys are reached; the runtime's `fetch` by default. */
  readonly fetch?: BytesFetch
  /** Milliseconds since 1970; the runtime's clock by default. */
  readonly clock?: () => number
}

/** An answer, as far as the clients of this package look at it. */
export interface ObliviousResponse extends FetchResponse, BytesResponse {}

const MESSAGE_BYTES_MAX = REQUEST_BYTES_MAX - REQUEST_OVERHEAD

/** The status of a gateway that does not know the key (RFC 9458 §5.3). */
const UNKNOWN_KEY_STATUS = 422

/** Asks through a relay. */
export class ObliviousTransport {
  readonly #options: ObliviousOptions
  readonly #fetch: BytesFetch
  readonly #keys: GatewayKeys
  /** Whom the first request was for: a gateway is of one node, and another one's access key is not to be shown to it. */
  #node: string | undefined

  constructor(options: ObliviousOptions) {
    this.#options = options
    this.#fetch = options.fetch ?? (runtimeFetch as unknown as BytesFetch)
    this.#keys = new GatewayKeys(options.keys, this.#fetch, options.clock ?? Date.now)
  }

  /**
   * One request and its answer, of which the relay sees the length, padded to a power of two. Rejects for whatever the
   * gateway itself did not answer: what a relay says in its place proves nothing. A request may have 65,000 bytes with all
   * its headers, and no stream for a body. All must be for one node.
   */
  readonly fetch = async (url: string, init: FetchInit): Promise<ObliviousResponse> => {
    const request = requestOf(url, init)
    const node = `${request.scheme}://${request.authority}`
    this.#node ??= node
    if (node !== this.#node) {
      const why = `its gateway is of "${this.#node}", and the question is for "${node}"; make a transport for each node`
      throw new Error(`Cannot ask through the relay: ${why}`)
    }
    const message = messageOf(request)
    const key = await this.#keys.current()
    const answer = await this.#ask(key, message, init.signal)
    if (answer !== undefined) return responseOf(answer)
    const next = await this.#keys.after(key)
    const again = next === undefined ? undefined : await this.#ask(next, message, init.signal)
    if (again !== undefined) return responseOf(again)
    throw new Error(
      'Cannot ask through the relay: the gateway does not know its key any more; pin or fetch a newer one',
    )
  }

  /** The answer; `undefined` where the gateway does not know the key. */
  async #ask(key: KeyConfig, message: Uint8Array, signal: unknown): Promise<BinaryResponse | undefined> {
    const sealed = await encapsulateRequest(key, message)
    const response = await this.#fetch(this.#options.relay, {
      method: 'POST',
      headers: { 'content-type': REQUEST_TYPE, accept: RESPONSE_TYPE },
      body: sealed.bytes,
      redirect: 'error',
      credentials: 'omit',
      signal,
    })
    if (response.status === UNKNOWN_KEY_STATUS) return undefined
    const type = response.headers.get('content-type')
    const bytes = await bytesWithin(response, RESPONSE_BYTES_MAX)
    if (response.status !== 200 || type !== RESPONSE_TYPE || bytes === undefined) {
      const length = bytes === undefined ? `more than ${RESPONSE_BYTES_MAX}` : bytes.length
      const found = `status ${response.status}, type ${JSON.stringify(type)}, ${length} bytes`
      throw new Error(`Cannot ask through the relay: it must answer with ${RESPONSE_TYPE}, found ${found}`)
    }
    return unwrap(decodeResponse(unwrap(await sealed.openResponse(bytes))))
  }
}

function requestOf(url: string, { method, headers, body }: FetchInit): BinaryRequest {
  const parts = /^(https?):\/\/([^/?#@\s]+)(\/[^#\s]*)?$/.exec(url)
  if (parts === null)
    throw new Error('Cannot ask through a relay: the address must be http or https, without a fragment')
  const [, scheme, authority, path = '/'] = parts
  return {
    method,
    scheme: scheme!,
    authority: authority!,
    path,
    fields: Object.entries(headers),
    content: contentOf(body),
  }
}

function messageOf(request: BinaryRequest): Uint8Array {
  const plain = encodeRequest(request)
  if (plain.length <= MESSAGE_BYTES_MAX) return encodeRequest(request, paddedLength(plain.length, MESSAGE_BYTES_MAX))
  const found = `${plain.length} bytes, at most ${MESSAGE_BYTES_MAX} may be asked at once`
  throw new Error(`Cannot ask through a relay: the request has ${found}`)
}

function contentOf(body: FetchInit['body']): Uint8Array {
  const bytes = typeof body === 'string' ? encodeUtf8(body) : (body ?? new Uint8Array())
  if (bytes instanceof Uint8Array) return bytes
  throw new Error('Cannot ask through a relay: the body must be whole Unicode text or bytes, not a stream')
}

function responseOf({ status, fields, content }: BinaryResponse): ObliviousResponse {
  const found = new Map(fields)
  return {
    status,
    headers: { get: name => found.get(name.toLowerCase()) ?? null },
    arrayBuffer: async () => content.slice().buffer,
    async text() {
      const text = decodeUtf8(content)
      if (text !== undefined) return text
      throw new Error('Cannot read the answer: it is not UTF-8')
    },
  }
}
