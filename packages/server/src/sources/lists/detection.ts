import { fail, ok, type Result } from '@tocsin/core/base'
import { isMeaningful, type ListFormat, looksLikeHash, looksLikeHosts } from './formats.ts'
import type { Line } from './lines.ts'

/** Lines that are looked at before the form of a list is decided; blank ones and comments do not count. */
export const DETECTION_LINES = 1000

/** The form that most of the lines have; `plain` in doubt. Fails as `invalid` for a web page or an XML file. */
export function detectFormat(lines: readonly Line[]): Result<ListFormat> {
  const texts = lines.flatMap(line => (line.broken === undefined && isMeaningful(line.text) ? [line.text] : []))
  if (texts[0]?.trimStart().startsWith('<') === true) {
    return fail('invalid', 'Cannot import list: it must be lines of text, found what begins as a web page or XML does')
  }
  if (texts.filter(looksLikeHosts).length * 2 > texts.length) return ok('hosts')
  return ok(texts.filter(looksLikeHash).length * 2 > texts.length ? 'hashes' : 'plain')
}
