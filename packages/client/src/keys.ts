import type { WireKey, WireNewKey } from '@tocsin/core/wire'
import { recordOf } from './answers.ts'
import { strangeAnswer, type Transport } from './transport.ts'

/** The access keys of a node. An admin key is needed; rejects with a {@link TocsinProblem}. */
export class KeyClient {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** Makes a key. `token` of the answer is its secret, which nobody can show again. */
  async add(key: WireNewKey): Promise<WireKey> {
    const made = await this.#transport.ask({ method: 'POST', path: '/v1/keys', body: JSON.stringify(key) })
    if (typeof recordOf(made)['token'] !== 'string') throw strangeAnswer('a key')
    return made as WireKey
  }

  /** All keys, without their secrets. */
  async list(): Promise<readonly WireKey[]> {
    const { keys } = recordOf(await this.#transport.ask({ method: 'GET', path: '/v1/keys' }))
    if (!Array.isArray(keys)) throw strangeAnswer('a list of keys')
    return keys as readonly WireKey[]
  }

  /** Revokes a key at once; rejects with `not-found` where there is none of this name. What was reported with it stays. */
  async revoke(name: string): Promise<void> {
    await this.#transport.ask({ method: 'DELETE', path: `/v1/keys/${encodeURIComponent(name)}` })
  }

  /** Revokes a key and takes back all that was reported with it; resolves with how much that was. */
  async revokeAndRetract(name: string): Promise<number> {
    const path = `/v1/keys/${encodeURIComponent(name)}?evidence=retract`
    const { retracted } = recordOf(await this.#transport.ask({ method: 'DELETE', path }))
    if (typeof retracted !== 'number') throw strangeAnswer('a count of retractions')
    return retracted
  }
}
