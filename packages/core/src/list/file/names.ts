/**
 * How a list file names a subject. A name is a binary string (a character for each byte), and its form says which:
 *
 *     type     form 0                 form 1                form 2
 *     ip       IPv4, 4 bytes          IPv6, 16 bytes        key, 32 bytes, where the text is not known
 *     net      IPv4 and length, 5     IPv6 and length, 17   likewise
 *     domain   text, host reversed    –                     likewise
 *     url      text, host reversed    –                     likewise
 *     file     its SHA-256, 32 bytes  text (`md5:…`)        likewise
 *
 * A host is reversed label by label (`com.example.www`), so that names of one domain stand together and the next one is
 * mostly the one before.
 *
 * Where there is text there is no key: it follows from the text. That saves 32 bytes that do not compress, and nobody can
 * send a text beside the key of another subject, which a state hash over keys would not notice.
 */
import { bytesEqual, decodeHex, encodeHex, type Sha256 } from '../../base/index.ts'
import {
  formatAddress,
  isHashOnly,
  netRange,
  netSubject,
  parseAddress,
  parseSubjectOf,
  type SubjectType,
  subjectKey,
} from '../../subject/index.ts'
import { refuse } from './byte-reader.ts'

/** Of the key without a text. */
export const NAMELESS = 2

/** How many forms there are. */
export const FORMS = 3

/** Characters of a text, at most: more than any parser takes. */
export const TEXT_MAX = 65_535

const KEY_BYTES = 32

/** Bytes of the names of a form; 0 for text, which has any number. */
const NAME_BYTES: Readonly<Record<SubjectType, readonly [number, number, number]>> = {
  ip: [4, 16, KEY_BYTES],
  net: [5, 17, KEY_BYTES],
  domain: [0, 0, KEY_BYTES],
  url: [0, 0, KEY_BYTES],
  file: [KEY_BYTES, 0, KEY_BYTES],
}

/** Bytes of every name of a form; 0 where each has a length of its own. */
export function nameBytes(type: SubjectType, form: number): number {
  return NAME_BYTES[type][form]!
}

/** A subject as a book knows it. */
export interface Keyed {
  /** 32 bytes. */
  readonly key: Uint8Array
  /** Canonical text without type. */
  readonly value: string | undefined
}

/** A form and a name in it. */
export interface Name {
  readonly form: number
  readonly name: string
}

/** The name of a subject. A text that is not canonical, or of which the key is not made, is left out. */
export function nameOf(type: SubjectType, { key, value }: Keyed, sha256: Sha256): Name {
  const nameless = { form: NAMELESS, name: binary(key) }
  if (value === undefined || value.length > TEXT_MAX) return nameless
  if (type === 'file' && value.length === 2 * KEY_BYTES) {
    return value === encodeHex(key) ? { form: 0, name: nameless.name } : nameless
  }
  const parsed = parseSubjectOf(type, value)
  if (!parsed.ok || parsed.value.type !== type || parsed.value.value !== value || isHashOnly(parsed.value)) {
    return nameless
  }
  if (!bytesEqual(subjectKey(parsed.value, sha256), key)) return nameless
  if (type === 'ip') return addressName(value)
  if (type === 'net') {
    const { address, prefixLength } = netRange(parsed.value)
    return { form: address.length === 4 ? 0 : 1, name: binary(address) + String.fromCharCode(prefixLength) }
  }
  return type === 'file' ? { form: 1, name: value } : { form: 0, name: reversed(value) }
}

/** The subject of a name; throws a `ProblemError` `invalid` for a name that {@link nameOf} never gives. */
export function subjectNamed(type: SubjectType, { form, name }: Name, sha256: Sha256): Keyed {
  if (form === NAMELESS) return { key: unbinary(name), value: undefined }
  if (type === 'file' && form === 0) {
    const key = unbinary(name)
    return { key, value: encodeHex(key) }
  }
  const value = textOf(type, form, name)
  const parsed = parseSubjectOf(type, value)
  if (!parsed.ok || parsed.value.type !== type || parsed.value.value !== value) {
    refuse(`a ${type} must be in canonical form, found ${JSON.stringify(value.slice(0, 100))}`)
  }
  const isHash = type === 'file' ? decodeHex(value) !== undefined : isHashOnly(parsed.value)
  if (isHash) refuse('a SHA-256 must be written as bytes, found text')
  return { key: subjectKey(parsed.value, sha256), value }
}

function textOf(type: SubjectType, form: number, name: string): string {
  if (type === 'ip') {
    const value = formatAddress(unbinary(name))
    if (form === 1 && !value.includes(':')) refuse(`an IPv4 address must be written with 4 bytes, found 16 of ${value}`)
    return value
  }
  if (type === 'net') {
    const prefixLength = name.charCodeAt(name.length - 1)
    const address = unbinary(name.slice(0, -1))
    if (prefixLength >= 8 * address.length) refuse(`a prefix length must be below ${8 * address.length}`)
    const { value } = netSubject(address, prefixLength)
    // Bits of the host would be cleared without a word, and one net have many names.
    if (value !== `${formatAddress(address)}/${prefixLength}`) refuse(`a net must be in canonical form, not ${value}`)
    return value
  }
  return type === 'file' && form === 1 ? name : reversed(name)
}

function addressName(value: string): Name {
  const address = parseAddress(value)
  // The parser above has taken it already.
  if (!address.ok) return refuse(address.problem.message)
  return { form: address.value.length === 4 ? 0 : 1, name: binary(address.value) }
}

/** The same text with the labels of its host in the other order; done twice, it is the text again. */
function reversed(text: string): string {
  const slash = text.indexOf('/')
  const end = slash < 0 ? text.length : slash
  return text.slice(0, end).split('.').reverse().join('.') + text.slice(end)
}

function binary(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes)
}

function unbinary(name: string): Uint8Array {
  const bytes = new Uint8Array(name.length)
  for (let at = 0; at < name.length; at++) bytes[at] = name.charCodeAt(at)
  return bytes
}
