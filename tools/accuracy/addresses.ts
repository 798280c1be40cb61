/** The trial of addresses: how those new to all lists rank among random routed ones. */
import type { AddressRow } from './address-rows.ts'
import { type Figures, figuresOf } from './figures.ts'
import { fit, matrixOf } from './logistic.ts'
import type { Judged } from './metrics.ts'
import { BAD_SHARE } from './name-model.ts'
import { SOURCES } from './sources.ts'

/** False alarms at which detection is told. */
export const ADDRESS_ALARMS = [0.001, 0.02]

/** How the log-odds of neighbours become those of an address: `intercept + slope · value`, in nats. */
export interface AddressModel {
  readonly intercept: number
  readonly slope: number
}

type Reading = (row: AddressRow) => number

const BY_ALL: Reading = row => row.byAll / 1000

/** The fit on rows before the test. `list` leaves that list out on both sides. */
export function fitAddresses(rows: readonly AddressRow[], list?: number): AddressModel {
  const chosen = rowsOf(rows, list).filter(row => row.part !== 'test')
  const read = readingOf(list)
  const labels = Uint8Array.from(chosen, row => (row.bad ? 1 : 0))
  const matrix = matrixOf(
    chosen.map(row => [[0, read(row)] as const]),
    1,
  )
  const { intercept, weights } = fit({ matrix, labels, weights: weightsOf(chosen) }, 1, 400)
  return { intercept, slope: weights[0]! }
}

/** With all lists, as a node has them; then each list alone as the one that labels, its own members left out everywhere. */
export function addressFigures(rows: readonly AddressRow[], part: AddressRow['part'] = 'test'): Figures[] {
  const lists = SOURCES.flatMap(({ name }, list) =>
    rows.filter(row => row.part === part && row.origins.includes(name)).length >= 200 ? [list] : [],
  )
  return [
    judge('addresses new to all lists, neighbours by all lists', rows, part),
    ...lists.map(list => judge(`the same for ${SOURCES[list]!.name}, neighbours by the other lists`, rows, part, list)),
  ]
}

function judge(title: string, rows: readonly AddressRow[], part: AddressRow['part'], list?: number): Figures {
  const { intercept, slope } = fitAddresses(rows, list)
  const read = readingOf(list)
  const chosen = rowsOf(rows, list).filter(row => row.part === part)
  const weights = weightsOf(chosen)
  const judged: Judged[] = chosen.map((row, at) => ({
    logOdds: intercept + slope * read(row),
    bad: row.bad,
    weight: weights[at]!,
    batch: row.bad ? `${row.origins.join()} ${row.day}` : String(row.address),
  }))
  return figuresOf(title, judged, ADDRESS_ALARMS)
}

function rowsOf(rows: readonly AddressRow[], list: number | undefined): AddressRow[] {
  return list === undefined ? [...rows] : rows.filter(row => !row.bad || row.origins.includes(SOURCES[list]!.name))
}

function readingOf(list: number | undefined): Reading {
  if (list === undefined) return BY_ALL
  return row => (row.bad ? row.byOthers[0]! : row.byOthers[list]!) / 1000
}

function weightsOf(rows: readonly AddressRow[]): Float64Array {
  const bad = rows.filter(row => row.bad).length
  const total = 50_000
  return Float64Array.from(rows, row =>
    row.bad ? (BAD_SHARE * total) / bad : ((1 - BAD_SHARE) * total) / (rows.length - bad),
  )
}
