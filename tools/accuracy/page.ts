/** The report, as Markdown. */
import { cell, markdown } from '../feeds-table/page.ts'
import { dateOf, LEARN_UNTIL, VALIDATE_FROM } from './days.ts'
import type { Figures } from './figures.ts'
import type { FileFigures } from './files.ts'
import type { Interval } from './metrics.ts'
import { NEW_SHARE } from './name-model.ts'
import type { Mistake } from './names.ts'
import { SOURCES } from './sources.ts'

/** What was measured. */
export interface Trial {
  /** By a model fitted on all data. */
  readonly full: readonly Figures[]
  /** By the weights that are shipped. */
  readonly shipped: readonly Figures[]
  readonly strangers: readonly Figures[]
  readonly addresses: readonly Figures[]
  readonly files: FileFigures
  readonly mistakes: { readonly alarms: readonly Mistake[]; readonly misses: readonly Mistake[] }
  readonly routedOrigin: string
}

/** What the project wants to reach, in the order of the alarms of a table. */
export const TARGETS: Readonly<Record<string, readonly [number, number]>> = {
  'named hosts': [0.25, 0.45],
  'pages on bare addresses, against good names and pages': [0.8, 0.9],
  'addresses new to all lists, neighbours by all lists': [0.2, 0.55],
}

const PERCENT = (share: number) => `${(100 * share).toFixed(1)} %`

/** The whole page; `remarks` ends it. */
export function pageOf(trial: Trial, remarks: string): string {
  const parts = [
    headOf(trial),
    `## Names and pages, by a model of all data\n\n${table(trial.full)}\n\n![](accuracy/web.svg)`,
    `## Names and pages, by the weights that are shipped\n\n${table(trial.shipped)}\n\n![](accuracy/web-shipped.svg)`,
    `## Names of one list, by a model that never saw that list\n\n${table(trial.strangers)}`,
    `## Addresses\n\n${table(trial.addresses)}\n\nRandom addresses were drawn from: ${trial.routedOrigin}.\n\n![](accuracy/addresses.svg)`,
    filesOf(trial.files),
    mistakesOf(trial.mistakes),
    remarks,
  ]
  return `${parts.map(part => part.trim()).join('\n\n')}\n`
}

/** A table for a group of figures: for the page and the terminal. */
export function table(figures: readonly Figures[]): string {
  const alarms = figures[0]?.detection.map(each => PERCENT(each.alarms)) ?? []
  const head = [
    'Asked',
    'Bad',
    'Good',
    ...alarms.map(share => `Found at ${share}`),
    'Wanted',
    'Brier',
    'Calibration error',
  ]
  const rows = figures.map(({ title, bad, good, detection, brier, calibration }) => [
    title,
    String(bad),
    String(good),
    ...detection.map(({ caught }) => intervalOf(caught)),
    TARGETS[title]?.map(share => `${Math.round(100 * share)} %`).join(' / ') ?? '',
    brier.toFixed(3),
    calibration.toFixed(3),
  ])
  return markdown(head, rows, 1)
}

function intervalOf({ value, low, high }: Interval): string {
  return `${PERCENT(value)} (${(100 * low).toFixed(0)}–${(100 * high).toFixed(0)})`
}

function headOf({ full }: Trial): string {
  const sources = SOURCES.map(({ name, licence, free }) => [name, licence, free ? 'fit and measure' : 'measure'])
  return `# How often the signs are right

Made by \`TOCSIN_TRIAL_DATA=FOLDER npm run accuracy -- --write\`. Learnt up to ${dateOf(LEARN_UNTIL)}; choices of the fit were tried on
${dateOf(VALIDATE_FROM)} and later days before that; the test is what any list first had after it and no list had before (${full[0]?.bad ?? 0} named
hosts, thinned by hash where a list has more than 120,000).

- **Names and pages** are judged by their text alone. No list is asked about a row, so none supplies both a feature and a
  label; a list still teaches weights by its earlier rows, therefore the table of models that never saw the list.
- **Addresses** are replayed day by day and judged by their neighbours of the evening before. The first row uses all lists, as a
  node does; in the others the list that labels the row is left out, for bad and random addresses alike.
- **Good names** that test are Tranco's, universities, banks and half of Debian's home pages and of a labelled set; Cisco's popular
  names, Alexa's and the other halves teach. Newly registered names (half teach, half test, by hash; those that any list has by now are
  left out) weigh ${100 * NEW_SHARE} % of the good, established ones the rest: assumed, so both are shown alone as well.
- Bad rows weigh 29 %, the prior. Intervals: 95 % of 200 samples of whole batches (list, day, family). Calibration error: mean
  distance over ten bins of equal weight with at least 200 rows each.

${markdown(['List', 'Licence', 'Used to'], sources, 3)}`
}

function filesOf({ fresh, related, foreseen, good, goodListed }: FileFigures): string {
  return `## Files

A hash shows nothing by itself, so nothing can be foreseen without relations or neighbours by similarity, and there is no
calibration to measure. Of ${fresh} hashes that a list first had after the cut, ${related} are named by a relation, and ${foreseen} of these asked for a host
that another organisation had listed the day before. Of ${good} hashes of packages and installed programs, lists have ${goodListed}.`
}

function mistakesOf({ alarms, misses }: Trial['mistakes']): string {
  const rowsOf = (mistakes: readonly Mistake[]) =>
    mistakes.map(({ row, logOdds }) => [
      `\`${cell(row.value.replaceAll('.', '[.]').slice(0, 100))}\``,
      row.origin,
      logOdds.toFixed(1),
    ])
  const head = ['Subject', 'List', 'Log-odds']
  return `## The worst mistakes

By the model of all data, of lists whose licence allows to show them; one for each batch. Names are written so that nobody visits them.

### Good, and taken for bad

${markdown(head, rowsOf(alarms), 2)}

### Bad, and taken for good

${markdown(head, rowsOf(misses), 2)}`
}
