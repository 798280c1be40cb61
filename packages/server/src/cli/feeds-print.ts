/** Feeds for people. */
import type { WireFeedDiff, WireFeedStatus, WireFeedTurn } from '@tocsin/core/wire'
import { type Cell, printLine, printTable } from './print.ts'
import type { Output } from './surroundings.ts'

/** Turns that are shown. */
const TURNS_SHOWN = 10

/** When something is due, from now. */
export function noteWhen(time: string | undefined, now: number): string {
  if (time === undefined) return 'not planned'
  const seconds = Math.round((Date.parse(time) - now) / 1000)
  return seconds <= 0 ? 'due now' : `in ${seconds} s`
}

/** All about a feed. */
export function printStatus(output: Output, status: WireFeedStatus): void {
  const { statistics, held } = status
  const rows: (readonly [string, string | undefined])[] = [
    ['state', status.state],
    ['address', status.address],
    ['format', status.format],
    ['entries', String(status.entries)],
    ['trust', `${status.trust} (${status.organisation})`],
    ['licence', status.licence],
    ['attribution', status.settings.attribution],
    ['checked', status.checkedAt],
    ['copy of', status.goodAt],
    ['next turn', status.nextAt],
    ['trouble', status.error],
    [
      'held back',
      held === undefined
        ? undefined
        : `${held.cause}: ${held.entries} entries, ${held.turns} turns since ${held.since}`,
    ],
    ['agreed', held?.agreed === true ? 'the next turn follows it' : undefined],
    ['new in 7 days', statistics === undefined ? undefined : String(statistics.newInWeek)],
    ['unique', statistics === undefined ? undefined : percent(statistics.uniqueShare)],
    [
      'first to list',
      statistics === undefined ? undefined : `${percent(statistics.firstShare)} of what others list too`,
    ],
    ['overlap', statistics?.overlaps.map(({ source, share }) => `${source} ${percent(share)}`).join(', ') || undefined],
  ]
  printTable(
    output,
    [],
    rows.flatMap(([name, value]) => (value === undefined ? [] : [[{ text: name, colour: 'dim' }, value]])),
  )
  if (status.turns.length > 0) printTurns(output, status.turns.slice(0, TURNS_SHOWN))
  for (const { place, reason } of status.refusals)
    printLine(output, `refused ${place > 0 ? `line ${place}` : 'by the intake'}: ${reason}`)
}

/** Turns as a table. */
export function printTurns(output: Output, turns: readonly WireFeedTurn[]): void {
  const head = ['turn', 'outcome', 'entries', 'added', 'changed', 'removed', 'refused', 'skipped', 'ms', 'reason']
  const rows = turns.map((turn): (Cell | string)[] => [
    turn.at.slice(0, 19),
    {
      text: turn.outcome,
      colour: turn.outcome === 'refused' || turn.outcome === 'failed' ? 'yellow' : 'green',
    },
    ...[turn.entries, turn.added, turn.changed, turn.removed, turn.refused, turn.skipped, turn.milliseconds].map(
      String,
    ),
    turn.reason ?? '',
  ])
  printTable(output, head, rows)
}

/** What a turn would do. */
export function printDiff(output: Output, diff: WireFeedDiff): void {
  const { outcome, reason, entries, added, changed, removed, firstAdded, firstRemoved } = diff
  printLine(output, `${outcome}: ${entries} entries, ${added} new, ${changed} changed, ${removed} gone`)
  if (reason !== undefined) printLine(output, reason)
  for (const subject of firstAdded) printLine(output, `+ ${subject}`)
  if (added > firstAdded.length) printLine(output, `+ … ${added - firstAdded.length} more`)
  for (const subject of firstRemoved) printLine(output, `- ${subject}`)
  if (removed > firstRemoved.length) printLine(output, `- … ${removed - firstRemoved.length} more`)
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`
}
