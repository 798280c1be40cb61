/**
 * How one setting's value is read, from YAML (any value) or from an environment variable or a flag (always text).
 * A reader never throws: it gives the value, or says what the value must be.
 */
import { createRequire } from 'node:module'
import type * as Subjects from '@tocsin/core/subject'
import type * as Wire from '@tocsin/core/wire'
import { SUBJECT_TYPES } from './words.ts'

/** Where a server listens: an IP address or a host name, and a port (0: the system chooses a free one). */
export interface Endpoint {
  readonly host: string
  readonly port: number
}

/** What a reader says of a raw value. */
export type Reading<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly must: string }

/** The type of a setting: how it is read, and how it is described to people and to editors. */
export interface Reader<T> {
  /** What stands for the value in a usage line: `HOST:PORT`. */
  readonly placeholder: string
  /** The value's JSON Schema, for editors of `tocsin.yaml`. */
  readonly schema: Readonly<Record<string, unknown>>
  read(raw: unknown): Reading<T>
}

/** For what only some settings need when they are set: `core/wire` has a hundred modules below it, and every command reads settings. */
const load = createRequire(import.meta.url)

const LISTEN_MUST = 'must be an address and a port as in "127.0.0.1:7080" or "[::1]:7080", or "off"'

/** Any text but the empty one. */
export function text(placeholder: string): Reader<string> {
  return {
    placeholder,
    schema: { type: 'string', minLength: 1 },
    read: raw => (typeof raw === 'string' && raw !== '' ? good(raw) : bad('must be text')),
  }
}

/** One of a few words. */
export function choice<const T extends string>(words: readonly T[]): Reader<T> {
  return {
    placeholder: words.join('|'),
    schema: { enum: words },
    read(raw) {
      const word = words.find(known => known === raw)
      return word === undefined ? bad(`must be ${words.map(known => `"${known}"`).join(', ')}`) : good(word)
    },
  }
}

/** A whole number of seconds, from 0 to `max`. */
export function seconds(max: number): Reader<number> {
  return {
    placeholder: 'SECONDS',
    schema: { type: 'integer', minimum: 0, maximum: max },
    read(raw) {
      const value = typeof raw === 'string' && /^\d{1,9}$/.test(raw) ? Number(raw) : raw
      const whole = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max
      return whole ? good(value) : bad(`must be a whole number of seconds from 0 to ${max}`)
    },
  }
}

/** A whole number from 0 to `max`. */
export function count(max: number): Reader<number> {
  return {
    placeholder: 'NUMBER',
    schema: { type: 'integer', minimum: 0, maximum: max },
    read(raw) {
      const value = typeof raw === 'string' && /^\d{1,9}$/.test(raw) ? Number(raw) : raw
      const whole = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max
      return whole ? good(value) : bad(`must be a whole number from 0 to ${max}`)
    },
  }
}

/** A whole number of bytes, from 0 to `max`. */
export function bytes(max: number): Reader<number> {
  return {
    placeholder: 'BYTES',
    schema: { type: 'integer', minimum: 0, maximum: max },
    read(raw) {
      const value = typeof raw === 'string' && /^\d{1,15}$/.test(raw) ? Number(raw) : raw
      const whole = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max
      return whole ? good(value) : bad(`must be a whole number of bytes from 0 to ${max}`)
    },
  }
}

/** One of a few numbers. */
export function step<const T extends number>(steps: readonly T[]): Reader<T> {
  return {
    placeholder: steps.join('|'),
    schema: { enum: steps },
    read(raw) {
      const value = typeof raw === 'string' && /^\d$/.test(raw) ? Number(raw) : raw
      const found = steps.find(known => known === value)
      return found === undefined ? bad(`must be ${steps.join(', ')}`) : good(found)
    },
  }
}

/** Addresses and networks, as `192.0.2.0/24`. */
export const networks: Reader<readonly string[]> = listOf('NETWORK,…', { type: 'string' }, raw => {
  const subject = subjectLayer().guessSubject(raw)
  const fits = subject.ok && (subject.value.type === 'ip' || subject.value.type === 'net')
  return fits ? good(subject.value.value) : bad('must be addresses or networks as in "192.0.2.0/24"')
})

/** Yes or no: `true`, `false`, and as text also `on` and `off`. */
export const onOrOff: Reader<boolean> = {
  placeholder: 'true|false',
  schema: { type: 'boolean' },
  read(raw) {
    if (raw === true || raw === 'true' || raw === 'on') return good(true)
    if (raw === false || raw === 'false' || raw === 'off') return good(false)
    return bad('must be true or false')
  },
}

