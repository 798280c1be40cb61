/** From the labels under a zone to what is asked. Pure; nothing here throws, whatever the labels hold. */
import { decodeBase32, decodeHex, encodeHex, hexDigit } from '@tocsin/core/base'
import { addressSubject, formatAddress, parseSubjectOf, type Subject } from '@tocsin/core/subject'
import { testPoint } from './test-points.ts'
import type { ListKind } from './zones.ts'

/**
 * What a name below a zone's apex is.
 *
 * - `subject`: a question to the book. `otherwise` says what the name is if the subject is not listed.
 * - `test-point`: see `test-points.ts`.
 * - `non-terminal`: the beginning of other names, without records of its own. It must exist (RFC 8020): a resolver that
 *   asks label by label (RFC 9156) gives up at the first NXDOMAIN.
 * - `nothing`: no subject has this name, as the random labels of monitors.
 */
export type Asked =
  | { readonly kind: 'subject'; readonly subject: Subject; readonly otherwise: 'nothing' | 'non-terminal' }
  | { readonly kind: 'test-point'; readonly listed: boolean }
  | { readonly kind: 'non-terminal' }
  | { readonly kind: 'nothing' }

const NOTHING: Asked = { kind: 'nothing' }
const NON_TERMINAL: Asked = { kind: 'non-terminal' }

const ADDRESS_OCTETS = 4
const ADDRESS_NIBBLES = 32

/** Separates the key, if the label next to the apex has the shape of one. Labels are in lower case already. */
export function splitKey(labels: readonly string[]): {
  readonly key: string | undefined
  readonly below: readonly string[]
} {
  const last = labels.at(-1)
  if (last === undefined || !/^tk-[a-z2-7]{26}$/.test(last)) return { key: undefined, below: labels }
  return { key: last, below: labels.slice(0, -1) }
}

/** Reads the labels (lower case, leftmost first, key removed) below the apex of a zone. */
export function askedIn(zone: ListKind, labels: readonly string[]): Asked {
  if (labels.length === 0) return NON_TERMINAL
  switch (zone) {
    case 'ip':
      return askedByAddress(labels, addressSubject) ?? NOTHING
    case 'domain':
      return askedByAddress(labels, addressHost) ?? askedByHost(labels)
    case 'hash':
      return askedByHash(labels)
  }
}

/** Four octets or 32 nibbles, the last one leftmost; `undefined` if the labels are neither these nor the beginning. */
function askedByAddress(labels: readonly string[], subjectOf: (address: Uint8Array) => Subject): Asked | undefined {
  const octets = labels.length <= ADDRESS_OCTETS && labels.every(label => octetOf(label) >= 0)
  // Labels such as 1.0.0.2 are an IPv4 address and also where all of 2001::/16 begins, so the name exists in any case.
  const nibbles = (!octets || labels.length === ADDRESS_OCTETS) && labels.every(isNibble)
  if (!octets && (!nibbles || labels.length > ADDRESS_NIBBLES)) return undefined
  const whole = labels.length === (octets ? ADDRESS_OCTETS : ADDRESS_NIBBLES)
  if (!whole) return NON_TERMINAL
  const address = octets ? Uint8Array.from(labels.toReversed(), octetOf) : decodeHex(labels.toReversed().join(''))
  if (address === undefined) return undefined
  const test = testPoint(formatAddress(address))
  if (test !== undefined) return { kind: 'test-point', listed: test === 'listed' }
  return { kind: 'subject', subject: subjectOf(address), otherwise: octets && nibbles ? 'non-terminal' : 'nothing' }
}

/** 0–255 in decimal without leading zeros; −1 for any other label. */
function octetOf(label: string): number {
  if (label.length > 3 || (label.length > 1 && label.charCodeAt(0) === 0x30)) return -1
  let value = 0
  for (let i = 0; i < label.length; i++) {
    const digit = label.charCodeAt(i) - 0x30
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value <= 255 ? value : -1
}

function isNibble(label: string): boolean {
  return label.length === 1 && hexDigit(label.charCodeAt(0)) >= 0
}

/** The host of a URL that is an address: the book is asked for the host and, by its expressions, for the address. */
function addressHost(address: Uint8Array): Subject {
  const text = formatAddress(address)
  const host = parseSubjectOf('domain', text.includes(':') ? `[${text}]` : text)
  return host.ok ? host.value : addressSubject(address)
}

/**
 * Only names that are canonical as they stand: no label may turn into another host, a page or an address by parsing.
 */
function askedByHost(labels: readonly string[]): Asked {
  for (const label of labels) if (!/^[a-z0-9_-]+$/.test(label)) return NOTHING
  const host = labels.join('.')
  const test = testPoint(host)
  if (test !== undefined) return { kind: 'test-point', listed: test === 'listed' }
  if (/^\d/.test(labels.at(-1) ?? '')) return NOTHING
  const subject = parseSubjectOf('domain', host)
  if (!subject.ok || subject.value.value !== host) return NOTHING
  return { kind: 'subject', subject: subject.value, otherwise: 'nothing' }
}

const MD5_DIGITS = 32
const SHA1_DIGITS = 40
/** Base32 (RFC 4648) of 32 bytes without padding. */
const SHA256_BASE32_DIGITS = 52

/** A hash of a file: one label, or SHA-256 in hexadecimal as two labels, because a label has at most 63 bytes. */
function askedByHash(labels: readonly string[]): Asked {
  const [first = '', second] = labels
  if (labels.length > 2) return NOTHING
  if (second !== undefined) {
    return isHex(first, MD5_DIGITS) && isHex(second, MD5_DIGITS) ? askedByFile(first + second, 'nothing') : NOTHING
  }
  // It may also be the second half of a SHA-256, and then it exists.
  if (isHex(first, MD5_DIGITS)) return askedByFile(`md5:${first}`, 'non-terminal')
  if (isHex(first, SHA1_DIGITS)) return askedByFile(`sha1:${first}`, 'nothing')
  const sha256 = first.length === SHA256_BASE32_DIGITS ? decodeBase32(first) : undefined
  return sha256 === undefined ? NOTHING : askedByFile(encodeHex(sha256), 'nothing')
}

function askedByFile(value: string, otherwise: 'nothing' | 'non-terminal'): Asked {
  const subject = parseSubjectOf('file', value)
  return subject.ok ? { kind: 'subject', subject: subject.value, otherwise } : NOTHING
}

function isHex(label: string, digits: number): boolean {
  return label.length === digits && /^[0-9a-f]+$/.test(label)
}
