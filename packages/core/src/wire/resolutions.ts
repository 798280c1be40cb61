/** Resolutions on the wire: which address a sensor saw a name lead to. Nothing about who asked for it. */
import { fail, ok, type Result } from '../base/index.ts'
import { parseAddress, parseSubjectOf, reservedPrefix, type Subject } from '../subject/index.ts'
import { REFUSED } from './evidence.ts'
import type { FromSchema } from './schema.ts'

/** Items in one JSON list, at most; a stream (NDJSON) may hold any number. */
export const RESOLUTIONS_MAX = 10_000

/** Days into the past that a resolution may be told of. */
export const RESOLUTION_AGE_DAYS_MAX = 400

/** One name that led to one address. A field that is not here, as that of a client, is refused by its name. */
export const RESOLUTION_SCHEMA = {
  $id: 'Resolution',
  type: 'object',
  description: 'A public name that led to a public address. It carries nothing about who asked for the name.',
  required: ['domain', 'address'],
  additionalProperties: false,
  properties: {
    domain: { type: 'string', minLength: 1, maxLength: 255, description: 'A host, two labels at least.' },
    address: { type: 'string', minLength: 2, maxLength: 45, description: 'IPv4 or IPv6.' },
    seenAt: { type: 'string', format: 'date-time', description: 'When it was seen; now, where absent.' },
    count: { type: 'integer', minimum: 1, maximum: 1_000_000, default: 1, description: 'How often it was seen.' },
  },
} as const

/** {@link RESOLUTION_SCHEMA} as a type. */
export type WireResolution = FromSchema<typeof RESOLUTION_SCHEMA>

/** The answer to resolutions. They are hints, not evidence: what is accepted is on disk a moment later, not yet. */
export const RESOLUTION_RECEIPT_SCHEMA = {
  $id: 'ResolutionReceipt',
  type: 'object',
  required: ['accepted', 'refused'],
  additionalProperties: false,
  properties: {
    accepted: { type: 'integer', minimum: 0 },
    refused: REFUSED,
  },
} as const

/** {@link RESOLUTION_RECEIPT_SCHEMA} as a type. */
export type WireResolutionReceipt = FromSchema<typeof RESOLUTION_RECEIPT_SCHEMA>

/** A resolution, parsed. */
export interface Resolution {
  /** A `domain` that is a public name. */
  readonly domain: Subject
  /** An `ip` that is not reserved. */
  readonly address: Subject
  /** Milliseconds since 1970, never later than now. */
  readonly seenAt: number
  /** From 1. */
  readonly count: number
}

/**
 * Parses one item whose shape has been checked. Fails as `invalid` for a name that is not public, an address that is
 * reserved, and a time that is not within {@link RESOLUTION_AGE_DAYS_MAX} days; a time to come is now.
 *
 * @param now milliseconds since 1970
 */
export function parseResolution(item: WireResolution, now: number): Result<Resolution> {
  const domain = parsePublicName(item.domain)
  if (!domain.ok) return domain
  const address = parsePublicAddress(item.address)
  if (!address.ok) return address
  const seenAt = item.seenAt === undefined ? now : Math.min(now, Date.parse(item.seenAt))
  if (!(seenAt >= now - RESOLUTION_AGE_DAYS_MAX * 86_400_000)) {
    const message = `Cannot take time "${item.seenAt}": it must be a time of the last ${RESOLUTION_AGE_DAYS_MAX} days`
    return fail('invalid', message)
  }
  return ok({ domain: domain.value, address: address.value, seenAt, count: item.count ?? 1 })
}

/**
 * Names that mean something else in each network, or none at all: RFC 6761, 6762 (local), 7686 (onion), 8375 (home.arpa),
 * and those that ICANN keeps for private use (internal, 2024) or has set aside (corp, home, mail, 2018). Names for
 * documentation are ordinary here, as documentation nets are.
 */
const PRIVATE_ENDINGS: ReadonlySet<string> = new Set([
  'arpa',
  'corp',
  'home',
  'internal',
  'intranet',
  'lan',
  'local',
  'localdomain',
  'localhost',
  'mail',
  'onion',
  'private',
])

/** A `domain` of two labels at least that is public: no address, no single label, no name of an inner network. */
export function parsePublicName(text: string): Result<Subject> {
  const parsed = parseSubjectOf('domain', text)
  if (!parsed.ok) return parsed
  const { value } = parsed.value
  const top = value.slice(value.lastIndexOf('.') + 1)
  if (value.startsWith('[') || /^\d+$/.test(top)) return refused(text, 'it must be a name, not an address')
  if (top === value) return refused(text, 'it must have two labels at least')
  if (PRIVATE_ENDINGS.has(top)) return refused(text, `it must be a public name, names under ".${top}" are not`)
  return parsed
}

/** An `ip` that names the same host everywhere. */
export function parsePublicAddress(text: string): Result<Subject> {
  const parsed = parseSubjectOf('ip', text)
  if (!parsed.ok) return parsed
  const bytes = parseAddress(parsed.value.value)
  if (!bytes.ok) return bytes
  if (reservedPrefix(bytes.value) === undefined) return parsed
  return fail('invalid', `Cannot take address ${JSON.stringify(text)}: it must be public, and it is reserved`)
}

function refused(
  text: string,
  why: string,
): { readonly ok: false; readonly problem: { code: 'invalid'; message: string } } {
  return {
    ok: false,
    problem: { code: 'invalid', message: `Cannot take name ${JSON.stringify(text.slice(0, 80))}: ${why}` },
  }
}
