import type { Verdict } from '@tocsin/core/verdict'
import type { Cell } from './print.ts'
import type { Output } from './surroundings.ts'

/** How bad, at a glance. */
export const VERDICT_COLOURS = {
  safe: 'green',
  untested: 'dim',
  suspicious: 'yellow',
  'highly-suspicious': 'red',
  dangerous: 'red',
} as const satisfies Record<Verdict, Cell['colour']>

/** A verdict in its colour. */
export function verdictCell(output: Output, verdict: Verdict): Cell {
  return output.colours ? { text: verdict, colour: VERDICT_COLOURS[verdict] } : { text: verdict }
}
