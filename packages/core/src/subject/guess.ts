import type { Result } from '../base/index.ts'
import { parseAddress, parseIp } from './address.ts'
import { parseFile } from './file.ts'
import { isSubjectType, parseSubject, parseSubjectOf } from './parse.ts'
import type { Subject } from './subject.ts'

/**
 * Reads what a person typed, for command lines and search boxes; programs say the type. With a type before it: as said. Else
 * an address is an `ip`, `address/length` a `net`, 32, 40 or 64 hex digits a `file`, text with a scheme, a port, a slash or a
 * query a `url`, all else a `domain`. Surrounding white space is ignored. Fails as `invalid`.
 */
export function guessSubject(text: string): Result<Subject> {
  const typed = text.trim()
  const colon = typed.indexOf(':')
  if (colon > 0 && isSubjectType(typed.slice(0, colon))) return parseSubject(typed)
  const address = parseIp(typed.startsWith('[') && typed.endsWith(']') ? typed.slice(1, -1) : typed)
  if (address.ok) return address
  const range = /^(.*)\/\d{1,3}$/.exec(typed)
  if (range !== null && parseAddress(range[1] as string).ok) return parseSubjectOf('net', typed)
  const file = parseFile(typed)
  if (file.ok) return file
  return parseSubjectOf(/[/\\?:#]/.test(typed) ? 'url' : 'domain', typed)
}
