/** The keys of a gateway: pinned, or fetched from it directly. */
import { bytesEqual, unwrap } from '@tocsin/core/base'
import type { BytesFetch } from '../list/server.ts'
import { decodeKeyConfigs, type KeyConfig, KEYS_BYTES_MAX, KEYS_TYPE } from '../ohttp/index.ts'
import { timeoutSignal } from '../platform.ts'

/** The bytes of `application/ohttp-keys`, or the address at the gateway where they are fetched. */
export type KeySource = Uint8Array | { readonly from: string }

const TIMEOUT_MS = 5000

/**
 * Milliseconds between two fetches, at least. A relay that claims that the keys are of no use any more could else have a
 * client show itself at the gateway with each question.
 */
const AGAIN_AFTER_MS = 3_600_000

/** Gives the key that requests are sealed for. */
export class GatewayKeys {
  readonly #source: KeySource
  readonly #fetch: BytesFetch
  readonly #clock: () => number
  #held: Promise<KeyConfig> | undefined
  #fetchedAt = Number.NEGATIVE_INFINITY

  constructor(source: KeySource, fetch: BytesFetch, clock: () => number) {
    this.#source = source
    this.#fetch = fetch
    this.#clock = clock
  }

  /** The key to use. Rejects where it cannot be had. */
  current(): Promise<KeyConfig> {
    if (this.#held === undefined) {
      const held = this.#load()
      this.#held = held
      // A failure is not kept: the next request tries again.
      held.catch(() => {
        if (this.#held === held) this.#held = undefined
      })
    }
    return this.#held
  }

  /** Another key than this one, which the gateway does not know any more; `undefined` where there is none to be had. */
  async after(refused: KeyConfig): Promise<KeyConfig | undefined> {
    if (this.#source instanceof Uint8Array) return undefined
    if ((await this.current()) === refused) {
      if (this.#clock() - this.#fetchedAt < AGAIN_AFTER_MS) return undefined
      this.#held = undefined
    }
    const next = await this.current()
    return next.id === refused.id && bytesEqual(next.publicKey, refused.publicKey) ? undefined : next
  }

  async #load(): Promise<KeyConfig> {
    const bytes = this.#source instanceof Uint8Array ? this.#source : await this.#fetched(this.#source.from)
    const [first] = unwrap(decodeKeyConfigs(bytes))
    if (first === undefined) throw new Error('Cannot use the keys of the gateway: none is for X25519 and AES-128-GCM')
    return first
  }

  async #fetched(url: string): Promise<Uint8Array> {
    const init = { method: 'GET', headers: { accept: KEYS_TYPE }, redirect: 'error', credentials: 'omit' } as const
    const response = await this.#fetch(url, { ...init, signal: timeoutSignal(TIMEOUT_MS) })
    const bytes = new Uint8Array(await response.arrayBuffer())
    const type = response.headers.get('content-type')
    if (response.status !== 200 || type !== KEYS_TYPE || bytes.length > KEYS_BYTES_MAX) {
      const found = `status ${response.status}, type ${JSON.stringify(type)}, ${bytes.length} bytes`
      throw new Error(`Cannot fetch the keys of the gateway: they must be ${KEYS_TYPE}, found ${found}`)
    }
    this.#fetchedAt = this.#clock()
    return bytes
  }
}
