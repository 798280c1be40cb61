/** Spamhaus DROP as lines of JSON (https://www.spamhaus.org/drop/drop_v4.json): nets, then a line of metadata. */
import { refused, skipped } from '../content.ts'
import type { Content, Format } from '../format.ts'
import { readElements } from '../json/elements.ts'
import { single } from './values/indicators.ts'
import { subjectOfText } from './values/subject-text.ts'

/** `drop_v4.json`, `drop_v6.json`; of `asndrop.json`, whose lines are numbers of networks, nothing is taken. */
export const SPAMHAUS_DROP: Format = {
  name: 'spamhaus-drop-json',
  about: 'Spamhaus DROP as lines of JSON; ASN-DROP is recognised and says nothing of addresses',
  unit: 'object',
  detect: ({ text }) =>
    /^\s*\{\s*"cidr"\s*:[^\n]*"sblid"/.test(text) || /^\s*\{\s*"asn"\s*:[^\n]*"rir"/.test(text) ? 1 : 0,
  open: () => readElements({ paths: ['[*]'], lines: true, read: ({ value }) => [readDrop(value)] }),
}

function readDrop(value: unknown): Content {
  const { cidr, asn, type } = Object(value) as Record<string, unknown>
  if (type === 'metadata') return skipped('metadata')
  if (typeof cidr !== 'string') {
    if (asn !== undefined) return skipped('not-an-indicator')
    return refused('not-a-subject', 'a line must have a "cidr" in quotes')
  }
  const subject = subjectOfText(cidr, 'net')
  return typeof subject === 'string' ? single(subject, {}) : subject
}
