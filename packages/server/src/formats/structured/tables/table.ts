/** Reads a table: finds the separator and the header in its beginning, then gives each row to what the format makes of it. */
import { BLANK, COMMENT, refused, skipped } from '../../content.ts'
import type { Content, FeedRecord, FormatReader } from '../../format.ts'
import { COLUMNS_MAX, fieldsOf } from './fields.ts'
import { ROW_BYTES_MAX, type Row, RowSplitter } from './row-splitter.ts'
import { separatorOf } from './separator.ts'

/** Bytes of the beginning by which separator, header and columns are found. */
const BEGINNING_BYTES_MAX = 65_536

/** What a row says. */
export type RowReader = (fields: readonly string[]) => Content

/** The beginning of a table: the line in front of the first row if it is a comment with as many fields, and the first rows. */
export interface Beginning {
  readonly comment: readonly string[] | undefined
  readonly rows: readonly (readonly string[])[]
}

/** What a format makes of a table. */
export interface Table {
  /** One character; found where absent. */
  readonly separator?: string | undefined
  /** Decides by the beginning how rows are read, and whether the first row names the columns. */
  open(beginning: Beginning): { readonly hasHeader: boolean; readonly read: RowReader }
}

/** A reader of one table. */
export function readTable(table: Table): FormatReader {
  return new TableReader(table)
}

class TableReader implements FormatReader {
  readonly #table: Table
  #held: Buffer = Buffer.alloc(0)
  #splitter: RowSplitter | undefined
  #separator = ','
  #read: RowReader = () => BLANK
  #headerIsNext = false
  #place = 0

  constructor(table: Table) {
    this.#table = table
  }

  push(bytes: Uint8Array): readonly FeedRecord[] {
    if (this.#splitter !== undefined) return this.#records(this.#splitter.push(bytes))
    this.#held = Buffer.concat([this.#held, bytes])
    return this.#held.length < BEGINNING_BYTES_MAX ? [] : this.#records(this.#open().push(this.#release()))
  }

  end(): readonly FeedRecord[] {
    if (this.#splitter !== undefined) return this.#records(this.#splitter.end())
    const splitter = this.#open()
    return [...this.#records(splitter.push(this.#release())), ...this.#records(splitter.end())]
  }

  #release(): Buffer {
    const held = this.#held
    this.#held = Buffer.alloc(0)
    return held
  }

  #open(): RowSplitter {
    const beginning = this.#held.subarray(0, BEGINNING_BYTES_MAX)
    this.#separator = this.#table.separator ?? separatorOf(beginning)
    const { hasHeader, read } = this.#table.open(beginningOf(beginning, this.#separator))
    this.#read = read
    this.#headerIsNext = hasHeader
    this.#splitter = new RowSplitter(this.#separator)
    return this.#splitter
  }

  #records(rows: readonly Row[]): readonly FeedRecord[] {
    return rows.map(row => ({ place: ++this.#place, content: this.#content(row) }))
  }

  #content({ text, broken }: Row): Content {
    if (broken !== undefined) return refused(broken, BREAKAGES[broken])
    if (text.startsWith('#')) return COMMENT
    const fields = fieldsOf(text, this.#separator)
    if (fields === undefined) return refused('columns', `a row must have at most ${COLUMNS_MAX} columns`)
    if (fields[0] === '' && fields.every(field => field === '')) return BLANK
    if (!this.#headerIsNext) return this.#read(fields)
    this.#headerIsNext = false
    return skipped('header')
  }
}

const BREAKAGES: Readonly<Record<NonNullable<Row['broken']>, string>> = {
  'too-long': `a row must have at most ${ROW_BYTES_MAX} bytes`,
  nul: 'a row must not hold the byte NUL',
  'not-utf8': 'a row must be UTF-8',
}

function beginningOf(bytes: Buffer, separator: string): Beginning {
  const splitter = new RowSplitter(separator)
  const rowsOf = [...splitter.push(bytes)]
  // The whole of a short table: its last row needs no end.
  if (bytes.length < BEGINNING_BYTES_MAX) rowsOf.push(...splitter.push(Buffer.from('\n')))
  const texts = rowsOf.map(row => row.text)
  const first = texts.findIndex(text => text.trim() !== '' && !text.startsWith('#'))
  const rows = first < 0 ? [] : texts.slice(first).flatMap(text => readable(text, separator))
  const above = first > 0 ? commentFields(texts.slice(0, first), separator, rows[0]?.length ?? 0) : undefined
  return { comment: above, rows }
}

function readable(text: string, separator: string): readonly (readonly string[])[] {
  if (text.trim() === '' || text.startsWith('#')) return []
  const fields = fieldsOf(text, separator)
  return fields === undefined ? [] : [fields]
}

/** The last comment above the first row that has more than one field, about as many as the row. */
function commentFields(texts: readonly string[], separator: string, width: number): readonly string[] | undefined {
  for (const text of texts.toReversed()) {
    const fields = fieldsOf(text.replace(/^#+\s*/, ''), separator)
    if (fields !== undefined && fields.length > 1 && Math.abs(fields.length - width) <= 2) return fields
  }
  return undefined
}
