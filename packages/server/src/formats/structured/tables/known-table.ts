import { refused } from '../../content.ts'
import type { Content, Format, FormatReader, Sample } from '../../format.ts'
import { readTable } from './table.ts'

/** The fields of a row by the names of their columns; an empty text where the row or the header has none. */
export type Fields = (name: string) => string

/** A table whose columns are known by name. */
export interface KnownTable {
  readonly name: string
  readonly about: string
  /** The names in their order, for inputs whose header is missing; a header in the input wins. */
  readonly columns: readonly string[]
  /** Names that the header must have for the table to be this one. */
  readonly marks: readonly string[]
  /** One character; a comma where absent. */
  readonly separator?: string
  read(fields: Fields): Content
}

/** The format of a table whose columns are known. */
export function knownTable(table: KnownTable): Format {
  return {
    name: table.name,
    about: table.about,
    unit: 'row',
    detect: sample => (hasHeader(sample, table.marks) ? 1 : 0),
    open: () => openTable(table),
  }
}

function openTable(table: KnownTable): FormatReader {
  return readTable({
    separator: table.separator ?? ',',
    open: ({ comment, rows }) => {
      const [first = []] = rows
      const isHeader = isHeaderOf(first, table.marks)
      const names = isHeader
        ? first
        : comment !== undefined && isHeaderOf(comment, table.marks)
          ? comment
          : table.columns
      const places = new Map(names.map((name, at) => [name.toLowerCase(), at]))
      const needed = Math.max(...table.marks.map(mark => places.get(mark) ?? 0))
      const read = (fields: readonly string[]): Content => {
        if (fields.length > needed) return table.read(name => fields[places.get(name) ?? -1] ?? '')
        return refused('columns', `a row must have at least ${needed + 1} columns, found ${fields.length}`)
      }
      return { hasHeader: isHeader, read }
    },
  })
}

function hasHeader(sample: Sample, marks: readonly string[]): boolean {
  for (const line of sample.lines.slice(0, 100)) {
    const names = line.replace(/^\uFEFF?[#\s]*/, '').split(',')
    if (
      isHeaderOf(
        names.map(name => name.replaceAll('"', '').trim()),
        marks,
      )
    )
      return true
    if (line !== '' && !line.startsWith('#')) return false
  }
  return false
}

function isHeaderOf(names: readonly string[], marks: readonly string[]): boolean {
  const lower = names.map(name => name.toLowerCase())
  return marks.every(mark => lower.includes(mark))
}
