import type {
  AppealState,
  WireAppeal,
  WireAppealAnswer,
  WireAppealCase,
  WireAppealOpened,
  WireAppeals,
  WireNewAppeal,
} from '@tocsin/core/wire'
import { recordOf } from './answers.ts'
import { strangeAnswer, type Transport } from './transport.ts'

/** Appeals at a node. Anyone who may look up may make one; to list and answer takes an analyst's key. */
export class AppealClient {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** Holds a listing to be wrong. Keep the id of the answer. */
  async open(appeal: WireNewAppeal): Promise<WireAppealOpened> {
    const body = JSON.stringify(appeal)
    return withId(await this.#transport.ask({ method: 'POST', path: '/v1/appeals', body }))
  }

  /** How an appeal stands; rejects with `not-found` for an id that is none. */
  async find(id: string): Promise<WireAppeal> {
    return withId(await this.#transport.ask({ method: 'GET', path: `/v1/appeals/${encodeURIComponent(id)}` }))
  }

  /** Appeals of a state: open ones the oldest first. */
  async list(status: AppealState = 'open'): Promise<WireAppeals> {
    const answer = await this.#transport.ask({ method: 'GET', path: `/v1/console/appeals?status=${status}` })
    if (!Array.isArray(recordOf(answer)['appeals'])) throw strangeAnswer('a list of appeals')
    return answer as WireAppeals
  }

  /** Answers an appeal, and all that are open for the same subject. */
  async answer(id: string, answer: WireAppealAnswer): Promise<WireAppealCase> {
    const path = `/v1/console/appeals/${encodeURIComponent(id)}/answer`
    return withId(await this.#transport.ask({ method: 'POST', path, body: JSON.stringify(answer) }))
  }
}

function withId<T>(answer: unknown): T {
  if (typeof recordOf(answer)['id'] !== 'string') throw strangeAnswer('an appeal')
  return answer as T
}
