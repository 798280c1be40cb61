/** Where a request may go, by its address alone: before a name is resolved and before anything is sent. */
import { isIPv6 } from 'node:net'
import { fail, ok, type Result } from '@tocsin/core/base'

/** RFC 9110 §4.1 asks for 8,000 at least; what is longer is no address of a feed. Characters. */
const URL_LENGTH_MAX = 8192

/** The address of a request, taken apart by the platform's URL parser, which resolves odd spellings of hosts. */
export interface Target {
  readonly url: URL
  readonly secure: boolean
  /** What to resolve: a name in ASCII without a dot at its end, or an address without brackets. */
  readonly host: string
  readonly port: number
}

/** Parses the address of a request; refuses as `invalid` other schemes, credentials and port 0. */
export function parseTarget(text: string): Result<Target> {
  if (text.length > URL_LENGTH_MAX) {
    return fail(
      'invalid',
      `Cannot fetch: the address must have at most ${URL_LENGTH_MAX} characters, found ${text.length}`,
    )
  }
  const url = URL.parse(text)
  if (url === null) return fail('invalid', `Cannot fetch: the address must be a URL, found "${withoutQuery(text)}"`)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return fail('invalid', `Cannot fetch: the address must begin with http: or https:, found "${url.protocol}"`)
  }
  if (url.username !== '' || url.password !== '') {
    return fail('invalid', `Cannot fetch from "${url.host}": the address must hold no user name and no password`)
  }
  const secure = url.protocol === 'https:'
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port)
  if (port === 0) return fail('invalid', `Cannot fetch from "${url.host}": the port must be 1 to 65535, found 0`)
  const host = bareHost(url.hostname)
  if (host === '') return fail('invalid', `Cannot fetch "${withoutQuery(text)}": the address must name a host`)
  return ok({ url, secure, host, port })
}

/** Where a redirect leads: relative to where it comes from, never from https back to http. */
export function redirected(from: Target, location: string): Result<Target> {
  const url = URL.parse(location, from.url.href)
  const next = parseTarget(url?.href ?? location)
  if (!next.ok || next.value.secure || !from.secure) return next
  return fail(
    'invalid',
    `Cannot follow ${shown(from)}: it must not lead from https to http, found "${next.value.url.host}"`,
  )
}

/**
 * Whether the operator opened this host: an entry is a name or an address (an IPv6 one in brackets or not), for every
 * port, or with `:port` for that port alone. Entries that cannot be read open nothing.
 */
export function isAllowed({ host, port }: Target, allowedHosts: readonly string[]): boolean {
  return allowedHosts.some(entry => {
    if (isIPv6(entry)) return URL.parse(`http://[${entry}]/`)?.hostname === `[${host}]`
    const [, name, ofPort] = /^(.*?)(?::(\d{1,5}))?$/.exec(entry) ?? []
    if (name === undefined || (name.includes(':') && !name.startsWith('['))) return false
    const url = URL.parse(`http://${name}/`)
    if (url === null || url.username !== '' || url.pathname !== '/') return false
    return bareHost(url.hostname) === host && (ofPort === undefined || Number(ofPort) === port)
  })
}

/** For messages: the address without its query, which may hold a key. */
export function shown({ url }: Target): string {
  return `"${url.origin}${url.pathname}"`
}

function withoutQuery(text: string): string {
  return text
    .replace(/[?#].*$/s, '')
    .replace(/\/\/[^/]*@/, '//')
    .slice(0, 200)
}

function bareHost(hostname: string): string {
  if (hostname.startsWith('[')) return hostname.slice(1, -1)
  return hostname.endsWith('.') ? hostname.slice(0, -1) : hostname
}
