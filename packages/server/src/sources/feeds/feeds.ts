/**
 * The feeds of a node: which there are, their turns, and what an administrator does about them.
 *
 * One thing at a time happens to a feed: a turn, a look at what a turn would do, its removal. Turns of different feeds go
 * side by side.
 */
import { join } from 'node:path'
import { unwrap } from '@tocsin/core/base'
import type { Instant } from '@tocsin/core/evidence'
import type {
  WireFeedCatalogue,
  WireFeedDiff,
  WireFeedStatus,
  WireFeedSwitch,
  WireFeeds,
  WireFeedTurn,
  WireNewFeed,
} from '@tocsin/core/wire'
import type { Log } from '../../ops/events.ts'
import type { FeedTurnCounts } from '../../ops/feeds.ts'
import type { Outbound } from '../../outbound/outbound.ts'
import { type CatalogueFeed, readCatalogue, takeFromCatalogue } from './catalogue.ts'
import { Copies } from './copies.ts'
import { dueOf, takeUp } from './due.ts'
import { FeedsFile, settingsCheck } from './feeds-file.ts'
import { foresee } from './foreseeing.ts'
import { invalid, notFound, taken } from './problems.ts'
import { type Due, Scheduler } from './scheduler.ts'
import type { FeedIntake } from './sending.ts'
import { completeSettings, type FeedSettings } from './settings.ts'
import { openFeedStore } from './sqlite-store.ts'
import type { FeedStore } from './state.ts'
import { overviewOf, statusOf, turnToWire } from './telling.ts'
import type { Timers } from './timers.ts'
import { newPlace, type TurnParts, takeTurn } from './turn.ts'

/** A turn that cannot even be noted is not tried again for so long, in milliseconds. */
const UNNOTED_MS = 60_000

/** What feeds need of the node. */
export interface FeedsParts {
  /** The data folder: `feeds.yaml`, `feeds.sqlite` and `feeds/` lie in it. */
  readonly dataFolder: string
  readonly outbound: Pick<Outbound, 'fetch'>
  readonly env: Readonly<Record<string, string | undefined>>
  /** The entrance of a feed, by its settings. */
  readonly intakeOf: (settings: FeedSettings) => FeedIntake
  /** Entries that the ledger has of a source of this name; `undefined` where it is no feed's. */
  readonly held: (name: string) => Promise<number | undefined>
  readonly clock: () => Instant
  readonly timers: Timers
  readonly log: Log
  readonly counts: FeedTurnCounts
}

/** Opens the feeds of a data folder; nothing is fetched before {@link Feeds.start}. Throws where `feeds.yaml` is wrong. */
export function openFeeds(parts: FeedsParts): Feeds {
  const check = settingsCheck()
  const file = new FeedsFile(join(parts.dataFolder, 'feeds.yaml'), check)
  const catalogue = readCatalogue(check)
  return new Feeds(parts, file, catalogue, openFeedStore(join(parts.dataFolder, 'feeds.sqlite')))
}

/** See above. */
export class Feeds implements AsyncDisposable {
  readonly #parts: FeedsParts
  readonly #file: FeedsFile
  readonly #catalogue: ReadonlyMap<string, CatalogueFeed>
  readonly #store: FeedStore
  readonly #scheduler: Scheduler
  readonly #stopping = new AbortController()
  /** What is under way, by feed. Never rejects. */
  readonly #busy = new Map<string, Promise<unknown>>()
  /** Feeds that had a turn of news since the start. */
  readonly #begun = new Set<string>()
  /** Feeds of which the ledger was asked since the start. */
  readonly #asked = new Set<string>()
  readonly #unnoted = new Map<string, Instant>()

