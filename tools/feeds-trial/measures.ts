/** What the trial measures of this process, the node in it, by hours. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { DatabaseSync } from 'node:sqlite'

/** One stretch of the trial. */
export interface Stretch {
  readonly name: string
  /** Of the trial. */
  readonly hours: number
  readonly wallSeconds: number
  /** Of all threads of the node. */
  readonly cpuSeconds: number
  readonly rssMiB: number
  /** How long the main thread, with HTTP and DNS over TCP on it, kept others waiting: median, 99th of a hundred, most. */
  readonly delayMs: readonly [number, number, number]
}

/** Measures one stretch after another. */
export class Measures {
  readonly stretches: Stretch[] = []
  readonly #delay = monitorEventLoopDelay({ resolution: 1 })
  #cpu = process.cpuUsage()
  #wallAt = performance.now()

  constructor() {
    this.#delay.enable()
  }

  /** Ends a stretch and begins the next. */
  end(name: string, hours: number): Stretch {
    const { user, system } = process.cpuUsage(this.#cpu)
    const delay = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - 1)
    const stretch: Stretch = {
      name,
      hours,
      wallSeconds: (performance.now() - this.#wallAt) / 1000,
      cpuSeconds: (user + system) / 1e6,
      rssMiB: process.memoryUsage.rss() / 2 ** 20,
      delayMs: [delay(this.#delay.percentile(50)), delay(this.#delay.percentile(99)), delay(this.#delay.max)],
    }
    this.stretches.push(stretch)
    this.#cpu = process.cpuUsage()
    this.#wallAt = performance.now()
    this.#delay.reset()
    return stretch
  }
}

/** What the memory of the feeds says of their turns. */
export interface Turns {
  /** Feeds that had one. */
  readonly feeds: number
  readonly count: number
  readonly outcomes: Readonly<Record<string, number>>
  /** Turns that came more than a quarter of an hour after the latest time that jitter allows. */
  readonly missed: number
  /** The longest time between two turns of a feed, in minutes; of feeds that do not fail. */
  readonly gapMinutes: number
  readonly milliseconds: { readonly median: number; readonly most: number }
}

/** An hour and its jitter, and the quarter of an hour that a turn may be late. Milliseconds. */
const GAP_MAX_MS = 3_600_000 * 1.1 + 900_000

/** Reads the turns of a store; counts are of those since `from`, gaps of all, up to the end at `until`. */
export function readTurns(store: string, from: number, until: number): Turns {
  using database = new DatabaseSync(store, { readOnly: true })
  const rows = database
    .prepare('SELECT feed, at, outcome, milliseconds FROM turn WHERE at < ? ORDER BY feed, at')
    .all(until) as unknown as readonly { feed: string; at: number; outcome: string; milliseconds: number }[]
  const outcomes: Record<string, number> = {}
  const lengths: number[] = []
  let [missed, gapMs] = [0, 0]
  const byFeed = Map.groupBy(rows, row => row.feed)
  for (const turns of byFeed.values()) {
    const hasFailed = turns.some(({ outcome }) => outcome === 'failed')
    const gaps = turns.slice(1).map(({ at }, index) => at - turns[index]!.at)
    gaps.push(until - turns.at(-1)!.at)
    if (!hasFailed) {
      missed += gaps.filter(gap => gap > GAP_MAX_MS).length
      gapMs = Math.max(gapMs, ...gaps)
    }
    for (const { at, outcome, milliseconds } of turns) {
      if (at < from) continue
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
      lengths.push(milliseconds)
    }
  }
  lengths.sort((a, b) => a - b)
  const milliseconds = { median: lengths[lengths.length >> 1] ?? 0, most: lengths.at(-1) ?? 0 }
  return {
    feeds: byFeed.size,
    count: lengths.length,
    outcomes,
    missed,
    gapMinutes: gapMs / 60_000,
    milliseconds,
  }
}
