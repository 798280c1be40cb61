/** The past of a list, day by day, from a file of differences: `day TAB + or - TAB entry [TAB more]`, in order. */
import { gunzipSync } from 'node:zlib'

/** What changed on one day; the first day has the whole list. Lines as they stand in the file. */
export interface Day {
  /** `2026-01-02`. */
  readonly day: string
  readonly lines: readonly string[]
}

/** The days of a history, oldest first; `packed` is gzip. Throws where the days do not go up. */
export function daysOf(packed: Uint8Array): readonly Day[] {
  const found: { day: string; lines: string[] }[] = []
  for (const line of gunzipSync(packed).toString('utf8').split('\n')) {
    if (line === '') continue
    const day = line.slice(0, line.indexOf('\t'))
    const last = found.at(-1)
    if (last?.day === day) last.lines.push(line)
    else if (last === undefined || last.day < day) found.push({ day, lines: [line] })
    else throw new Error(`Cannot read history: its days must go up, found "${day}" behind "${last.day}"`)
  }
  return found
}

/** The days from `first` on; all that was before stands on the first of them, as if it had come that day. */
export function since(days: readonly Day[], first: string): readonly Day[] {
  const before = days.filter(({ day }) => day <= first)
  const after = days.filter(({ day }) => day > first)
  return before.length === 0 ? after : [{ day: first, lines: before.flatMap(({ lines }) => lines) }, ...after]
}

/** The list on the last day, by a plain set of texts that knows nothing of subjects. */
export function lastList(days: readonly Day[]): ReadonlySet<string> {
  const list = new Set<string>()
  for (const { lines } of days) {
    for (const line of lines) {
      const [, sign, entry] = line.split('\t') as [string, string, string]
      if (sign === '+') list.add(entry)
      else list.delete(entry)
    }
  }
  return list
}
