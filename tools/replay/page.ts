/** The page of a replay. */
import { TRIAL_FEEDS } from './feeds.ts'
import { isEqual, type ReplayOutcome } from './replay.ts'
import type { Comparison } from './snapshot.ts'

/** What the page tells beside the replay itself. */
export interface PageParts {
  readonly outcome: ReplayOutcome
  readonly snapshots: ReadonlyMap<string, Comparison>
  readonly first: string
  readonly last: string
  readonly seconds: number
}

/** Markdown. */
export function pageOf(parts: PageParts): string {
  const { outcome, first, last, seconds } = parts
  const verdict = isEqual(outcome) ? 'equals' : 'DOES NOT EQUAL'
  return `# A year of feeds, day by day

\`TOCSIN_TRIAL_DATA=<folder> npm run trial:replay -- --write\` made this page: ${TRIAL_FEEDS.length} real feeds from ${first} to
${last}, through the real intake, ledger, scorer and book, in one process with a clock that is told the date. What a feed
held before ${first} stands on its first day. Each day a feed brings its changes, each 24th turn its whole list as a
generation; the scorer settles after each day.

**On the last day the book ${verdict} the lists of that day**: ${outcome.listed.toLocaleString('en')} entries,
${outcome.beyond.length} of them on no list, ${outcome.feeds.reduce((sum, feed) => sum + feed.missing.length, 0)} missing. ${outcome.days} days took ${seconds.toFixed(0)} s (at most 600).

${tableOf(parts).join('\n')}

*List* is the last day's, replayed by a plain set of lines; *subjects* are its entries in canonical form (several URLs may
be one page); *ledger* is what the ledger holds of the feed. *Snapshot*: of the subjects of the list, how many the makers'
own file of that day has (read by the format named), how many it lacks, and what it has beyond.
`
}

/** The rows of the table, for the page and for the screen. */
export function tableOf({ outcome, snapshots }: PageParts): readonly string[] {
  const count = (value: number): string => value.toLocaleString('en')
  return [
    '| feed | days | lines | refused | put | retracted | generations | list | subjects | ledger | missing | snapshot |',
    '|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|',
    ...outcome.feeds.map(feed => {
      const snapshot = snapshots.get(feed.feed)
      const compared =
        snapshot === undefined
          ? 'none'
          : `${snapshot.format}: ${count(snapshot.both)}, −${count(snapshot.onlyList)}, +${count(snapshot.onlySnapshot)}`
      const { days, lines, refused, put, retracted, generations, entries, subjects, evidence, missing } = feed
      const numbers = [days, lines, refused, put, retracted, generations, entries, subjects, evidence, missing.length]
      return `| ${feed.feed} | ${numbers.map(count).join(' | ')} | ${compared} |`
    }),
  ]
}
