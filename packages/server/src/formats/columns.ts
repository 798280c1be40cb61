/** Which column holds what, as users write it: `subject=2,observedAt=1,separator=;`. */
import { fail, ok, type Result } from '@tocsin/core/base'
import type { ColumnMapping } from './format.ts'

/** Characters of the whole, at most: names of columns are short. */
const TEXT_LENGTH_MAX = 256

/** Words for separators that would be hard to write. */
const SEPARATORS: Readonly<Record<string, string>> = { comma: ',', tab: '\t', semicolon: ';', pipe: '|', space: ' ' }

const FIELDS = ['subject', 'observedAt', 'confidence', 'separator', 'header'] as const

/**
 * Reads a mapping of columns: `name=value` with commas between. Columns are names of the header or numbers from 1; `subject`
 * is `auto` where absent; `separator` is one character or comma, tab, semicolon, pipe, space; `header` is yes or no. Fails as `invalid`.
 */
export function parseColumns(text: string): Result<ColumnMapping> {
  if (text.length > TEXT_LENGTH_MAX) return wrong(`they must have at most ${TEXT_LENGTH_MAX} characters`, text)
  const said = new Map<string, string>()
  for (const part of text.split(',')) {
    const [name, value] = splitAt(part)
    if (!(FIELDS as readonly string[]).includes(name) || said.has(name) || value === '') {
      return wrong(`each must be one of ${FIELDS.join(', ')}, once, as in "subject=2,separator=;"`, part)
    }
    said.set(name, value)
  }
  const separator = said.get('separator')
  const character = separator === undefined ? undefined : (SEPARATORS[separator] ?? separator)
  if (character !== undefined && [...character].length !== 1)
    return wrong('the separator must be one character', character)
  const header = said.get('header')
  if (header !== undefined && header !== 'yes' && header !== 'no') return wrong('the header must be yes or no', header)
  const columns = ['subject', 'observedAt', 'confidence'].map(name => columnOf(said.get(name)))
  if (columns.includes(0)) return wrong('columns count from 1', text)
  const [subject, observedAt, confidence] = columns
  return ok({
    subject: subject ?? 'auto',
    ...(observedAt === undefined ? {} : { observedAt }),
    ...(confidence === undefined ? {} : { confidence }),
    ...(character === undefined ? {} : { separator: character }),
    ...(header === undefined ? {} : { header: header === 'yes' }),
  })
}

function splitAt(part: string): readonly [string, string] {
  const equals = part.indexOf('=')
  return equals < 0 ? [part.trim(), ''] : [part.slice(0, equals).trim(), part.slice(equals + 1).trim()]
}

function columnOf(value: string | undefined): string | number | undefined {
  return value !== undefined && /^\d{1,4}$/.test(value) ? Number(value) : value
}

function wrong(rule: string, found: string): Result<ColumnMapping> {
  return fail('invalid', `Cannot read the columns: ${rule}, found ${JSON.stringify(found)}`)
}
