import type { Result } from '../base/index.ts'
import { ok } from '../base/index.ts'
import { refuse } from './refusal.ts'
import type { Subject } from './subject.ts'
import { brandSubject } from './subject.ts'

/** Hexadecimal digits of each hash, by the prefix that its canonical form has; SHA-256 has none. */
const PREFIX_BY_DIGITS: ReadonlyMap<number, string> = new Map([
  [32, 'md5:'],
  [40, 'sha1:'],
  [64, 'sha256:'],
])

/**
 * Parses the value of a `file` subject: a SHA-256, SHA-1 or MD5 in hexadecimal of either case, known by its length, with or
 * without `sha256:`, `sha1:`, `md5:` before it. SHA-256 is the bare digits in canonical form, the others keep the prefix.
 */
export function parseFile(text: string): Result<Subject> {
  const match = /^(md5:|sha1:|sha256:)?([0-9a-f]+)$/.exec(text.length <= 71 ? text.toLowerCase() : '')
  const digits = match?.[2] ?? ''
  const prefix = PREFIX_BY_DIGITS.get(digits.length)
  if (prefix === undefined || (match?.[1] ?? prefix) !== prefix) {
    return refuse('file', text, 'it must be 64 hex digits of SHA-256, or md5: with 32, or sha1: with 40')
  }
  return ok(brandSubject('file', prefix === 'sha256:' ? digits : prefix + digits))
}
