/** Tables of any kind: the columns said by the user, or found. */
import { refused, skipped } from '../content.ts'
import type { ColumnMapping, Content, Format, FormatReader, Sample } from '../format.ts'
import { type AutoColumns, findColumns } from './tables/auto-columns.ts'
import { fieldsOf } from './tables/fields.ts'
import { separatorOf } from './tables/separator.ts'
import { type Beginning, type RowReader, readTable } from './tables/table.ts'
import { shareOf, single } from './values/indicators.ts'
import { oneFile } from './values/one-file.ts'
import { subjectOfText } from './values/subject-text.ts'
import { timeOf } from './values/times.ts'
import { hasPort, typeOfWord, withoutPort } from './values/type-words.ts'

const AUTO: ColumnMapping = { subject: 'auto' }

/** Any table. Detection takes it only where most lines part into the same number of fields and one column holds subjects. */
export const CSV: Format = {
  name: 'csv',
  about: 'a table with commas, tabs, semicolons or bars: columns found, or said in the settings',
  unit: 'row',
  detect: detectTable,
  open: ({ columns = AUTO }) => openTable(columns),
}

function openTable(mapping: ColumnMapping): FormatReader {
  return readTable({
    separator: mapping.separator,
    open: beginning => {
      const found = findColumns(beginning.rows, beginning.comment, mapping.header)
      return { hasHeader: found.hasHeader, read: rowReader(mapping, found, beginning) }
    },
  })
}

function rowReader(mapping: ColumnMapping, found: AutoColumns, beginning: Beginning): RowReader {
  const isAuto = mapping.subject === 'auto'
  const subjects = isAuto ? found.subjects : [placeOf(mapping.subject, found.names)]
  const observedAt = mapping.observedAt === undefined ? found.observedAt : placeOf(mapping.observedAt, found.names)
  const confidence = mapping.confidence === undefined ? undefined : placeOf(mapping.confidence, found.names)
  const missing = missingColumn(mapping, found.names, subjects, observedAt, confidence)
  if (missing !== undefined) return () => refused('columns', missing)
  const isShare = confidence !== undefined && upToOne(beginning, confidence)
  return fields => {
    const said = found.type === undefined || found.type === subjects[0] ? undefined : (fields[found.type] ?? '')
    const type = said === undefined ? undefined : typeOfWord(said)
    if (said !== undefined && said !== '' && type === undefined) return skipped('not-an-indicator')
    const [subject, ...related] = subjectsOf(fields, subjects, said)
    if (typeof subject !== 'string') return subject as Content
    const raw = confidence === undefined ? undefined : shareOf(fields[confidence] ?? '')
    const certain = raw !== undefined && isShare ? raw * 100 : raw
    if (certain === 0) return skipped('not-for-detection')
    const time = observedAt === undefined ? undefined : timeOf(fields[observedAt])
    const others = related.filter(other => typeof other === 'string')
    return single(subject, { confidence: certain, observedAt: time, ...oneFile(subject, others) })
  }
}

/** What the columns of subjects say, the first that says something in front; at least one. */
function subjectsOf(
  fields: readonly string[],
  places: readonly number[],
  said: string | undefined,
): readonly (string | Content)[] {
  const type = said === undefined ? undefined : typeOfWord(said)
  const read = (at: number): string | Content => {
    const text = fields[at]
    if (text === undefined)
      return refused('columns', `a row must have at least ${at + 1} columns, found ${fields.length}`)
    return subjectOfText(said !== undefined && hasPort(said) ? withoutPort(text) : text, type)
  }
  const filled = places.filter(at => !/^(?:|n\/a|none|null|-)$/i.test(fields[at] ?? ''))
  return (filled.length === 0 ? places.slice(0, 1) : filled).map(read)
}

/** The place of a column, from 0: by its name, or by its number from 1; −1 where there is none. */
function placeOf(column: string | number, names: readonly string[]): number {
  return typeof column === 'number' ? column - 1 : names.indexOf(column.toLowerCase().replace(/[^a-z0-9]/g, ''))
}

function missingColumn(
  mapping: ColumnMapping,
  names: readonly string[],
  subjects: readonly number[],
  observedAt: number | undefined,
  confidence: number | undefined,
): string | undefined {
  if (subjects.length === 0) return 'no column holds subjects in most rows: say which in "columns"'
  const wanted: readonly (readonly [string | number | undefined, number | undefined])[] = [
    [mapping.subject, subjects[0]],
    [mapping.observedAt, observedAt],
    [mapping.confidence, confidence],
  ]
  const missing = wanted.find(([said, place]) => said !== undefined && said !== 'auto' && !((place ?? -1) >= 0))
  if (missing === undefined) return undefined
  return `the table must have a column ${JSON.stringify(missing[0])}, found ${JSON.stringify(names.join(', ').slice(0, 200))}`
}

/** Whether no value of the first rows is above 1, so that the column has shares and not percents. */
function upToOne(beginning: Beginning, at: number): boolean {
  const values = beginning.rows.map(row => Number.parseFloat(row[at] ?? '')).filter(value => !Number.isNaN(value))
  return values.length > 0 && values.every(value => value <= 1)
}

function detectTable(sample: Sample): number {
  const lines = sample.lines.filter(line => line.trim() !== '' && !line.startsWith('#')).slice(0, 200)
  if (lines.length === 0 || /^\s*[[{<]/.test(lines[0] as string)) return 0
  const separator = separatorOf(Buffer.from(lines.join('\n')))
  const rows = lines.map(line => fieldsOf(line.replace(/^\uFEFF/, ''), separator) ?? [])
  if (rows.filter(row => row.length > 1).length * 2 <= rows.length) return 0
  const found = findColumns(rows, undefined, undefined)
  const isNamed = /\.[ct]sv$/.test(sample.name)
  if (found.subjects.length === 0) return isNamed ? 0.5 : 0
  return isNamed || found.hasHeader ? 0.8 : 0.4
}
