/**
 * Several nodes, the preferred first: the office's edge where it can be reached, the cloud on the road.
 *
 *     well, and heard from lately        is asked
 *     well, but not heard from lately    is asked if it shows a sign of life in time, else set aside
 *     no answer, or a strange one        set aside; the next is asked within the same call
 *     answers, but lies behind           the next is asked; its answer stays as the best guess
 *     refuses in its own words           told to the caller: a wrong key is not to be hidden
 *     set aside                          asked if nobody else answers; after its rest a sign of life brings it back, for
 *                                        which no call waits
 *
 * A sign of life is asked for without a key and tells nothing of what is looked up.
 */
import type { AnswerState } from '@tocsin/core/verdict'
import type { Endpoint } from './addresses.ts'
import { within } from './platform.ts'
import { isRefusal, isToldProblem, TocsinProblem } from './problem.ts'

/** What a node said, and what that is worth. */
export interface Told<T> {
  readonly value: T
  readonly state: AnswerState
  /** Who said it; absent where there is nobody else to ask. */
  readonly server?: string
}

/** What the choice among nodes needs from outside. */
export interface ServersOptions {
  /** Asks for {@link SIGN_OF_LIFE} and gives status and JSON. Rejects where nobody answers. */
  readonly sign: (server: Endpoint) => Promise<{ readonly status: number; readonly body: unknown }>
  /** Milliseconds since 1970; the runtime's by default. */
  readonly clock?: (() => number) | undefined
  /** A number from 0 to 1, for the rest after a failure. */
  readonly random?: (() => number) | undefined
}

/** Which lists there are: small, the same for everybody, open to pages of other origins, and no other program has it. */
export const SIGN_OF_LIFE = '/v5/hashLists'

/** A node that was heard from within so many milliseconds is asked straight away. */
const HEARD_MS = 10_000

/** What a node that failed rests at most, in milliseconds: doubled with each failure, and then drawn (full jitter). */
const REST_MS = 1000
const REST_MS_MAX = 300_000

/** A node and how it fares. */
interface Place {
  readonly server: Endpoint
  isAside: boolean
  heardAt: number
  restsUntil: number
  failures: number
  sign: Promise<boolean> | undefined
}

/** See above. */
export class Servers {
  readonly #options: ServersOptions
  readonly #clock: () => number
  readonly #random: () => number
  #places: readonly Place[]

  constructor(servers: readonly Endpoint[], options: ServersOptions) {
    this.#options = options
    this.#clock = options.clock ?? Date.now
    this.#random = options.random ?? Math.random
    this.#places = servers.map(placeOf)
  }

  /** The preferred one, for what concerns one node and no other. */
  get first(): Endpoint {
    return this.#places[0]!.server
  }

