import type {
  WireFeedCatalogue,
  WireFeedDiff,
  WireFeedRemoved,
  WireFeedStatus,
  WireFeedSwitch,
  WireFeeds,
  WireFeedTurn,
  WireNewFeed,
} from '@tocsin/core/wire'
import { recordOf } from './answers.ts'
import { strangeAnswer, type Transport } from './transport.ts'

/**
 * The feeds of a node. An admin key is needed; rejects with a {@link TocsinProblem}. What fetches or takes back has no
 * time limit, for a feed may be long.
 */
export class FeedClient {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** All feeds in short. */
  async list(): Promise<WireFeeds['feeds']> {
    return (await this.#ask<WireFeeds>('GET', '', 'feeds')).feeds
  }

  /** Well-known feeds that can be added by name. */
  async catalogue(): Promise<WireFeedCatalogue['feeds']> {
    return (await this.#ask<WireFeedCatalogue>('GET', '/catalogue', 'feeds')).feeds
  }

  /** All about one feed. */
  async status(name: string): Promise<WireFeedStatus> {
    return await this.#ask('GET', at(name), 'settings')
  }

  /** Adds a feed; without an address the one of this name in the catalogue. */
  async add(feed: WireNewFeed): Promise<WireFeedStatus> {
    return await this.#ask('POST', '', 'settings', feed)
  }

  /** Switches a feed on or off; one that is not configured comes from the catalogue. */
  async enable(name: string, wanted: WireFeedSwitch): Promise<WireFeedStatus> {
    return await this.#ask('PUT', `${at(name)}/enabled`, 'settings', wanted)
  }

  /** Removes a feed with all that it said; resolves with how many records went. */
  async remove(name: string): Promise<number> {
    return (await this.#ask<WireFeedRemoved>('DELETE', at(name), 'retracted')).retracted
  }

  /** Takes a turn now; resolves when it has ended, however it did. */
  async run(name: string): Promise<WireFeedTurn> {
    return await this.#ask('POST', `${at(name)}/run`, 'outcome')
  }

  /** What the next turn would do; changes nothing. */
  async diff(name: string): Promise<WireFeedDiff> {
    return await this.#ask('POST', `${at(name)}/diff`, 'outcome')
  }

  /** Agrees to a copy that is held back; the next turn follows it. */
  async agree(name: string): Promise<WireFeedStatus> {
    return await this.#ask('POST', `${at(name)}/agree`, 'settings')
  }

  async #ask<T>(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    field: keyof T & string,
    body?: unknown,
  ): Promise<T> {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) }
    const timeoutMs = Number.POSITIVE_INFINITY
    const answer = await this.#transport.ask({ method, path: `/v1/feeds${path}`, timeoutMs, ...sent })
    if (recordOf(answer)[field] === undefined) throw strangeAnswer('what is told of feeds')
    return answer as T
  }
}

function at(name: string): string {
  return `/${encodeURIComponent(name)}`
}
