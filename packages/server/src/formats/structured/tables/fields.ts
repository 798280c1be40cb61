/** Columns of a row, at most. */
export const COLUMNS_MAX = 256

/**
 * The fields of a row without blanks around them, or `undefined` for more than {@link COLUMNS_MAX}. Quotes around a field
 * are off and doubled ones single; what was quoted twice over (`" ""a"""`, as tools write that read it wrongly) is read as
 * it was meant. A quote elsewhere is a character like any other.
 */
export function fieldsOf(text: string, separator: string): readonly string[] | undefined {
  const fields = text.includes('"') ? quotedFields(text, separator) : text.split(separator)
  if (fields.length > COLUMNS_MAX) return undefined
  for (let at = 0; at < fields.length; at++) fields[at] = plain(fields[at] as string)
  return fields
}

function quotedFields(text: string, separator: string): string[] {
  const fields: string[] = []
  let at = 0
  while (fields.length <= COLUMNS_MAX) {
    let from = at
    while (text.charCodeAt(from) === 0x20) from++
    // Nearly all: quotes around, none inside, and the separator or the end right behind.
    const close = text.charCodeAt(from) === 0x22 ? text.indexOf('"', from + 1) : -1
    if (close > 0 && (close + 1 === text.length || text.startsWith(separator, close + 1))) {
      fields.push(text.slice(from + 1, close))
      if (close + 1 === text.length) break
      at = close + 2
      continue
    }
    const end = text[from] === '"' ? quotedEnd(text, from) : from
    const next = text.indexOf(separator, end)
    const to = next < 0 ? text.length : next
    fields.push(text[from] === '"' ? unquoted(text.slice(from, to)) : text.slice(at, to))
    if (next < 0) break
    at = next + 1
  }
  return fields
}

/** Behind the quote that ends the field which begins with one at `from`. */
function quotedEnd(text: string, from: number): number {
  let at = from + 1
  for (;;) {
    const quote = text.indexOf('"', at)
    if (quote < 0) return text.length
    if (text[quote + 1] !== '"') return quote + 1
    at = quote + 2
  }
}

function unquoted(field: string): string {
  const last = field.lastIndexOf('"')
  const inner = last > 0 ? field.slice(1, last) + field.slice(last + 1) : field.slice(1)
  return inner.includes('"') ? inner.replaceAll('""', '"') : inner
}

/** Whether there is surely nothing to trim: trimming a text looks at each kind of blank there is. */
function isTrim(field: string): boolean {
  const first = field.charCodeAt(0)
  const last = field.charCodeAt(field.length - 1)
  return first > 0x20 && first < 0x7f && last > 0x20 && last < 0x7f
}

function plain(field: string): string {
  const text = isTrim(field) ? field : field.trim()
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1).trim() : text
}
