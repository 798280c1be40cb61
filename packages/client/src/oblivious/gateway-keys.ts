/** The keys of a gateway: pinned, or fetched from it directly. */
import { bytesEqual, unwrap } from '@tocsin/core/base'
import { bytesWithin } from '../bounded.ts'
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

/** The same after a fetch that failed: the gateway may be back in a moment, and a relay may lie for as long as it likes. */
const AGAIN_AFTER_FAILURE_MS = 60_000

/** Gives the key that requests are sealed for. */
export class GatewayKeys {
  readonly #source: KeySource
  readonly #fetch: BytesFetch
  readonly #clock: () => number
  #held: Promise<KeyConfig> | undefined
  #fetchedAt = Number.NEGATIVE_INFINITY
  /** From then on, in milliseconds. */
  #restMs = 0

  constructor(source: KeySource, fetch: BytesFetch, clock: () => number) {
    this.#source = source
    this.#fetch = fetch
    this.#clock = clock
  }

  /** The key to use. Rejects where it cannot be had. */
  current(): Promise<KeyConfig> {
    this.#held ??= this.#loaded(undefined)
    return this.#held
  }

  /**
   * Another key than this one, which the gateway does not know any more; `undefined` where there is none to be had. Where it
   * cannot be fetched it rejects, and the one before stays: that it is refused may be a lie.
   */
  async after(refused: KeyConfig): Promise<KeyConfig | undefined> {
    if (this.#source instanceof Uint8Array) return undefined
    if ((await this.current()) === refused) {
      if (this.#rests()) return undefined
      this.#held = this.#loaded(this.#held)
    }
    const next = await this.current()
    return next.id === refused.id && bytesEqual(next.publicKey, refused.publicKey) ? undefined : next
  }

  /** A failure is not kept: what was held before it is. */
  #loaded(before: Promise<KeyConfig> | undefined): Promise<KeyConfig> {
    const loading = this.#load()
    loading.catch(() => {
      if (this.#held === loading) this.#held = before
    })
    return loading
  }

  #rests(): boolean {
    const since = this.#clock() - this.#fetchedAt
    // Below 0 the clock was set back.
    return since >= 0 && since < this.#restMs
  }

  async #load(): Promise<KeyConfig> {
    const bytes = this.#source instanceof Uint8Array ? this.#source : await this.#fetched(this.#source.from)
    const [first] = unwrap(decodeKeyConfigs(bytes))
    if (first === undefined) throw new Error('Cannot use the keys of the gateway: none is for X25519 and AES-128-GCM')
    return first
  }

  async #fetched(url: string): Promise<Uint8Array> {
    this.#fetchedAt = this.#clock()
    this.#restMs = AGAIN_AFTER_FAILURE_MS
    const init = { method: 'GET', headers: { accept: KEYS_TYPE }, redirect: 'error', credentials: 'omit' } as const
    const response = await this.#fetch(url, { ...init, signal: timeoutSignal(TIMEOUT_MS) })
    const bytes = await bytesWithin(response, KEYS_BYTES_MAX)
    const type = response.headers.get('content-type')
    if (response.status !== 200 || type !== KEYS_TYPE || bytes === undefined) {
      const found = `status ${response.status}, type ${JSON.stringify(type)}, ${bytes?.length ?? `more than ${KEYS_BYTES_MAX}`} bytes`
      throw new Error(`Cannot fetch the keys of the gateway: they must be ${KEYS_TYPE}, found ${found}`)
    }
    this.#restMs = AGAIN_AFTER_MS
    return bytes
  }
}
