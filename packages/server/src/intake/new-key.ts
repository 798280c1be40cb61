/** What a key is made of, and which wishes are refused. */
import { ProblemError } from '@tocsin/core/base'
import { NEW_KEY_SCHEMA, ROLES, type Role } from '@tocsin/core/wire'

/** What a key is made of. */
export interface NewKey {
  /** 1 to 64 lower-case letters, digits, dots, hyphens and underscores, the first a letter or a digit. */
  readonly name: string
  readonly role: Role
  /** The name, if absent. */
  readonly organisation?: string
  /** 0 to 1; {@link FRESH_TRUST} if absent. */
  readonly trust?: number
}

/** The trust of a key about which nothing is known yet. */
export const FRESH_TRUST = 0.3

const NAME = new RegExp(NEW_KEY_SCHEMA.properties.name.pattern)
const { maxLength: NAME_LENGTH_MAX } = NEW_KEY_SCHEMA.properties.name

/** What nobody has said, filled in. @throws ProblemError `invalid` for a name, role, organisation or trust that is none */
export function wholeKey(what: string, wanted: NewKey): Required<NewKey> {
  const { name, role, organisation, trust } = wanted
  const refuse = (why: string) => new ProblemError({ code: 'invalid', message: `Cannot ${what} "${name}": ${why}` })
  if (!NAME.test(name) || name.length > NAME_LENGTH_MAX) {
    throw refuse(`its name must be 1 to ${NAME_LENGTH_MAX} of a-z, 0-9, ".", "_", "-", the first a letter or a digit`)
  }
  if (!ROLES.includes(role)) throw refuse(`its role must be one of ${ROLES.join(', ')}, found "${role}"`)
  if (organisation === '') throw refuse('its organisation must not be empty')
  if (trust !== undefined && !(trust >= 0 && trust <= 1)) throw refuse(`its trust must be 0 to 1, found ${trust}`)
  return { name, role, organisation: organisation ?? name, trust: trust ?? FRESH_TRUST }
}
