/** Access keys: who may report, look up from afar, and administer; and the enrolments by which edges get theirs. */
import { encodeBase32, ProblemError } from '@tocsin/core/base'
import type { Instant } from '@tocsin/core/evidence'
import { trustStepOf } from '@tocsin/core/scoring'
import { ENROLMENT_SECRET_BYTES } from '@tocsin/core/wire'
import { isTaken, type NewEnrolment, openEnrolments, type Redemption, redeemed, withEnrolment } from './enrolments.ts'
import type { Identity } from './identity.ts'
import { dnsLabelOf, hashOf, newToken } from './key-token.ts'
import { type AccessKey, type Enrolment, type KeyFile, readKeyFile, type StoredKey, writeKeyFile } from './keys-file.ts'
import { type NewKey, wholeKey } from './new-key.ts'

export type { NewEnrolment, Redemption } from './enrolments.ts'
export type { AccessKey, Enrolment } from './keys-file.ts'
export { FRESH_TRUST, type NewKey } from './new-key.ts'

/** What a key ring takes from outside. */
export interface KeyRingParts {
  readonly clock: () => Instant
  /** So many cryptographically random bytes. */
  readonly random: (length: number) => Uint8Array
}

/** All keys of a node: in memory for looking up, in a file that is replaced as a whole with each change. */
export class KeyRing {
  readonly #path: string
  readonly #parts: KeyRingParts
  #file: KeyFile
  #byHash: ReadonlyMap<string, AccessKey> = new Map()
  #byLabel: ReadonlySet<string> = new Set()
  #turn: Promise<unknown> = Promise.resolve()
  #changed: () => void = () => undefined

  /** For {@link openKeyRing}. */
  constructor(path: string, parts: KeyRingParts, file: KeyFile) {
    this.#path = path
    this.#parts = parts
    this.#file = file
    this.#index()
  }

  /**
   * Makes a key; resolves when it is durable. The token is in nobody's hands but the caller's.
   *
   * @throws ProblemError `invalid` for a name that is taken or no name, a role or trust that is none
   */
  add(wanted: NewKey): Promise<{ readonly key: AccessKey; readonly token: string }> {
    return this.#inTurn(async () => {
      const whole = wholeKey('add key', wanted)
      const now = this.#parts.clock()
      if (isTaken(this.#file, whole.name, now)) {
        throw new ProblemError({ code: 'invalid', message: `Cannot add key "${whole.name}": the name is taken` })
      }
      const token = newToken(this.#parts.random)
      const key: AccessKey = { ...whole, createdAt: now, dnsLabel: dnsLabelOf(token) }
      await this.#replace({ ...this.#file, keys: [...this.#file.keys, { ...key, hash: hashOf(token) }] })
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
      const stored = this.#file.keys
      const rest = stored.filter(key => key.name !== name)
      if (rest.length === stored.length) return false
      if (stored.some(isAdmin) && !rest.some(isAdmin)) {
        const message = `Cannot revoke key "${name}": it is the last one of role admin; make another one first`
        throw new ProblemError({ code: 'invalid', message })
      }
      await this.#replace({ ...this.#file, keys: rest })
      return true
    })
  }

  /**
   * Opens an enrolment; resolves when it is durable. Its secret is in nobody's hands but the caller's.
   *
   * @param keyId of the public key that goes to the edge beside the secret
   * @throws ProblemError `invalid` for a name that is taken or no name, a role that no edge has, a trust or time that is none
   */
  openEnrolment(
    wanted: NewEnrolment,
    keyId: string,
  ): Promise<{ readonly enrolment: Enrolment; readonly secret: string }> {
    return this.#inTurn(async () => {
      const secret = encodeBase32(this.#parts.random(ENROLMENT_SECRET_BYTES))
      const opened = withEnrolment(this.#file, wanted, { secret, keyId, now: this.#parts.clock() })
      await this.#replace(opened.file)
      return { enrolment: opened.enrolment, secret }
    })
  }

  /** The enrolments that wait for their edges, in the order in which they were opened. */
  enrolments(): readonly Enrolment[] {
    return openEnrolments(this.#file, this.#parts.clock()).map(({ hash: _hash, keyId: _keyId, ...open }) => open)
  }

  /** Takes an open enrolment away; resolves, once that is durable, with whether there was one of this name. */
  cancelEnrolment(name: string): Promise<boolean> {
    return this.#inTurn(async () => {
      const open = openEnrolments(this.#file, this.#parts.clock())
      const rest = open.filter(enrolment => enrolment.name !== name)
      if (rest.length < open.length) await this.#replace({ ...this.#file, enrolments: rest })
      return rest.length < open.length
    })
  }

  /**
   * Takes in the key that an edge has made for itself, once; the same edge may ask again. Resolves when it is durable, with
   * whether it is new.
   *
   * @param keyId of the public key that signs now
   * @throws ProblemError `unauthorized` for a secret that is not open, whatever the reason
   */
  redeem(redemption: Redemption, keyId: string): Promise<{ readonly key: AccessKey; readonly isNew: boolean }> {
    return this.#inTurn(async () => {
      const { file, key } = redeemed(this.#file, redemption, { keyId, now: this.#parts.clock() })
      const isNew = file !== this.#file
      if (isNew) await this.#replace(file)
      return { key: shown(key), isNew }
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

  async #replace(file: KeyFile): Promise<void> {
    await writeKeyFile(this.#path, file)
    this.#file = file
    this.#index()
    this.#changed()
  }

  #index(): void {
    const { keys } = this.#file
    this.#byHash = new Map(keys.map(key => [key.hash, shown(key)]))
    this.#byLabel = new Set(keys.map(key => key.dnsLabel))
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

function shown({ hash: _hash, enrolledBy: _enrolledBy, ...key }: StoredKey): AccessKey {
  return key
}
