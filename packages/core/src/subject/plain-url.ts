import { isPlainHost } from './host.ts'
import { parseDottedQuad } from './ipv4.ts'

/**
 * Scheme, something that may be host and port, segments that are neither empty nor begin with a dot, and a query; visible
 * ASCII without `#`, `%` and `\`. No part can be read in two ways, so it takes one pass.
 */
const FORM = /^https?:\/\/[a-z0-9_.:-]+(?:\/(?!\.)[!"$&-.0->@-[\]-~]+)+\/?(?:\?[!"$&-[\]-~]*)?$/

/** Characters of a URL, at most; longer ones are for the careful way, which says what is wrong with them. */
const LENGTH_MAX = 16_384

/**
 * The value of the `url` subject of a URL that needs no change but the loss of its scheme and port, in one pass; `undefined`
 * for any other, among them those that are no URL: they are for the careful way. Most URLs on lists are such: `http` or
 * `https`, a host that is plain or a strict dotted quad, perhaps a port, then a path of visible ASCII without `%`, `#`, `\`,
 * empty segments and segments that begin with a dot. A property test holds it against {@link parseUrl}.
 */
export function plainUrlValue(text: string): string | undefined {
  if (text.length > LENGTH_MAX || !FORM.test(text)) return undefined
  const hostAt = text.indexOf('/') + 2
  const pathAt = text.indexOf('/', hostAt)
  const host = hostOf(text.slice(hostAt, pathAt))
  return host === undefined ? undefined : host + text.slice(pathAt)
}

/** The host of `host` or `host:port`, if both are plain. */
function hostOf(authority: string): string | undefined {
  const colon = authority.indexOf(':')
  const host = colon < 0 ? authority : authority.slice(0, colon)
  if (colon >= 0 && !isPort(authority, colon + 1)) return undefined
  return isPlainHost(host) || parseDottedQuad(host) !== undefined ? host : undefined
}

function isPort(authority: string, from: number): boolean {
  if (authority.length === from || authority.length > from + 5) return false
  let port = 0
  for (let at = from; at < authority.length; at++) {
    const digit = authority.charCodeAt(at) - 0x30
    if (digit < 0 || digit > 9) return false
    port = port * 10 + digit
  }
  return port <= 65_535
}
