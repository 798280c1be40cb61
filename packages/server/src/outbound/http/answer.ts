/** What the head of an answer says, by its headers alone. */
import type { IncomingHttpHeaders } from 'node:http'

/** A week: the longest that a server may make us wait, in seconds. */
const WAIT_SECONDS_MAX = 7 * 24 * 3600

/** Redirects that a GET follows (RFC 9110 §15.4). */
export function isRedirect(status: number | undefined): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308
}

/** Retry-After, as seconds or as a date (RFC 9110 §10.2.3): seconds from `now` (milliseconds), 0 to a week. */
export function retryAfterSeconds(headers: IncomingHttpHeaders, now: number): number | undefined {
  const said = headers['retry-after']?.trim()
  if (said === undefined || said === '') return undefined
  if (/^\d{1,15}$/.test(said)) return bounded(Number(said))
  const at = Date.parse(said)
  return Number.isNaN(at) ? undefined : bounded(Math.ceil((at - now) / 1000))
}

/**
 * Seconds for which the answer is fresh: max-age of Cache-Control less Age (RFC 9111 §4.2), else Retry-After; undefined
 * if unsaid, or if the server wants to be asked each time.
 */
export function freshSeconds(headers: IncomingHttpHeaders, now: number): number | undefined {
  const control = headers['cache-control'] ?? ''
  if (/(?:^|[\s,])no-(?:store|cache)(?:$|[\s,])/i.test(control)) return undefined
  const age = /^\d{1,15}$/.test(headers.age ?? '') ? Number(headers.age) : 0
  const maxAge = /(?:^|[\s,])max-age="?(\d{1,15})/i.exec(control)?.[1]
  return maxAge === undefined ? retryAfterSeconds(headers, now) : bounded(Number(maxAge) - age)
}

function bounded(seconds: number): number {
  return Math.max(0, Math.min(seconds, WAIT_SECONDS_MAX))
}
