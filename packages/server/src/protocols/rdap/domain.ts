/** What a registry says of a name: the domain object of RFC 9083 §5.3, of which three things are read. */
import { fail, ok, type Result } from '@tocsin/core/base'
import { type JsonObject, listIn, objectsIn, readObject } from './json.ts'

/** When a name was registered and by whom. Nothing about its holder is read. */
export interface Registration {
  /** Milliseconds since 1970; `undefined` where the registry does not say it, or says nonsense. */
  readonly registeredAt: number | undefined
  /** At most 200 characters; `undefined` where unsaid. */
  readonly registrar: string | undefined
}

/** Bytes of an answer, at most; usual ones have 2,000 to 20,000. */
export const DOMAIN_BYTES_MAX = 256 * 1024

const ITEMS_MAX = 200
const REGISTRAR_LENGTH_MAX = 200

/** The first names of the DNS: .com had its first one on 1985-03-15, and .arpa was there before. */
const FIRST_REGISTRATION = Date.UTC(1985, 0, 1)

/** A registry's clock may be ahead by this much; milliseconds. */
const AHEAD_MAX = 86_400_000

/**
 * Reads an answer about `name`, a canonical host. Fails as `invalid` for what is no domain object (an error object among
 * them), or is about another name. Dates before 1985 or to come are as if unsaid: a date is never guessed.
 *
 * @param now milliseconds since 1970
 */
export function readDomain(bytes: Uint8Array, name: string, now: number): Result<Registration> {
  const what = `the registration of "${name}"`
  const read = readObject(bytes, what, DOMAIN_BYTES_MAX)
  if (!read.ok) return read
  const { objectClassName, ldhName, events, entities } = read.value
  if (objectClassName !== 'domain')
    return fail('invalid', `Cannot read ${what}: it must be an object of class "domain"`)
  if (ldhName !== undefined && !isSameName(ldhName, name)) {
    return fail('invalid', `Cannot read ${what}: it is about another name`)
  }
  return ok({ registeredAt: registeredAt(objectsIn(events, ITEMS_MAX), now), registrar: registrarIn(entities) })
}

/** The latest of registration and registration anew (RFC 9083 §10.2.3): a name that was dropped begins again. */
function registeredAt(events: readonly JsonObject[], now: number): number | undefined {
  const times = events
    .filter(({ eventAction }) => eventAction === 'registration' || eventAction === 'reregistration')
    .map(({ eventDate }) => timeOf(eventDate))
    .filter(time => time >= FIRST_REGISTRATION && time <= now + AHEAD_MAX)
  return times.length === 0 ? undefined : Math.min(now, Math.max(...times))
}

/** RFC 3339; a date alone, as some registries have it, is its midnight in UTC. NaN for anything else. */
function timeOf(value: unknown): number {
  if (typeof value !== 'string' || value.length > 40) return Number.NaN
  return /^\d{4}-\d{2}-\d{2}(?:[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:\d{2}))?$/.test(value)
    ? Date.parse(value)
    : Number.NaN
}

/** The formatted name in the card (RFC 7095) of who has the role "registrar", else its handle. */
function registrarIn(entities: unknown): string | undefined {
  const registrar = objectsIn(entities, ITEMS_MAX).find(({ roles }) => listIn(roles, ITEMS_MAX).includes('registrar'))
  if (registrar === undefined) return undefined
  const [, properties] = listIn(registrar['vcardArray'], 2)
  const name = listIn(properties, ITEMS_MAX)
    .map(property => listIn(property, 4))
    .find(([kind]) => kind === 'fn')?.[3]
  return textOf(name) ?? textOf(registrar['handle'])
}

/** One line without control or direction characters; `undefined` where nothing is left. */
function textOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const text = value
    .slice(0, 4 * REGISTRAR_LENGTH_MAX)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, REGISTRAR_LENGTH_MAX)
  return text === '' ? undefined : text
}

function isSameName(said: unknown, name: string): boolean {
  return typeof said === 'string' && said.length <= 256 && said.replace(/\.$/, '').toLowerCase() === name
}