  /** Forgets how the nodes fared: the machine is elsewhere now. The near ones are looked for at once. */
  networkChanged(): void {
    // What is still under way on the old network speaks of the old places.
    this.#places = this.#places.map(({ server }) => placeOf(server))
    if (this.#places.length === 1) return
    for (const place of this.#places) if (Number.isFinite(place.server.signOfLifeMs)) void this.#signOf(place)
  }

  /** Asks what is safe to ask more than once. Rejects as `one` does, or as `unavailable` where none of several answers. */
  async ask<T>(one: (server: Endpoint) => Promise<Told<T>>): Promise<Told<T>> {
    if (this.#places.length === 1) return await one(this.first)
    const problems: TocsinProblem[] = []
    let guess: Told<T> | undefined
    for (const place of this.#order()) {
      const { server } = place
      try {
        await this.#mustLive(place)
        const told = { ...(await one(server)), server: server.name }
        this.#heard(place)
        if (told.state === 'fresh') return told
        if (guess === undefined || (guess.state === 'unavailable' && told.state === 'stale')) guess = told
      } catch (error) {
        problems.push(this.#passable(place, error))
      }
    }
    if (guess !== undefined) return guess
    throw noneOf(problems)
  }

  /** Asks one node, the first that shows life, and never a second time: for what must not be said twice. */
  async askOnce<T>(one: (server: Endpoint) => Promise<T>): Promise<T> {
    if (this.#places.length === 1) return await one(this.first)
    const problems: TocsinProblem[] = []
    for (const place of this.#order()) {
      try {
        await this.#mustLive(place)
      } catch (error) {
        problems.push(this.#passable(place, error))
        continue
      }
      try {
        const answer = await one(place.server)
        this.#heard(place)
        return answer
      } catch (error) {
        throw this.#passable(place, error)
      }
    }
    throw noneOf(problems)
  }

  /** Those set aside come last; who has rested is looked for meanwhile. */
  #order(): readonly Place[] {
    const well = this.#places.filter(({ isAside }) => !isAside)
    const aside = this.#places.filter(({ isAside }) => isAside)
    if (well.length > 0) for (const place of aside) if (!this.#rests(place)) void this.#signOf(place)
    return [...well, ...aside]
  }

  async #mustLive(place: Place): Promise<void> {
    const { signOfLifeMs, name } = place.server
    const sinceHeard = this.#clock() - place.heardAt
    if (signOfLifeMs === Number.POSITIVE_INFINITY) return
    if (!place.isAside && sinceHeard >= 0 && sinceHeard < HEARD_MS) return
    if ((await within(this.#signOf(place), signOfLifeMs)) === true) return
    throw new TocsinProblem('unavailable', `Cannot reach ${name}: no node answered within ${signOfLifeMs} ms`, 0)
  }

  /** Whether a node shows life, however long that takes; one request at a time. It never rejects. */
  #signOf(place: Place): Promise<boolean> {
    const look = async (): Promise<boolean> => {
      const isAlive = await this.#options.sign(place.server).then(isNode, () => false)
      place.sign = undefined
      if (isAlive) this.#lives(place)
      else this.#setAside(place)
      return isAlive
    }
    place.sign ??= look()
    return place.sign
  }

  /** A problem for which the next may be asked, its node set aside; throws any other. */
  #passable(place: Place, error: unknown): TocsinProblem {
    if (!(error instanceof TocsinProblem)) throw error
    if (isRefusal(error)) {
      this.#heard(place)
      throw error
    }
    this.#setAside(place)
    return error
  }

  #heard(place: Place): void {
    this.#lives(place)
    place.failures = 0
  }

  #lives(place: Place): void {
    place.isAside = false
    place.heardAt = this.#clock()
  }

  #setAside(place: Place): void {
    // Rests are not added up while one lasts: many calls may fail for one reason.
    if (place.isAside && this.#rests(place)) return
    place.isAside = true
    place.restsUntil = this.#clock() + this.#random() * Math.min(REST_MS_MAX, REST_MS * 2 ** place.failures)
    place.failures++
  }

  #rests({ restsUntil }: Place): boolean {
    const left = restsUntil - this.#clock()
    // More than the longest rest: the clock was set back.
    return left > 0 && left <= REST_MS_MAX
  }
}

function placeOf(server: Endpoint): Place {
  const never = Number.NEGATIVE_INFINITY
  return { server, isAside: false, heardAt: never, restsUntil: never, failures: 0, sign: undefined }
}

/** Whether an answer to {@link SIGN_OF_LIFE} is a node's: the lists, or that it wants a key. A portal answers otherwise. */
function isNode({ status, body }: { readonly status: number; readonly body: unknown }): boolean {
  if (status >= 400 && status < 500) return isToldProblem(body)
  const { hashLists } = (body ?? {}) as { readonly hashLists?: unknown }
  return status === 200 && Array.isArray(hashLists)
}

function noneOf(problems: readonly TocsinProblem[]): TocsinProblem {
  const code = problems.every(problem => problem.code === 'limited') ? 'limited' : 'unavailable'
  const why = problems.map(({ message }) => message).join('; ')
  return new TocsinProblem(code, `Cannot get an answer from any of ${problems.length} servers: ${why}`, 0)
}