/** An endpoint, or `off`. IPv6 addresses stand in brackets. */
export const listen: Reader<Endpoint | 'off'> = {
  placeholder: 'HOST:PORT|off',
  schema: { type: 'string' },
  read(raw) {
    // YAML 1.1 writers mean `off` by false.
    if (raw === 'off' || raw === false) return good('off')
    const match = typeof raw === 'string' ? /^(?:\[([0-9A-Fa-f:.]+)\]|([^\s:[\]/@]+)):(\d{1,5})$/.exec(raw) : null
    const port = Number(match?.[3])
    if (match === null || port > 65_535) return bad(LISTEN_MUST)
    return good({ host: (match[1] ?? match[2])!, port })
  },
}

/** The base URL of a node, without a path. */
export const baseUrl: Reader<string> = {
  placeholder: 'URL',
  schema: { type: 'string', format: 'uri' },
  read(raw) {
    const url = typeof raw === 'string' ? URL.parse(raw) : null
    const plain = url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.search + url.hash === ''
    return plain ? good(url.href.replace(/\/+$/, '')) : bad('must be an address as in "http://127.0.0.1:7080"')
  },
}

/** Base URLs of nodes. */
export const baseUrls: Reader<readonly string[]> = listOf('URL,…', { type: 'string', format: 'uri' }, raw =>
  baseUrl.read(raw),
)

/** Types of subjects. */
export const subjectTypes: Reader<readonly Subjects.SubjectType[]> = {
  placeholder: 'TYPE,…',
  schema: { type: 'array', items: { enum: SUBJECT_TYPES } },
  read(raw) {
    const items: unknown = typeof raw === 'string' ? raw.split(/[\s,]+/).filter(part => part !== '') : raw
    const some = Array.isArray(items) ? items.filter(item => (SUBJECT_TYPES as readonly unknown[]).includes(item)) : []
    const isGood = Array.isArray(items) && some.length === items.length && items.length > 0
    if (!isGood) return bad(`must be some of ${SUBJECT_TYPES.join(', ')}`)
    return good(SUBJECT_TYPES.filter(type => items.includes(type)))
  },
}

/** Host names in lower case, without the dot at the end. */
export const hostNames: Reader<readonly string[]> = listOf('NAME,…', { type: 'string' }, raw => {
  const name = raw.toLowerCase().replace(/\.$/, '')
  const labels = name.split('.')
  const valid = name.length <= 253 && labels.every(label => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label))
  return valid ? good(name) : bad('must be host names as in "dns.example.org"')
})

/** One host name. */
export const hostName: Reader<string> = {
  placeholder: 'NAME',
  schema: { type: 'string' },
  read(raw) {
    const names = hostNames.read(typeof raw === 'string' && !/[\s,]/.test(raw) ? raw : '')
    const name = names.ok ? names.value[0] : undefined
    return name === undefined ? bad('must be a host name as in "dns.example.org"') : good(name)
  },
}

/** Subjects in canonical text, `ip:192.0.2.1`; a text without a type is read as `check` reads it. */
export const subjects: Reader<readonly string[]> = listOf('SUBJECT,…', { type: 'string' }, raw => {
  const subject = subjectLayer().guessSubject(raw)
  return subject.ok
    ? good(subjectLayer().subjectText(subject.value))
    : bad(`must be subjects as in "ip:192.0.2.1" (${subject.problem.message})`)
})

/** A one-time token, made at an upstream by `tocsin keys enrol`. */
export const enrolmentToken: Reader<Wire.EnrolmentToken> = {
  placeholder: 'TOKEN',
  schema: { type: 'string' },
  read(raw) {
    const wire = load('@tocsin/core/wire') as typeof Wire
    const token = wire.parseEnrolmentToken(typeof raw === 'string' ? raw : '')
    return token.ok
      ? good(token.value)
      : bad('must be a token of "tocsin keys enrol", as it was shown: "tocsin-enrol_" and 92 letters and digits')
  },
}

/** A YAML sequence of texts; as text, items between commas or white space. */
function listOf(
  placeholder: string,
  item: Readonly<Record<string, unknown>>,
  readItem: (raw: string) => Reading<string>,
): Reader<readonly string[]> {
  return {
    placeholder,
    schema: { type: 'array', items: item },
    read(raw) {
      const items: unknown = typeof raw === 'string' ? raw.split(/[\s,]+/).filter(part => part !== '') : raw
      if (!Array.isArray(items)) return bad('must be a list')
      const values: string[] = []
      for (const part of items) {
        const reading = typeof part === 'string' ? readItem(part) : bad('must be a list of texts')
        if (!reading.ok) return reading
        values.push(reading.value)
      }
      return good(values)
    },
  }
}

function subjectLayer() {
  return load('@tocsin/core/subject') as typeof Subjects
}

function good<T>(value: T): Reading<T> {
  return { ok: true, value }
}

function bad(must: string): { readonly ok: false; readonly must: string } {
  return { ok: false, must }
}
