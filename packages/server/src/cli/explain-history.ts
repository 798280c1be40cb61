/** The history of a score, as a line of bars and as a table. */
import type { WireExplanation } from '@tocsin/core/wire'
import { paint, printTable, sparkline } from './print.ts'
import type { Output } from './surroundings.ts'
import { verdictCell } from './verdict-cell.ts'

type Phase = NonNullable<WireExplanation['history']>[number]

/** Characters of the line of bars. */
const WIDTH = 48

/** Prints what lookups said, if that ever changed; the latest last. */
export function printHistory(output: Output, history: readonly Phase[], now: number): void {
  if (history.length === 0) return
  output.write(`\n${paint(output, { text: 'What lookups said, and say', colour: 'dim' })}\n`)
  const begun = history.map(timeFrom).find(time => time !== undefined)
  if (begun !== undefined && history.length > 1) {
    const bars = sparkline(lowestScores(history, begun, now))
    output.write(`  ${bars}  score from ${shown(new Date(begun).toISOString())}; a dot: nothing said\n`)
  }
  printTable(
    output,
    ['  from', 'until', 'verdict', 'score', 'why'],
    history.map(({ from, until, verdict, score, reason }) => [
      `  ${from === undefined ? 'not noted' : shown(from)}`,
      until === undefined ? 'now' : shown(until),
      verdictCell(output, verdict),
      String(score),
      reason,
    ]),
  )
}

/** The lowest score in each of {@link WIDTH} equal parts of the time: what was bad for a minute shall be seen. */
function lowestScores(history: readonly Phase[], begun: number, now: number): (number | undefined)[] {
  const part = Math.max(1, (now - begun) / WIDTH)
  return Array.from({ length: WIDTH }, (_, place) => {
    const [start, end] = [begun + place * part, begun + (place + 1) * part]
    const scores = history
      .filter(phase => (timeFrom(phase) ?? begun) < end && timeUntil(phase) > start)
      .map(phase => phase.score)
    return scores.length === 0 ? undefined : Math.min(...scores)
  })
}

function timeFrom({ from }: Phase): number | undefined {
  return from === undefined ? undefined : Date.parse(from)
}

function timeUntil({ until }: Phase): number {
  return until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until)
}

/** To the minute. */
function shown(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')}Z`
}
