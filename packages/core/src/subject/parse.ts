import type { Result } from '../base/index.ts'
import { parseIp } from './address.ts'
import { parseDomain } from './domain.ts'
import { parseFile } from './file.ts'
import { parseNet } from './net.ts'
import { refuse } from './refusal.ts'
import type { Subject, SubjectType } from './subject.ts'
import { SUBJECT_TYPES } from './subject.ts'
import { parseUrl } from './url.ts'

/** True for `ip`, `net`, `domain`, `url` and `file`. */
export function isSubjectType(text: string): text is SubjectType {
  return (SUBJECT_TYPES as readonly string[]).includes(text)
}

/**
 * Parses a subject with its type before it, `ip:192.0.2.1`, into canonical form. The parsed type may be narrower than the
 * one said: `net:192.0.2.1/32` is an `ip`, `url:example.com/` a `domain`. Fails as `invalid`; never throws.
 */
export function parseSubject(text: string): Result<Subject> {
  const colon = text.indexOf(':')
  const type = text.slice(0, Math.max(colon, 0))
  if (!isSubjectType(type)) {
    return refuse('subject', text, `it must begin with ${SUBJECT_TYPES.map(known => `${known}:`).join(', ')}`)
  }
  return parseSubjectOf(type, text.slice(colon + 1))
}

/** As {@link parseSubject}, for a value whose type is known from elsewhere: a path of the API, a column, a list. */
export function parseSubjectOf(type: SubjectType, value: string): Result<Subject> {
  switch (type) {
    case 'ip':
      return parseIp(value)
    case 'net':
      return parseNet(value)
    case 'domain':
      return parseDomain(value)
    case 'url':
      return parseUrl(value)
    case 'file':
      return parseFile(value)
  }
}
