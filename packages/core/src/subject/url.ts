import type { Result } from '../base/index.ts'
import { ok } from '../base/index.ts'
import { parseHashOnly } from './hash-only.ts'
import { canonicalHost } from './host.ts'
import { canonicalPath } from './path.ts'
import { byteTextOf, escapePercent, unescapePercent } from './percent.ts'
import { plainUrlValue } from './plain-url.ts'
import { quote, refuse } from './refusal.ts'
import type { Subject } from './subject.ts'
import { brandSubject } from './subject.ts'

/** Characters of a URL, before and after: browsers cut at 2 KiB to 2 MiB, mail and proxies far below this. */
const URL_LENGTH_MAX = 16_384

/** Schemes that lead to a host and a page there. The scheme is no part of the subject. */
const SCHEMES: ReadonlySet<string> = new Set(['http', 'https', 'ftp', 'ws', 'wss'])

/**
 * Parses the value of a `url` subject by the canonicalisation of Safe Browsing v5 ("URLs and Hashing"), in this order:
 * surrounding white space off; TAB, CR, LF out; fragment off; unescape until stable; split; canonical host and path; escape.
 *
 * The value is `host/path?query`: scheme (none means http), user and port are dropped. A URL of a host alone, `host/`, gives
 * the `domain` subject. `sha256:` and 64 hex digits name a page by its key alone. Refuses as `invalid`: other schemes than http, https, ftp, ws, wss; no host; a port that is none; a
 * host that `canonicalHost` refuses; more than 16,384 characters before or after.
 */
export function parseUrl(text: string): Result<Subject> {
  const value = plainUrlValue(text)
  if (value !== undefined) return ok(brandSubject('url', value))
  const hashOnly = parseHashOnly(text)
  return hashOnly === undefined ? parseUrlCarefully(text) : ok(hashOnly)
}

/** As {@link parseUrl}, without its short way and without hashes. For this folder alone. */
export function parseUrlCarefully(text: string): Result<Subject> {
  if (text.length > URL_LENGTH_MAX) return refuseLength(text, text.length)
  const bytes = byteTextOf(withoutFragment(text))
  if (bytes === undefined) return refuse('url', text, 'it must be valid Unicode')
  const plain = unescapePercent(bytes)
  const start = authorityStart(plain)
  if (typeof start === 'string') return refuse('url', text, start)
  const hostEnd = authorityEnd(plain, start)
  const authority = plain.slice(start, hostEnd)
  const hostText = withoutPort(authority.slice(authority.lastIndexOf('@') + 1))
  if (hostText === undefined) return refuse('url', text, 'its port must be a number of 0–65535')
  const host = canonicalHost(hostText)
  if (!host.ok) return refuse('url', text, host.why)

  const queryAt = plain.indexOf('?', hostEnd)
  const pathEnd = queryAt < 0 ? plain.length : queryAt
  // A backslash that ended the host is the slash that begins the path, as in browsers.
  const path = hostEnd === pathEnd ? '/' : canonicalPath(`/${plain.slice(hostEnd + 1, pathEnd)}`)
  const query = plain.slice(pathEnd)
  // "a.b/?" has the published expression "a.b/" alone; elsewhere "?" before nothing stays, as in the published vectors.
  if (path === '/' && query.length <= 1) return ok(brandSubject('domain', host.value))
  const value = host.value + escapePercent(path + query)
  return value.length > URL_LENGTH_MAX ? refuseLength(text, value.length) : ok(brandSubject('url', value))
}

function refuseLength(text: string, length: number): Result<Subject> {
  return refuse('url', text, `it must have at most ${URL_LENGTH_MAX} characters when canonical, found ${length}`)
}

/** White space off both ends, TAB, CR and LF out of the middle, and the fragment off: all of it raw, not escaped. */
function withoutFragment(text: string): string {
  const tidy = /[\t\r\n]|^ | $/.test(text) ? text.replace(/^[\t\r\n ]+/, '').replace(/[\t\r\n]/g, '') : text
  let end = tidy.length
  while (tidy.charCodeAt(end - 1) === 0x20) end--
  const fragmentAt = tidy.indexOf('#')
  return tidy.slice(0, fragmentAt < 0 ? end : fragmentAt)
}

/** Where user, host and port begin, behind `scheme://` or at once; or why there can be none. */
function authorityStart(plain: string): number | string {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(plain)
  if (scheme === null) return 0
  const after = scheme[0].length
  if (/^\d+(?:[/\\?]|$)/.test(plain.slice(after))) return 0 // "host:80/", not a scheme
  const name = (scheme[1] as string).toLowerCase()
  if (!SCHEMES.has(name)) return `its scheme must be ${[...SCHEMES].join(', ')}, found ${quote(name)}`
  return /^[/\\]{2}/.test(plain.slice(after, after + 2)) ? after + 2 : 'its scheme must be followed by "//"'
}

function authorityEnd(plain: string, start: number): number {
  for (let i = start; i < plain.length; i++) {
    const code = plain.charCodeAt(i)
    if (code === 0x2f || code === 0x5c || code === 0x3f) return i
  }
  return plain.length
}

/** The host of `host:port`; `undefined` if what follows the colon is no port. A colon before nothing is allowed (RFC 3986). */
function withoutPort(authority: string): string | undefined {
  const colon = authority.indexOf(':', authority.startsWith('[') ? authority.indexOf(']') + 1 : 0)
  if (colon < 0) return authority
  const port = authority.slice(colon + 1)
  return /^\d*$/.test(port) && Number(port) <= 65_535 ? authority.slice(0, colon) : undefined
}
