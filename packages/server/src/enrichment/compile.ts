/** Data files to a compiled table. A line that cannot be read is refused by number; a file of which many cannot, whole. */
import { ProblemError, type Result } from '@tocsin/core/base'
import { type DataInput, type DataLine, linesOf } from './data-lines.ts'
import type { Attribution, TableName } from './enrichment.ts'
import { type AddressRange, columnsOf, disjoint, layered } from './range-builder.ts'
import { rankColumns } from './rank-table.ts'
import { asnRow, classRow, countryRow, type RangeRow, rankRow, tableOfLine } from './rows.ts'
import type { Column, TableFile } from './table-file.ts'

/** What is compiled. */
export interface Compilation {
  /** Found from the first line that is none of comment and blank, where absent. */
  readonly table?: TableName | undefined
  /** All of them together are the table. */
  readonly inputs: readonly DataInput[]
  readonly attribution: Attribution
  /** Milliseconds since 1970. */
  readonly madeAt: number
  /** For tables that have a secret: as many unforeseeable bytes as asked for. */
  readonly random: (bytes: number) => Uint8Array
}

/** A compiled table, and what became of the lines: accepted + refused + skipped = lines. */
export interface Compiled {
  readonly file: TableFile
  readonly lines: number
  readonly accepted: number
  readonly refused: number
  /** Blank lines and comments. */
  readonly skipped: number
  /** The first {@link REFUSALS_SHOWN}, each with its place: `file:line`. */
  readonly refusals: readonly { readonly place: string; readonly reason: string }[]
}

const REFUSALS_SHOWN = 20
/** More refused lines than a tenth: this is not the file that it is taken for. */
const REFUSED_SHARE_MAX = 0.1
const RANGE_ROWS = { asn: asnRow, country: countryRow, ranges: classRow } as const

/** Compiles inputs. Rejects with a `ProblemError` (`invalid`) where they are no such table, empty, or mostly refused. */
export async function compileTable({ table, inputs, attribution, madeAt, random }: Compilation): Promise<Compiled> {
  const reading = new Reading(table)
  for (const input of inputs) {
    for await (const lines of linesOf(input)) for (const line of lines) reading.take(input.name, line)
  }
  const name = reading.table
  const columns = reading.columns(random)
  const { lines, accepted, refused, skipped, refusals } = reading
  const first = refusals[0] === undefined ? '' : `; the first refused is ${refusals[0].place}: ${refusals[0].reason}`
  if (name === undefined || accepted === 0) {
    throw invalid(`Cannot compile table: one line or more must be accepted, found none in ${lines}${first}`)
  }
  if (refused > (lines - skipped) * REFUSED_SHARE_MAX) {
    throw invalid(
      `Cannot compile table "${name}": at most a tenth may be refused, found ${refused} of ${lines}${first}`,
    )
  }
  const header = { table: name, attribution, madeAt, entries: accepted }
  return { file: { header, columns }, lines, accepted, refused, skipped, refusals }
}

class Reading {
  table: TableName | undefined
  lines = 0
  accepted = 0
  refused = 0
  skipped = 0
  readonly refusals: { place: string; reason: string }[] = []
  readonly #ranges: AddressRange[] = []
  readonly #inputs: string[] = []
  /** Which input each range is of, for the place of one that overlaps. */
  readonly #inputOf: number[] = []
  readonly #ranks = new Map<string, number>()

  constructor(table: TableName | undefined) {
    this.table = table
  }

  take(input: string, { number, text }: DataLine): void {
    this.lines++
    const place = `${input}:${number}`
    if (text === undefined) return this.#refuse(place, 'it must be UTF-8 of at most 4096 characters')
    if (text.trim() === '' || text.startsWith('#')) {
      this.skipped++
      return
    }
    this.table ??= tableOfLine(text)
    if (this.table === undefined) return this.#refuse(place, 'it must have the form of a table that is known')
    if (this.table === 'popularity')
      return this.#add(place, rankRow(text), row => this.#rank(place, row.name, row.rank))
    return this.#add(place, RANGE_ROWS[this.table](text), row => this.#range(input, number, row))
  }

  columns(random: (bytes: number) => Uint8Array): Readonly<Record<string, Column>> {
    if (this.table === 'popularity') return { ...rankColumns(this.#ranks, random(16)) }
    if (this.table === 'ranges') return { ...columnsOf(layered(this.#ranges)) }
    const { stretches, contradicting } = disjoint(this.#ranges)
    for (const { line } of contradicting) {
      this.accepted--
      const [input, number] = this.#placeOf(line)
      this.#refuse(
        `${input}:${number}`,
        'it must agree with the lines whose ranges it overlaps; of the addresses of both nothing is known',
      )
    }
    return { ...columnsOf(stretches) }
  }

  #add<T>(place: string, row: Result<T>, keep: (row: T) => void): void {
    if (!row.ok) return this.#refuse(place, row.problem.message)
    this.accepted++
    return keep(row.value)
  }

  #range(input: string, number: number, row: RangeRow): void {
    if (this.#inputs.at(-1) !== input) this.#inputs.push(input)
    this.#inputOf.push(this.#inputs.length - 1, number)
    this.#ranges.push({ ...row, line: this.#ranges.length })
  }

  #placeOf(range: number): readonly [string, number] {
    return [this.#inputs[this.#inputOf[2 * range]!]!, this.#inputOf[2 * range + 1]!]
  }

  #rank(place: string, name: string, rank: number): void {
    if (!this.#ranks.has(name)) this.#ranks.set(name, rank)
    else {
      this.accepted--
      this.#refuse(place, `"${name}" must be there once`)
    }
  }

  #refuse(place: string, reason: string): void {
    this.refused++
    if (this.refusals.length < REFUSALS_SHOWN) this.refusals.push({ place, reason })
  }
}

function invalid(message: string): ProblemError {
  return new ProblemError({ code: 'invalid', message })
}
