import type { Result } from '../base/index.ts'
import { ok } from '../base/index.ts'
import { canonicalHost } from './host.ts'
import { byteTextOf, unescapePercent } from './percent.ts'
import { refuse } from './refusal.ts'
import type { Subject } from './subject.ts'
import { brandSubject } from './subject.ts'

/** UTF-16 units. A name of 253 bytes has at most 759 characters with every byte escaped; the rest is room for dots. */
const INPUT_UNITS_MAX = 4096

/** What each character would mean that a host cannot hold, so that the message says what to do. */
const FOREIGN: ReadonlyMap<string, string> = new Map([
  ['/', 'a page is a url, say "url:" before it'],
  ['\\', 'a page is a url, say "url:" before it'],
  ['?', 'a page is a url, say "url:" before it'],
  ['#', 'a page is a url, say "url:" before it'],
  ['@', 'it must be a host alone, without user or mailbox'],
  [':', 'it must be a host alone, without scheme or port (an IPv6 address is an ip, say "ip:" before it)'],
])

/**
 * Parses the value of a `domain` subject: one host, as every URL canonicaliser output may have it, addresses and odd
 * escaped bytes included. Refuses a pattern (`*.example.com`), a mailbox, a port, a page and white space.
 */
export function parseDomain(text: string): Result<Subject> {
  if (text.length > INPUT_UNITS_MAX) {
    return refuse('domain', text, `it must have at most ${INPUT_UNITS_MAX} characters, found ${text.length}`)
  }
  const foreign = text.startsWith('[') ? /[/\\?#@]/.exec(text) : /[/\\?#@:]/.exec(text)
  if (foreign !== null) return refuse('domain', text, FOREIGN.get(foreign[0]) as string)
  if (/[\0- \x7f]/.test(text)) return refuse('domain', text, 'it must not hold white space or control characters')
  if (/^\.*\*(?:\.|$)/.test(text)) {
    return refuse('domain', text, 'it must not be a pattern: a domain covers the hosts below it already')
  }
  const bytes = byteTextOf(text)
  if (bytes === undefined) return refuse('domain', text, 'it must be valid Unicode')
  const host = canonicalHost(unescapePercent(bytes))
  return host.ok ? ok(brandSubject('domain', host.value)) : refuse('domain', text, host.why)
}
