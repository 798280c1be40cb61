import { fieldsOf } from './fields.ts'

/** What parts fields, the commonest first. */
const SEPARATORS = [',', '\t', ';', '|'] as const

/** Rows that are looked at. */
const ROWS_MAX = 100

/**
 * The separator of a table, from its beginning: the one by which most rows have the same number of fields, two or more;
 * of equals the one that makes more fields. A comma where none parts anything.
 */
export function separatorOf(beginning: Buffer): string {
  const lines = beginning
    .toString('latin1')
    .split('\n', ROWS_MAX * 2)
    .filter(line => line.trim() !== '' && !line.startsWith('#'))
    .slice(0, ROWS_MAX)
  let best: { readonly separator: string; readonly agree: number; readonly width: number } | undefined
  for (const separator of SEPARATORS) {
    const { agree, width } = agreement(lines, separator)
    if (width < 2) continue
    if (best === undefined || agree > best.agree || (agree === best.agree && width > best.width)) {
      best = { separator, agree, width }
    }
  }
  return best?.separator ?? ','
}

/** The number of fields that most lines have, and how many lines have it. */
function agreement(lines: readonly string[], separator: string): { readonly agree: number; readonly width: number } {
  const counts = new Map<number, number>()
  for (const line of lines) {
    const width = fieldsOf(line.trimEnd(), separator)?.length ?? 0
    if (width > 1) counts.set(width, (counts.get(width) ?? 0) + 1)
  }
  let agree = 0
  let width = 0
  for (const [each, count] of counts) if (count > agree) [width, agree] = [each, count]
  return { agree, width }
}