  constructor(parts: FeedsParts, file: FeedsFile, catalogue: ReadonlyMap<string, CatalogueFeed>, store: FeedStore) {
    this.#parts = parts
    this.#file = file
    this.#catalogue = catalogue
    this.#store = store
    this.#scheduler = new Scheduler({
      clock: parts.clock,
      timers: parts.timers,
      feeds: () => this.#due(),
      take: name => this.run(name),
      turnedBack: by => this.#turnBack(by),
      failed: (name, error) => {
        this.#unnoted.set(name, parts.clock() + UNNOTED_MS)
        if (!this.#stopping.signal.aborted) parts.log('feed-failed', { name, error })
      },
    })
  }

  /** Begins to give turns. Those that were missed are spread over the first minutes. */
  start(): void {
    takeUp(this.#file.list.settings.values(), this.#store, this.#parts.clock())
    this.#scheduler.start()
  }

  /** All configured feeds, by name. */
  list(): WireFeeds['feeds'] {
    this.#refresh()
    const now = this.#parts.clock()
    return Array.from(this.#file.list.settings.values(), settings =>
      overviewOf(settings, this.#store.find(settings.name), now),
    )
  }

  catalogue(): WireFeedCatalogue['feeds'] {
    return Array.from(this.#catalogue.values(), feed => ({
      ...feed,
      configured: this.#file.list.settings.has(feed.name),
    }))
  }

  status(name: string): WireFeedStatus {
    const settings = this.#settings(name)
    const said = this.#file.list.said.get(name)!
    return statusOf(settings, said, this.#store, this.#parts.clock())
  }

  /** Adds a feed, as it is described or as it stands in the catalogue. */
  async add({ name, acceptTerms, ...said }: WireNewFeed): Promise<WireFeedStatus> {
    this.#refresh()
    if (this.#file.list.settings.has(name)) throw taken(name)
    const known =
      said.address === undefined ? takeFromCatalogue(this.#catalogue, name, acceptTerms === true) : undefined
    const settings = { ...known?.settings, ...said, address: said.address ?? known!.settings.address }
    unwrap(completeSettings(name, settings))
    await this.#refuseTaken(name)
    // Somebody else may have added one meanwhile.
    if (this.#file.list.settings.has(name)) throw taken(name)
    this.#file.set(name, settings)
    this.#soon(name)
    return this.status(name)
  }

  /** Switches a feed on or off; what it said stays in force. One that is not configured comes from the catalogue. */
  async enable(name: string, { enabled, acceptTerms }: WireFeedSwitch): Promise<WireFeedStatus> {
    this.#refresh()
    const said = this.#file.list.said.get(name)
    if (said === undefined) {
      if (!this.#catalogue.has(name)) throw notFound(name)
      return await this.add({ name, enabled, ...(acceptTerms === undefined ? {} : { acceptTerms }) })
    }
    this.#file.set(name, { ...said, enabled })
    if (enabled) this.#soon(name)
    return this.status(name)
  }

  /** Removes a feed, takes back all that it said, and deletes its copies; resolves with how many records went. */
  async remove(name: string): Promise<number> {
    return await this.#alone(name, async () => {
      const settings = this.#leftover(name) ?? this.#settings(name)
      // First the ledger: where the rest breaks off, it can be removed once more.
      const intake = this.#parts.intakeOf(settings)
      const retracted = await intake.commit(await intake.begin())
      this.#file.remove(name)
      this.#store.forget(name)
      await this.#copies(name).remove()
      return retracted
    })
  }

  /** Takes a turn now; resolves when it has ended, however it did. */
  async run(name: string): Promise<WireFeedTurn> {
    return await this.#alone(name, async () => {
      // It may have been removed while this waited.
      const settings = this.#settings(name)
      const isLost = !this.#asked.has(name) && (await this.#isLost(name))
      this.#asked.add(name)
      const turn = await takeTurn({ ...this.#turnParts(settings), whole: isLost, startsAnew: !this.#begun.has(name) })
      if (turn.outcome === 'followed') this.#begun.add(name)
      this.#unnoted.delete(name)
      this.#parts.counts.count(turn.outcome)
      if (turn.outcome === 'refused') this.#parts.log('feed-held', { name, reason: turn.reason })
      if (turn.outcome === 'failed') this.#parts.log('feed-failed', { name, reason: turn.reason })
      return turnToWire(turn)
    })
  }

  /** What the next turn would do. Fetches, and changes nothing. */
  async diff(name: string): Promise<WireFeedDiff> {
    return await this.#alone(name, () => foresee(this.#turnParts(this.#settings(name))))
  }

  /** Agrees to follow a copy of about the length of the one that is held; the next turn is due at once. */
  agree(name: string): WireFeedStatus {
    this.#settings(name)
    const place = this.#store.find(name)
    if (place?.held === undefined) {
      throw invalid(`Cannot agree: feed "${name}" has no copy that is held back; see its status`)
    }
    this.#store.put({ ...place, held: { ...place.held, agreed: true }, nextAt: this.#parts.clock() })
    this.#scheduler.wake()
    return this.status(name)
  }

  /** Resolves when no turn is under way. For tests. */
  idle(): Promise<void> {
    return this.#scheduler.idle()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort()
    await this.#scheduler[Symbol.asyncDispose]()
    await Promise.all(this.#busy.values())
    this.#store[Symbol.dispose]()
  }

  #due(): readonly Due[] {
    this.#refresh()
    const due = dueOf(this.#file.list.settings.values(), this.#store, this.#parts.clock())
    return due.map(({ name, nextAt }) => ({ name, nextAt: Math.max(nextAt, this.#unnoted.get(name) ?? 0) }))
  }

  /** The clock was set back: times to come are as far away as they were. */
  #turnBack(by: number): void {
    this.#store.putAll(this.#store.all().map(place => ({ ...place, nextAt: place.nextAt - by })))
  }

  /** Takes up what was edited by hand. A file that is wrong changes nothing, and is told. */
  #refresh(): void {
    try {
      this.#file.refresh()
    } catch (error) {
      this.#parts.log('feeds-file-wrong', { error })
    }
  }

  #settings(name: string): FeedSettings {
    this.#refresh()
    const settings = this.#file.list.settings.get(name)
    if (settings === undefined) throw notFound(name)
    return settings
  }

  /** A feed that was taken out of `feeds.yaml` by hand, and of which there is something yet. */
  #leftover(name: string): FeedSettings | undefined {
    this.#refresh()
    if (this.#file.list.settings.has(name) || this.#store.find(name) === undefined) return undefined
    return unwrap(completeSettings(name, { address: 'gone' }))
  }

  /** A ledger that knows nothing of a feed that has a copy is new, or from a backup. */
  async #isLost(name: string): Promise<boolean> {
    return (this.#store.find(name)?.entries ?? 0) > 0 && (await this.#parts.held(name)) === 0
  }

  async #refuseTaken(name: string): Promise<void> {
    if ((await this.#parts.held(name)) !== undefined) return
    throw invalid(`Cannot add feed "${name}": a list that was imported has this name; choose another`)
  }

  #soon(name: string): void {
    const now = this.#parts.clock()
    this.#store.put({ ...(this.#store.find(name) ?? newPlace(name, now)), nextAt: now })
    this.#scheduler.wake()
  }

  #turnParts(settings: FeedSettings): TurnParts {
    const { dataFolder, outbound, env, clock, intakeOf } = this.#parts
    return {
      settings,
      store: this.#store,
      copies: this.#copies(settings.name),
      intake: intakeOf(settings),
      outbound,
      env,
      clock,
      dataFolder,
      signal: this.#stopping.signal,
      whole: false,
      startsAnew: false,
    }
  }

  #copies(name: string): Copies {
    return new Copies(join(this.#parts.dataFolder, 'feeds', name))
  }

  /** Runs something when nothing else happens to the feed. */
  async #alone<T>(name: string, work: () => Promise<T>): Promise<T> {
    while (this.#busy.has(name)) await this.#busy.get(name)
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#busy.set(name, promise)
    try {
      return await work()
    } finally {
      this.#busy.delete(name)
      resolve()
    }
  }
}
