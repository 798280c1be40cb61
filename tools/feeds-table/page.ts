/** The page about what was read, as Markdown and for a terminal. */
import { type Counts, total } from './counts.ts'
import { isQuotable } from './licences.ts'

/** What was read of a file. */
export interface FileCounts {
  /** Below the folder of the data. */
  readonly path: string
  readonly counts: Counts
}

/** Characters of a reason that are shown. */
const REASON_LENGTH_MAX = 160

const HEAD = `# What the formats make of real lists

Made by \`TOCSIN_TRIAL_DATA=FOLDER npm run feeds:table -- --write\` over public data of 2014 to 2026 (lists, reports and known-good
data as their publishers give them). Every file is unpacked, the format of each file in it is found as a node finds it, and all
of it is read. A data line is a line, row, object or attribute that is neither blank nor a comment; the tool fails
unless accepted + refused + skipped = data lines, and unless each line of a format of lines became a record.
`

/** The whole page. */
export function pageOf(files: readonly FileCounts[], remarks: string): string {
  const parts = [HEAD, tableOf(files), refusalsOf(files), passedOver(files), remarks]
  return `${parts.map(part => part.trim()).join('\n\n')}\n`
}

/** A row for each file, and their sum. */
export function tableOf(files: readonly FileCounts[]): string {
  const head = ['File', 'Format (files)', 'Data lines', 'Accepted', 'Refused', 'Skipped', 'Blank, comments']
  const rows = files.map(({ path, counts }) => [path, formatsOf(counts), ...numbersOf(counts)])
  const sums = files.map(({ counts }) => numbersOf(counts).map(Number))
  const sum = sums.reduce((a, b) => a.map((value, at) => value + b[at]!), [0, 0, 0, 0, 0])
  return markdown(head, [...rows, ['**All**', '', ...sum.map(String)]], 2)
}

function numbersOf(counts: Counts): string[] {
  return [counts.dataLines, counts.accepted, total(counts.refused), total(counts.skipped), counts.blank].map(String)
}

function formatsOf({ formats }: Counts): string {
  if (formats.size === 0) return 'none'
  return [...formats].map(([name, files]) => (files === 1 ? name : `${name} (${files})`)).join(', ')
}

function refusalsOf(files: readonly FileCounts[]): string {
  const rows = files.flatMap(({ path, counts }) => {
    const refused = [...counts.refused].map(([cause, records]) => [
      path,
      cause,
      String(records),
      example(path, counts, cause),
    ])
    const skipped = [...counts.skipped].map(([cause, records]) => [path, `skipped: ${cause}`, String(records), ''])
    return [...refused, ...skipped]
  })
  return `## Refused and skipped, by cause\n\n${markdown(['File', 'Cause', 'Records', 'The first'], rows, 2, 3)}`
}

function example(path: string, { examples }: Counts, cause: string): string {
  const found = examples.get(cause as never)
  if (found === undefined || !isQuotable(path)) return ''
  const { member, place, reason } = found
  const whole = reason.replaceAll('://', '[:]//')
  const short = whole.length > REASON_LENGTH_MAX ? `${whole.slice(0, REASON_LENGTH_MAX)}…` : whole
  return `\`${cell(member)}\` ${place}: \`${cell(short)}\``
}

function passedOver(files: readonly FileCounts[]): string {
  const rows = files.flatMap(({ path, counts: { unread } }) => {
    const byWhy = Map.groupBy(unread, ({ why }) =>
      why.replace(/found ".*?"; .*/, 'found another').replace(/^Cannot read list: /, ''),
    )
    return [...byWhy].map(([why, members]) => [path, String(members.length), cell(why)])
  })
  return `## Files that are no lists\n\n${markdown(['File', 'Files in it', 'Why'], rows, 1, 2)}`
}

/** A table whose columns from `right` up to `end` are numbers. */
export function markdown(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right = 0,
  end = head.length,
): string {
  const rule = head.map((_, at) => (at >= right && at < end ? '---:' : '---'))
  return [head, rule, ...rows].map(row => `| ${row.join(' | ')} |`).join('\n')
}

/** A text that stays in its cell and its code span. */
export function cell(text: string): string {
  return text.replaceAll('`', "'").replaceAll('|', '¦').replaceAll(/\s+/g, ' ')
}
