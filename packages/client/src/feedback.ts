import type { FeedbackMode, WireFeedback, WireFeedbackBatches } from '@tocsin/core/wire'
import { recordOf } from './answers.ts'
import { strangeAnswer, type Transport } from './transport.ts'

/** Feedback of an edge. An admin key is needed; rejects with a {@link TocsinProblem}, `not-found` where it is no edge. */
export class FeedbackClient {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** How it stands. */
  async status(): Promise<WireFeedback> {
    return stateOf(await this.#transport.ask({ method: 'GET', path: '/v1/feedback' }))
  }

  /** Batches byte for byte: those that wait, the next first, or those that were sent or refused, the last first. */
  async list(which: 'pending' | 'sent', limit: number): Promise<WireFeedbackBatches> {
    const answer = await this.#transport.ask({ method: 'GET', path: `/v1/feedback/${which}?limit=${limit}` })
    if (!Array.isArray(recordOf(answer)['batches'])) throw strangeAnswer('a list of batches')
    return answer as WireFeedbackBatches
  }

  /** Switches it on, holds it, or switches it off. */
  async choose(mode: FeedbackMode): Promise<WireFeedback> {
    const body = JSON.stringify({ mode })
    return stateOf(await this.#transport.ask({ method: 'PUT', path: '/v1/feedback/mode', body }))
  }

  /** Agrees that the text of pages is sent; resolves with how many of them waited for it. */
  async agree(subjects: readonly string[]): Promise<number> {
    const body = JSON.stringify({ subjects })
    return await this.#count({ method: 'POST', path: '/v1/feedback/submissions', body }, 'accepted')
  }

  /** Throws away all that waits; resolves with how many items. */
  async discard(): Promise<number> {
    return await this.#count({ method: 'DELETE', path: '/v1/feedback/pending' }, 'discarded')
  }

  async #count(question: Parameters<Transport['ask']>[0], name: string): Promise<number> {
    const count = recordOf(await this.#transport.ask(question))[name]
    if (typeof count !== 'number') throw strangeAnswer('a count')
    return count
  }
}

function stateOf(answer: unknown): WireFeedback {
  if (typeof recordOf(answer)['mode'] !== 'string') throw strangeAnswer('the state of feedback')
  return answer as WireFeedback
}
