import { SUBJECT_TYPES, type SubjectType } from '@tocsin/core/subject'

/** What an answer about a subject of each type may rest on. */
const RESTS_ON: Readonly<Record<SubjectType, readonly SubjectType[]>> = {
  ip: ['ip', 'net'],
  net: ['net'],
  domain: ['domain'],
  // The host of a page is a name or an address.
  url: ['url', 'domain', 'ip', 'net'],
  file: ['file'],
}

/** The types to mirror, so that answers about those that were asked for are whole. */
export function mirroredTypes(asked: readonly SubjectType[]): readonly SubjectType[] {
  const needed = new Set(asked.flatMap(type => RESTS_ON[type]))
  return SUBJECT_TYPES.filter(type => needed.has(type))
}
