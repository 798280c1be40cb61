/** Replays histories of feeds into a node and holds its book against the lists of the last day. */
import { findFormat } from '../../packages/server/src/formats/all.ts'
import { type FeedCounts, ReplayedFeed } from './feed.ts'
import { type Day, lastList } from './history.ts'
import type { ReplayNode } from './node.ts'

/** What a feed came to. */
export interface FeedOutcome extends FeedCounts {
  readonly feed: string
  /** Entries of the list on the last day, and the subjects that they are. */
  readonly entries: number
  readonly subjects: number
  /** Evidence of the feed in the ledger. */
  readonly evidence: number
  /** Subjects of the list that the book lacks. */
  readonly missing: readonly string[]
}

/** What a replay came to. */
export interface ReplayOutcome {
  readonly days: number
  readonly feeds: readonly FeedOutcome[]
  /** Entries of the book. */
  readonly listed: number
  /** Subjects in the book that no list of the last day has. */
  readonly beyond: readonly string[]
}

/** Whether the book is the lists, and the ledger of each feed is its list. */
export function isEqual({ feeds, beyond }: ReplayOutcome): boolean {
  return beyond.length === 0 && feeds.every(feed => feed.missing.length === 0 && feed.evidence === feed.subjects)
}

/**
 * Replays. Each day all feeds bring their changes, then the scorer settles; `told` hears of each day when it is done.
 *
 * @param histories by the name of the feed
 */
export async function replay(
  histories: ReadonlyMap<string, readonly Day[]>,
  node: ReplayNode,
  told: (day: string) => void,
): Promise<ReplayOutcome> {
  const feeds = new Map([...histories.keys()].map(name => [name, new ReplayedFeed(node.intakeOf(name))]))
  const byDay = new Map<string, [string, Day][]>()
  for (const [name, days] of histories) {
    for (const day of days) byDay.set(day.day, [...(byDay.get(day.day) ?? []), [name, day]])
  }
  const calendar = [...byDay.keys()].toSorted()
  for (const date of calendar) {
    node.setTime(Date.parse(`${date}T12:00:00Z`))
    for (const [name, day] of byDay.get(date)!) await feeds.get(name)!.take(day)
    await node.settled()
    told(date)
  }
  return outcomeOf(histories, feeds, node, calendar.length)
}

async function outcomeOf(
  histories: ReadonlyMap<string, readonly Day[]>,
  feeds: ReadonlyMap<string, ReplayedFeed>,
  node: ReplayNode,
  days: number,
): Promise<ReplayOutcome> {
  const evidence = await node.evidence()
  const listed = node.listed()
  const wanted = new Set<string>()
  const outcomes = [...histories].map(([feed, history]): FeedOutcome => {
    const entries = lastList(history)
    const subjects = subjectsOf(entries)
    for (const subject of subjects) wanted.add(subject)
    return {
      ...feeds.get(feed)!.counts,
      feed,
      entries: entries.size,
      subjects: subjects.size,
      evidence: evidence.get(feed) ?? 0,
      missing: [...subjects].filter(subject => !listed.has(subject)),
    }
  })
  return { days, feeds: outcomes, listed: listed.size, beyond: [...listed].filter(subject => !wanted.has(subject)) }
}

/** The subjects of entries, each read as a list of its own; what cannot be read is none. */
export function subjectsOf(entries: Iterable<string>): ReadonlySet<string> {
  const reader = findFormat('plain')!.open({})
  const text = Buffer.from(`${[...entries].join('\n')}\n`)
  const subjects = new Set<string>()
  for (const { content } of [...reader.push(text), ...reader.end()]) {
    if (content.is !== 'indicators') continue
    for (const { subject } of content.indicators) subjects.add(subject)
  }
  return subjects
}
