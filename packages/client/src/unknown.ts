import type { WireUnknown } from '@tocsin/core/wire'
import { recordOf } from './answers.ts'
import { strangeAnswer, type Transport } from './transport.ts'

/** What a list of the unknown is asked for with. */
export interface UnknownQuestion {
  /** `ip`, `domain`, `url` or `file`; all, where absent. */
  readonly type?: string
  /** Subjects, at most 1,000; 100 where absent. */
  readonly limit?: number
}

/** What sites met and nobody knows anything of. It takes an analyst's key. */
export class UnknownClient {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** First what most organisations met, then what was asked about most. */
  async list({ type, limit }: UnknownQuestion = {}): Promise<WireUnknown> {
    const query = new URLSearchParams()
    if (type !== undefined) query.set('type', type)
    if (limit !== undefined) query.set('limit', String(limit))
    const answer = await this.#transport.ask({ method: 'GET', path: `/v1/unknown?${query.toString()}` })
    if (!Array.isArray(recordOf(answer)['subjects'])) throw strangeAnswer('what is unknown')
    return answer as WireUnknown
  }
}
