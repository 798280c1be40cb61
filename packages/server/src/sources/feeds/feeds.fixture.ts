/** Feeds as a node has them, on a real ledger, a real server on loopback and a folder of their own; time is turned by hand. */
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { trustStepOf } from '@tocsin/core/scoring'
import type { WireFeedSettings } from '@tocsin/core/wire'
import { openIntake } from '../../compose/imports.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { openSqliteLedger } from '../../ledger/sqlite/ledger.ts'
import type { EventName } from '../../ops/events.ts'
import { FeedTurnCounts } from '../../ops/feeds.ts'
import { openOutbound } from '../../outbound/http/outbound.ts'
import { type Feeds, openFeeds } from './feeds.ts'
import type { FeedIntake } from './sending.ts'
import type { Timers } from './timers.ts'

/** Where the clock stands at first. */
export const BEGIN = Date.parse('2026-03-01T12:00:00Z')
const HOUR = 3_600_000

/** What a server answers; `undefined` where it wrote the answer itself. */
export type Answering = (request: IncomingMessage, response: ServerResponse) => string | undefined

/** A server on loopback whose answers are changed at will. */
export async function startServer() {
  const requests: IncomingMessage[] = []
  const told = { answer: (() => '') as Answering }
  const server = createServer((request, response) => {
    requests.push(request)
    const text = told.answer(request, response)
    if (text !== undefined) response.end(text)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    told,
    requests,
    url: `http://127.0.0.1:${port}/list.txt`,
    host: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Timers that ring when the clock is turned. */
export class HandTimers implements Timers {
  now: number = BEGIN
  readonly #waiting = new Map<object, { readonly at: number; readonly run: () => void }>()

  after(milliseconds: number, run: () => void): Disposable {
    const handle = {}
    this.#waiting.set(handle, { at: this.now + milliseconds, run })
    return { [Symbol.dispose]: () => void this.#waiting.delete(handle) }
  }

  /** Sets the clock back; what waits goes on waiting as long as it would have. */
  setBack(milliseconds: number): void {
    this.now -= milliseconds
    for (const [handle, { at, run }] of this.#waiting) this.#waiting.set(handle, { at: at - milliseconds, run })
  }

  /** Moves the clock and rings what is due by then, once each. */
  turn(milliseconds: number): void {
    this.now += milliseconds
    const due = Array.from(this.#waiting).filter(([, { at }]) => at <= this.now)
    for (const [handle, { run }] of due) {
      if (this.#waiting.delete(handle)) run()
    }
  }
}

/** A folder with feeds in it. */
export interface FeedWorld extends AsyncDisposable {
  readonly folder: string
  readonly timers: HandTimers
  readonly ledger: Ledger
  readonly events: EventName[]
  readonly counts: FeedTurnCounts
  feeds: Feeds
  /** Ends the feeds and opens them again, as after a restart. */
  restart(): Promise<void>
  /** Moves the clock on by hours and takes a turn of a feed. */
  turn(name: string, hours?: number): ReturnType<Feeds['run']>
  /** The subjects that a source has in the ledger, as canonical text, sorted. */
  held(name: string): Promise<readonly string[]>
  add(name: string, settings: WireFeedSettings): Promise<void>
}

/** Makes a world. `disturb` stands between the feeds and their intake, as a crash would. */
export async function feedWorld(disturb: (intake: FeedIntake) => FeedIntake = intake => intake): Promise<FeedWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-feeds-'))
  const timers = new HandTimers()
  const ledger = openSqliteLedger(join(folder, 'ledger.sqlite'))
  const clock = () => timers.now
  const outbound = openOutbound({ userAgent: 'tocsin/test', clock })
  const events: EventName[] = []
  const counts = new FeedTurnCounts()
  const open = () =>
    openFeeds({
      dataFolder: folder,
      outbound,
      env: { TOCSIN_FEED_KEY: 'sesame', HOME: 'private' },
      clock,
      timers,
      counts,
      log: event => void events.push(event),
      intakeOf: ({ name, organisation, trust }) => {
        const source = { name, origin: 'feed', organisation, trustStep: trustStepOf(trust) } as const
        return disturb(openIntake({ source, authority: 'feed' }, { ledger, clock }))
      },
      held: async name => {
        const source = (await ledger.counts()).sources.find(each => each.name === name)
        return source === undefined ? 0 : source.origin === 'feed' ? source.evidence : undefined
      },
    })
  const world: FeedWorld = {
    folder,
    timers,
    ledger,
    events,
    counts,
    feeds: open(),
    async restart() {
      await world.feeds[Symbol.asyncDispose]()
      world.feeds = open()
    },
    turn(name, hours = 1) {
      timers.now += hours * HOUR
      return world.feeds.run(name)
    },
    async held(name) {
      const { cases } = await ledger.touchedSince(0, 10_000_000)
      return cases
        .filter(each => each.records.some(record => record.source === name))
        .map(({ subject }) => `${subject.type}:${subject.value}`)
        .toSorted()
    },
    async add(name, settings) {
      await world.feeds.add({ name, ...settings })
    },
    async [Symbol.asyncDispose]() {
      await world.feeds[Symbol.asyncDispose]()
      await ledger[Symbol.asyncDispose]()
      await outbound[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return world
}

/** Addresses, one a line; a list of any length of its own. */
export function addresses(count: number, from = 0): string {
  const address = (at: number) => `11.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}`
  return Array.from({ length: count }, (_, at) => `${address(at + from)}\n`).join('')
}
