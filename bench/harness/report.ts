/** Results as a table for people. */
import type { Machine } from './machine.ts'
import { isReached, type Result, type Row, rowRatio } from './rows.ts'
import type { Sample } from './samples.ts'

/** All that a run has to say; `docs/benchmarks.json` is a list of them, the oldest first. */
export interface Report {
  /** As `2026-11-22T03:04:05Z`. */
  readonly date: string
  /** The command that makes it. */
  readonly command: string
  readonly quick: boolean
  readonly machine: Machine
  readonly results: readonly Result[]
}

/**
 * Runs with one more: what it measured anew stands in it alone, so that each figure is of one run, beside its rival of the same
 * run. Quick runs are not for comparing and are kept by nobody.
 */
export function withRun(runs: readonly Report[], run: Report): Report[] {
  const fresh = new Set(run.results.map(({ figure }) => figure))
  const older = runs.map(each => ({ ...each, results: each.results.filter(({ figure }) => !fresh.has(figure)) }))
  return [...older.filter(({ results, quick }) => results.length > 0 && !quick), run]
}

/** The page of the documentation. */
export function pageOf(runs: readonly Report[]): string {
  return `${[
    '# Benchmarks',
    '',
    'Written by the commands below; do not edit. Every figure stands beside its rival of the same run.',
    '',
    'Servers under test run on core 0, one at a time under load, load generators on core 1, all on 127.0.0.1. Ours and the',
    'rival take turns in each round. Given are medians and, in brackets, the least and the most; the ratio is the median of',
    'ours ÷ rival round by round. A rival that is not there is called missing, and nothing is counted as reached against it.',
    ...runs.toReversed().flatMap(sectionOf),
  ]
    .join('\n')
    .trim()}\n`
}

function sectionOf({ machine, results, date, command, quick }: Report): string[] {
  const versions = Object.entries(machine.packages).map(([name, version]) => `${name} ${version}`)
  const failures = results.filter(result => result.failure !== undefined)
  return [
    '',
    `## ${date.slice(0, 16).replace('T', ' ')} UTC, revision ${machine.revision}`,
    '',
    `\`${command}\``,
    ...(quick ? ['', '**A quick run, to try the bench itself: short, small lists. Its figures mean nothing.**'] : []),
    '',
    `Machine: ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, Linux ${machine.kernel}.`,
    `Node ${machine.node}; ${versions.join(', ')}.`,
    '',
    ...tableOf(results),
    '',
    ...notesOf(results),
    ...failures.map(({ figure, failure }) => `* Not measured: ${figure}: ${oneLine(failure!)}`),
  ]
}

/** The table, as lines of Markdown. */
export function tableOf(results: readonly Result[]): string[] {
  const rows = results.flatMap(({ figure, rows: own }) => own.map(row => ({ figure, row })))
  return [
    '| figure | what | ours | rival | ratio | target | reached |',
    '|---|---|---|---|---|---|---|',
    ...rows.map(({ figure, row }) => `| ${[figure, ...cells(row)].join(' | ')} |`),
  ]
}

function cells(row: Row): string[] {
  const ratio = rowRatio(row)
  const reached = isReached(row)
  return [
    row.what,
    `${spread(row.ours)} ${row.unit}`,
    rivalOf(row),
    ratio === undefined ? '–' : spread(ratio),
    targetOf(row),
    reached === undefined ? (row.target === undefined ? '–' : 'not measured') : reached ? 'yes' : '**no**',
  ]
}

function rivalOf({ rival, unit }: Row): string {
  if (rival === undefined) return '–'
  return 'missing' in rival ? `${rival.name}: missing` : `${rival.name}: ${spread(rival.sample)} ${unit}`
}

function targetOf({ target, unit }: Row): string {
  if (target === undefined) return '–'
  const bound = target.atLeast === undefined ? `at most ${short(target.atMost!)}` : `at least ${short(target.atLeast)}`
  return target.of === 'ratio' ? `ratio ${bound}` : `${bound} ${unit}`
}

function notesOf(results: readonly Result[]): string[] {
  const notes = results.flatMap(({ figure, rows }) =>
    rows.flatMap(({ note, rival }) => [
      ...(note === undefined ? [] : [`* ${figure}: ${note}.`]),
      ...(rival !== undefined && 'missing' in rival ? [`* ${rival.name} is missing: ${oneLine(rival.missing)}`] : []),
    ]),
  )
  return [...new Set(notes)]
}

function spread({ median, min, max, runs }: Sample): string {
  return runs.length === 1 && min === max ? short(median) : `${short(median)} (${short(min)}–${short(max)})`
}

/** Three digits that matter, with separators. */
function short(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en', { maximumFractionDigits: 4 })
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}
