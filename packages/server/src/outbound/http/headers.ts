/** The headers that a caller may add to a request: keys of a feed, and what kind of answer it takes. */
import type { OutgoingHttpHeaders } from 'node:http'
import { fail, ok, type Result } from '@tocsin/core/base'
import { shown, type Target } from './target.ts'

/** What is ours to say: where a request goes, how it is framed and encoded, and whether it is conditional. */
const OURS = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'if-modified-since',
  'if-none-match',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'range',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** RFC 9110 §5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]+$/
/** RFC 9110 §5.5, without what is not ASCII. */
const VALUE = /^[\t\x20-\x7e]*$/

/** Lower-case names with their values; `invalid` for a name that is ours and for what would break the framing. */
export function ownHeaders(target: Target, headers: Readonly<Record<string, string>>): Result<OutgoingHttpHeaders> {
  const own: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase()
    if (!TOKEN.test(lower) || OURS.has(lower)) {
      return fail('invalid', `Cannot fetch ${shown(target)}: a request must not set the header "${name}"`)
    }
    // The value may be a key, so it is not shown.
    if (!VALUE.test(value)) {
      return fail('invalid', `Cannot fetch ${shown(target)}: the header "${name}" must be ASCII without line ends`)
    }
    own[lower] = value
  }
  return ok(own)
}
