/**
 * Writes the table of pairs of letters: `TOCSIN_TRIAL_DATA=FOLDER node tools/accuracy/write-bigrams.ts`. From the registrable
 * labels of popular names in lists with a free licence; fit the weights anew afterwards.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LETTER_SYMBOLS as SYMBOLS, letterSymbolOf as symbolOf } from '@tocsin/core/scoring'
import { packagedSuffixes } from '../../packages/server/src/compose/suffixes.ts'
import { ROOT } from '../repository.ts'
import { goodNames } from './good-names.ts'

const FILE = 'packages/core/src/scoring/signs/bigrams.ts'

const folder = process.env['TOCSIN_TRIAL_DATA']
if (folder === undefined) {
  console.error('Cannot write the table: TOCSIN_TRIAL_DATA must name the folder of the data')
  process.exitCode = 2
} else {
  const names = goodNames(folder).filter(({ free, group, part }) => free && group === 'established' && part === 'learn')
  const labels = new Set(names.map(({ host }) => (packagedSuffixes.registrableDomain(host) ?? host).split('.', 1)[0]!))
  writeFileSync(join(ROOT, FILE), sourceOf(surprises(labels), labels.size))
  console.log(`${FILE} is written from ${labels.size} labels`)
}

/** −100 · ln P(next | before), half a pair added to each. */
function surprises(labels: Iterable<string>): number[] {
  const counts = new Float64Array(SYMBOLS * SYMBOLS).fill(0.5)
  for (const label of labels) {
    let before = 0
    for (let at = 0; at <= label.length; at++) {
      const next = at === label.length ? 0 : symbolOf(label.charCodeAt(at))
      counts[before * SYMBOLS + next]!++
      before = next
    }
  }
  return Array.from(counts, (count, at) => {
    const row = counts.subarray(at - (at % SYMBOLS), at - (at % SYMBOLS) + SYMBOLS)
    return Math.round(-100 * Math.log(count / row.reduce((sum, each) => sum + each, 0)))
  })
}

function sourceOf(table: readonly number[], labels: number): string {
  const rows = Array.from(
    { length: SYMBOLS },
    (_, at) => `  ${table.slice(at * SYMBOLS, (at + 1) * SYMBOLS).join(', ')},`,
  )
  return `/**
 * How surprising it is that one character follows another in a name, in hundredths of a nat: row = the one before, column = the
 * one after, both in the order of \`symbolOf\` (edge, a–z, digit, hyphen, other). Written by \`tools/accuracy/write-bigrams.ts\` from
 * ${labels} labels of popular names (Cisco's, Alexa's and Moz's lists as in the MISP warning lists, CC0; home pages of Debian packages).
 */
// biome-ignore format: a table reads better in rows
export const BIGRAMS: readonly number[] = [
${rows.join('\n')}
]
`
}
