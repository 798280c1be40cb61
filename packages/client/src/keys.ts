import type { WireEnrolment, WireKey, WireNewEnrolment, WireNewKey } from '@tocsin/core/wire'
import { recordOf } from './answers.ts'
import { strangeAnswer, type Transport } from './transport.ts'

/** The access keys of a node, and the enrolments by which edges get theirs. An admin key is needed; rejects with a {@link TocsinProblem}. */
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

  /**
   * Opens an enrolment. `token` of the answer is for the edge that is to have the key: good once, until it expires, and
   * nobody can show it again.
   */
  async enrol(enrolment: WireNewEnrolment): Promise<WireEnrolment> {
    const body = JSON.stringify(enrolment)
    const opened = await this.#transport.ask({ method: 'POST', path: '/v1/enrolments', body })
    if (typeof recordOf(opened)['token'] !== 'string') throw strangeAnswer('an enrolment')
    return opened as WireEnrolment
  }

  /** The enrolments that wait for their edges, without their secrets. */
  async enrolments(): Promise<readonly WireEnrolment[]> {
    const { enrolments } = recordOf(await this.#transport.ask({ method: 'GET', path: '/v1/enrolments' }))
    if (!Array.isArray(enrolments)) throw strangeAnswer('a list of enrolments')
    return enrolments as readonly WireEnrolment[]
  }

  /** Makes the token of an enrolment worthless; rejects with `not-found` where none of this name is open. */
  async cancelEnrolment(name: string): Promise<void> {
    await this.#transport.ask({ method: 'DELETE', path: `/v1/enrolments/${encodeURIComponent(name)}` })
  }
}
