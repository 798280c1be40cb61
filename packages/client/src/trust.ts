import type { WireTrust } from '@tocsin/core/wire'
import { recordOf } from './answers.ts'
import { strangeAnswer, type Transport } from './transport.ts'

/** An epoch looks at all that sources said: no answer within so many milliseconds is none. */
const EPOCH_MS = 600_000

/** The trust of a node's sources. An admin key is needed; rejects with a {@link TocsinProblem}. */
export class TrustClient {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** The table in force. */
  async list(): Promise<WireTrust> {
    return trustOf(await this.#transport.ask({ method: 'GET', path: '/v1/console/trust' }))
  }

  /** Makes the next epoch, or tells what it would be. */
  async epoch(apply: boolean): Promise<WireTrust> {
    return await this.#post('epoch', { apply }, EPOCH_MS)
  }

  /** Holds a source at a trust, 0 to 1; rejects with `not-found` for one that has said nothing. */
  async pin(source: string, trust: number): Promise<WireTrust> {
    return await this.#post('pin', { source, trust })
  }

  /** Lets a source learn again. */
  async unpin(source: string): Promise<WireTrust> {
    return await this.#post('unpin', { source })
  }

  async #post(what: string, body: object, timeoutMs?: number): Promise<WireTrust> {
    const path = `/v1/console/trust/${what}`
    const limit = timeoutMs === undefined ? {} : { timeoutMs }
    return trustOf(await this.#transport.ask({ method: 'POST', path, body: JSON.stringify(body), ...limit }))
  }
}

function trustOf(answer: unknown): WireTrust {
  if (!Array.isArray(recordOf(answer)['sources'])) throw strangeAnswer('a table of trust')
  return answer as WireTrust
}
