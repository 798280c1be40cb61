import { asciiOfIdn } from './idn.ts'
import { formatIpv4, parseAnyIpv4 } from './ipv4.ts'
import { formatIpv6, isMappedIpv4, isTranslatedIpv4, parseIpv6 } from './ipv6.ts'
import { escapeByte, escapePercent, textOfBytes } from './percent.ts'
import { quote } from './refusal.ts'

/** RFC 1035 §2.3.4, without the root label and its length byte. */
const NAME_BYTES_MAX = 253
const LABEL_BYTES_MAX = 63

/** What the Windows resolver takes for an address with rubbish behind it, if the whole has at most 15 characters. */
const QUAD_AND_RUBBISH = /^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?= )/

/** A canonical host, or why there is none, for the message of whoever asked. */
export type HostReading = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly why: string }

/**
 * The canonical form of a host, shared by `domain` and `url`: what the Safe Browsing v5 rules make of it, in ASCII.
 *
 * Takes byte text, unescaped, without user and port. Lower case; names in other scripts as Punycode; no dots at the ends
 * and single ones between; IPv4 in every spelling as a dotted quad; IPv6 in brackets as RFC 5952, or as IPv4 where it holds
 * one; other odd bytes escaped. Labels of at most 63 bytes, 253 in all. Unescaping the result and asking again gives the same.
 */
export function canonicalHost(host: string): HostReading {
  if (isPlainHost(host)) return yes(host)
  if (host.startsWith('[')) return canonicalBrackets(host)
  const ascii = /[\u0080-\u00ff]/.test(host) ? asciiOfOddHost(host) : yes(host)
  if (!ascii.ok) return ascii
  const found = /[/?@:[\]\\]/.exec(ascii.value)
  if (found !== null) return no(`its host must not hold "${found[0]}"`)
  const name = ascii.value
    .replace(/[A-Z]+/g, letters => letters.toLowerCase())
    .replace(/\.{2,}/g, '.')
    .replace(/^\.|\.$/g, '')
  if (name === '') return no('it has no host')
  const quad = parseAnyIpv4((name.length <= 15 && QUAD_AND_RUBBISH.exec(name)?.[0]) || name)
  if (quad !== undefined) return yes(formatIpv4(quad))
  if (name.length > NAME_BYTES_MAX) return no(`a host must have at most ${NAME_BYTES_MAX} bytes, found ${name.length}`)
  const long = name.split('.').find(label => label.length > LABEL_BYTES_MAX)
  if (long !== undefined) return no(`a label must have at most ${LABEL_BYTES_MAX} bytes, found ${long.length}`)
  const escaped = escapePercent(name)
  // A host may begin with "*." where DNS has a wildcard. Escaped it cannot be taken for a pattern, which is no subject.
  return yes(escaped === '*' || escaped.startsWith('*.') ? escapeByte('*') + escaped.slice(1) : escaped)
}

/**
 * True for a host that is canonical beyond doubt, which most are: labels of a–z, 0–9, - and _, the last one not beginning
 * with a digit, for that may be an address.
 */
export function isPlainHost(host: string): boolean {
  if (host.length === 0 || host.length > NAME_BYTES_MAX) return false
  let labelStart = 0
  for (let i = 0; i <= host.length; i++) {
    const code = i < host.length ? host.charCodeAt(i) : 0x2e
    if (code === 0x2e) {
      if (i === labelStart || i - labelStart > LABEL_BYTES_MAX) return false
      if (i < host.length) labelStart = i + 1
    } else if (!((code >= 0x61 && code <= 0x7a) || isDigit(code) || code === 0x2d || code === 0x5f)) {
      return false
    }
  }
  return !isDigit(host.charCodeAt(labelStart))
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

/** `[IPv6]`, and IPv4 for what v5 takes as such: ::ffff:0:0/96 and 64:ff9b::/96. */
function canonicalBrackets(host: string): HostReading {
  const address = host.endsWith(']') ? parseIpv6(host.slice(1, -1)) : undefined
  if (address === undefined) return no('its host in brackets must be an IPv6 address without zone id')
  if (isMappedIpv4(address) || isTranslatedIpv4(address)) return yes(formatIpv4(address.subarray(12)))
  return yes(`[${formatIpv6(address)}]`)
}

/** UTF-8 is a name in some script; other bytes stay what they are, to be escaped. */
function asciiOfOddHost(host: string): HostReading {
  const text = textOfBytes(host)
  if (text === undefined) return yes(host)
  const ascii = asciiOfIdn(text)
  if (ascii === undefined) return no(`a label must have at most ${LABEL_BYTES_MAX} bytes as Punycode`)
  // Full-width ％ and the like arrive here as ASCII. No browser opens such a host, and % could begin a new escape.
  const found = /[^!-~]|[#%]/.exec(ascii)
  return found === null ? yes(ascii) : no(`its host must not hold ${quote(found[0])} beside other scripts`)
}

function yes(value: string): HostReading {
  return { ok: true, value }
}

function no(why: string): HostReading {
  return { ok: false, why }
}
