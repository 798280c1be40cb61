/**
 * Access keys: who may report, look up from afar, and administer.
 *
 * A token is 256 random bits, so it is kept as a plain SHA-256: nobody guesses it, and salting or stretching, which
 * passwords need, would only make each request slower. The label that DNS questions carry is derived from the token by
 * another hash, for it travels in clear text and must not reveal the token.
 */
import { createHash } from 'node:crypto'
import { encodeBase32, encodeHex, ProblemError } from '@tocsin/core/base'
import type { Instant } from '@tocsin/core/evidence'
import { trustStepOf } from '@tocsin/core/scoring'
import { NEW_KEY_SCHEMA, ROLES, type Role } from '@tocsin/core/wire'
import type { Identity } from './identity.ts'
import { type AccessKey, readKeyFile, type StoredKey, writeKeyFile } from './keys-file.ts'

export type { AccessKey } from './keys-file.ts'

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

/** What a key ring takes from outside. */
export interface KeyRingParts {
  readonly clock: () => Instant
  /** So many cryptographically random bytes. */
  readonly random: (length: number) => Uint8Array
}

/** The trust of a key about which nothing is known yet. */
export const FRESH_TRUST = 0.3

const TOKEN_PREFIX = 'tocsin_'
const TOKEN_BYTES = 32
/** Base32 characters of a DNS label after `tk-`: 130 bits. */
const LABEL_LENGTH = 26
const NAME = new RegExp(NEW_KEY_SCHEMA.properties.name.pattern)
const { maxLength: NAME_LENGTH_MAX } = NEW_KEY_SCHEMA.properties.name

/** All keys of a node: in memory for looking up, in a file that is replaced as a whole with each change. */
export class KeyRing {
  readonly #path: string
  readonly #parts: KeyRingParts
  #byHash = new Map<string, AccessKey>()
  #byLabel = new Map<string, AccessKey>()
  #turn: Promise<unknown> = Promise.resolve()
  #changed: () => void = () => undefined

  /** For {@link openKeyRing}. */
  constructor(path: string, parts: KeyRingParts, stored: readonly StoredKey[]) {
    this.#path = path
    this.#parts = parts
    this.#hold(stored)
  }

  /**
   * Makes a key; resolves when it is durable. The token is in nobody's hands but the caller's.
   *
   * @throws ProblemError `invalid` for a name that is taken or no name, a role or trust that is none
   */
  add(wanted: NewKey): Promise<{ readonly key: AccessKey; readonly token: string }> {
    return this.#inTurn(async () => {
      this.#check(wanted)
      const token = TOKEN_PREFIX + encodeBase32(this.#parts.random(TOKEN_BYTES))
      const key: AccessKey = {
        name: wanted.name,
        role: wanted.role,
        organisation: wanted.organisation ?? wanted.name,
        trust: wanted.trust ?? FRESH_TRUST,
        createdAt: this.#parts.clock(),
        dnsLabel: dnsLabelOf(token),
      }
      await this.#replace([...this.#stored(), { ...key, hash: hashOf(token) }])
      return { key, token }
    })
  }

  /**
   * Takes a key away; resolves, once that is durable, with whether there was one of this name.
   *
   * @throws ProblemError `invalid` for the last key of role admin: nobody could make another
   */
  revoke(name: string): Promise<boolean> {
    return this.#inTurn(async () => {
      const stored = this.#stored()
      const rest = stored.filter(key => key.name !== name)
      if (rest.length === stored.length) return false
      if (stored.some(isAdmin) && !rest.some(isAdmin)) {
        const message = `Cannot revoke key "${name}": it is the last one of role admin; make another one first`
        throw new ProblemError({ code: 'invalid', message })
      }
      await this.#replace(rest)
      return true
    })
  }

  /** Has a function called after each change, once it is in force. Must not throw; there is one such function. */
  onChange(changed: () => void): void {
    this.#changed = changed
  }

  /** All keys in the order in which they were made. */
  list(): readonly AccessKey[] {
    return [...this.#byHash.values()]
  }

  /** The key of a token. Found by the token's hash, so the time it takes says nothing about other tokens. */
  find(token: string): AccessKey | undefined {
    return this.#byHash.get(hashOf(token))
  }

  /** Whether a DNS label belongs to a key; resolvers play with the case of names, so case does not matter. */
  acceptsDnsLabel(label: string): boolean {
    return this.#byLabel.has(label.toLowerCase())
  }

  #check({ name, role, organisation, trust }: NewKey): void {
    const refuse = (why: string) => new ProblemError({ code: 'invalid', message: `Cannot add key "${name}": ${why}` })
    if (!NAME.test(name) || name.length > NAME_LENGTH_MAX) {
      throw refuse(`its name must be 1 to ${NAME_LENGTH_MAX} of a-z, 0-9, ".", "_", "-", the first a letter or a digit`)
    }
    if (!ROLES.includes(role)) throw refuse(`its role must be one of ${ROLES.join(', ')}, found "${role}"`)
    if (organisation === '') throw refuse('its organisation must not be empty')
    if (trust !== undefined && !(trust >= 0 && trust <= 1)) throw refuse(`its trust must be 0 to 1, found ${trust}`)
    if (this.list().some(key => key.name === name)) throw refuse('the name is taken')
  }

  async #replace(keys: readonly StoredKey[]): Promise<void> {
    await writeKeyFile(this.#path, keys)
    this.#hold(keys)
    this.#changed()
  }

  #hold(keys: readonly StoredKey[]): void {
    this.#byHash = new Map(keys.map(({ hash, ...key }) => [hash, key]))
    this.#byLabel = new Map(this.list().map(key => [key.dnsLabel, key]))
  }

  #stored(): StoredKey[] {
    return Array.from(this.#byHash, ([hash, key]) => ({ ...key, hash }))
  }

  /** Changes go one after the other: each reads what the one before left. */
  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(change)
    this.#turn = turn.catch(() => undefined)
    return turn
  }
}

/**
 * Opens the key ring in a file; a file that is not there yet is an empty ring.
 *
 * @throws ProblemError `internal` where the file cannot be read or is damaged; it is left as it is
 */
export async function openKeyRing(path: string, parts: KeyRingParts): Promise<KeyRing> {
  return new KeyRing(path, parts, await readKeyFile(path))
}

/**
 * Who a key is to the intake: the source `key:<name>@<time made>`. A name that is revoked and given again is another
 * source, which has not said what the first one said.
 */
export function identityOf(key: AccessKey): Identity {
  const { name, createdAt, organisation, role, trust } = key
  return {
    source: { name: `key:${name}@${createdAt}`, origin: 'key', trustStep: trustStepOf(trust), organisation },
    authority: role === 'analyst' || role === 'admin' ? 'analyst' : 'reporter',
  }
}

function isAdmin({ role }: StoredKey): boolean {
  return role === 'admin'
}

function hashOf(token: string): string {
  return encodeHex(sha256(token))
}

function dnsLabelOf(token: string): string {
  return `tk-${encodeBase32(sha256(`dns:${token}`)).slice(0, LABEL_LENGTH)}`
}

function sha256(text: string): Uint8Array {
  return createHash('sha256').update(text).digest()
}
