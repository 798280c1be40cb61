/** Words on a screen: tables for people, JSON for programs. */
import { createRequire } from 'node:module'
import { styleText } from 'node:util'
import type TableOfLines from 'cli-table3'
import type { Output } from './surroundings.ts'

/** A text with the colour that a terminal shows it in. */
export interface Cell {
  readonly text: string
  readonly colour?: 'red' | 'yellow' | 'green' | 'cyan' | 'dim' | 'bold'
}

const BARE = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
}

/** Prints a table without lines. What comes from elsewhere loses its control characters. */
export function printTable(
  output: Output,
  head: readonly string[],
  rows: readonly (readonly (Cell | string)[])[],
): void {
  // Loaded where there is a table to print.
  const Table = createRequire(import.meta.url)('cli-table3') as typeof TableOfLines
  const table = new Table({ chars: BARE, style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 } })
  if (head.length > 0) table.push(head.map(text => paint(output, { text, colour: 'dim' })))
  for (const row of rows) table.push(row.map(cell => paint(output, typeof cell === 'string' ? { text: cell } : cell)))
  const lines = table.toString().split('\n')
  output.write(`${lines.map(line => line.trimEnd()).join('\n')}\n`)
}

/** Prints one line. */
export function printLine(output: Output, text: string): void {
  output.write(`${harmless(text)}\n`)
}

/** Prints a value for programs: one JSON document. */
export function printJson(output: Output, value: unknown): void {
  output.write(`${JSON.stringify(value, undefined, 2)}\n`)
}

const BARS = '▁▂▃▄▅▆▇█'

/** Scores from 0 to 100 as bars of eight heights, one character each; a dot where there is none. */
export function sparkline(scores: readonly (number | undefined)[]): string {
  return scores.map(score => (score === undefined ? '·' : BARS[Math.min(7, Math.floor(score / 12.5))])).join('')
}

/** A text in its colour, where the output shows colours. */
export function paint(output: Output, { text, colour }: Cell): string {
  const shown = harmless(text)
  return colour === undefined || !output.colours ? shown : styleText(colour, shown, { validateStream: false })
}

/** Text from a node or a list must not steer the terminal. */
function harmless(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, '�')
}
