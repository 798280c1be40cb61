/**
 * The keys that sign heads, in a file that its owner alone may read. There is always one that signs; while a rotation is
 * under way there is a second that signs from a stated time on, and until then the first one names it in every head.
 *
 * The program that rotates replaces the file; a node that runs notices. What signs is worked out from the file and the
 * clock, so nothing has to be written at the moment of the change.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign as signBytes,
} from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { ProblemError } from '@tocsin/core/base'
import type { Instant } from '@tocsin/core/evidence'
import type { TrustedKey } from '@tocsin/core/list'
import { replaceFileNow } from '../../storage/replace-file.ts'

/** A key as it stands in the file. */
interface StoredKey {
  /** PKCS #8 in base64. */
  readonly privateKey: string
}

interface StoredKeys {
  readonly version: 1
  readonly current: StoredKey
  readonly next?: StoredKey & { readonly from: Instant }
}

/** A signature with the key that made it, and the one after it, if there is to be one. */
export interface Signature {
  readonly keyId: string
  /** Base64. */
  readonly signature: string
}

/** Signs; see the module. */
export class SigningKey {
  readonly #path: string
  readonly #clock: () => Instant
  #keys: { readonly current: Signer; readonly next: (Signer & { readonly from: Instant }) | undefined }
  #stamp: string

  /** Opens the file, or makes it with a new key. @throws ProblemError `internal` where it is damaged: it is left as it is */
  constructor(path: string, clock: () => Instant) {
    this.#path = path
    this.#clock = clock
    if (statSync(path, { throwIfNoEntry: false }) === undefined) writeKeys(path, { version: 1, current: newKey() })
    this.#stamp = stampOf(path)
    this.#keys = readSigners(path)
  }

  /** The public key that signs now. */
  key(): TrustedKey {
    return this.#signer().trusted
  }

  /** The public key that signs after this one, in base64; `undefined` where no rotation is under way. */
  nextKey(): string | undefined {
    const { next } = this.#keys
    return next === undefined || next.from <= this.#clock() ? undefined : next.trusted.publicKey
  }

  /** Signs a text as its UTF-8 bytes. */
  sign(text: string): Signature {
    const { privateKey, trusted } = this.#signer()
    return {
      keyId: trusted.keyId,
      signature: signBytes(null, Buffer.from(text, 'utf8'), privateKey).toString('base64'),
    }
  }

  /** Reads the file again where it has changed; a damaged one throws, and the keys stay what they were. */
  refresh(): void {
    const stamp = stampOf(this.#path)
    if (stamp === this.#stamp) return
    this.#keys = readSigners(this.#path)
    this.#stamp = stamp
  }

  #signer(): Signer {
    const { current, next } = this.#keys
    return next !== undefined && next.from <= this.#clock() ? next : current
  }
}

/** What a rotation has begun. */
export interface Rotation {
  readonly current: TrustedKey
  readonly next: TrustedKey
  readonly from: Instant
}

/**
 * Makes a new key that signs from a time on; until then the present one vouches for it in every head. Replicas that do
 * not ask for a head in that time have to be enrolled again.
 *
 * @throws ProblemError `not-found` where there is no key yet, `invalid` where a rotation is under way, `internal` where
 *   the file is damaged
 */
export function rotateSigningKey(path: string, now: Instant, from: Instant): Rotation {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) {
    const message = `Cannot rotate the signing key: there is none at "${path}"; a node makes it at its first start`
    throw new ProblemError({ code: 'not-found', message })
  }
  const { current, next } = readSigners(path)
  if (next !== undefined && next.from > now) {
    const message = `Cannot rotate the signing key: ${next.trusted.keyId} follows at ${new Date(next.from).toISOString()} already`
    throw new ProblemError({ code: 'invalid', message })
  }
  const stored = readKeys(path)
  const present: StoredKey = next === undefined ? stored.current : { privateKey: stored.next!.privateKey }
  const fresh = newKey()
  writeKeys(path, { version: 1, current: present, next: { ...fresh, from } })
  return { current: (next ?? current).trusted, next: signerOf(fresh).trusted, from }
}

interface Signer {
  readonly privateKey: KeyObject
  readonly trusted: TrustedKey
}

function newKey(): StoredKey {
  const { privateKey } = generateKeyPairSync('ed25519')
  return { privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64') }
}

function signerOf({ privateKey: text }: StoredKey): Signer {
  const privateKey = createPrivateKey({ key: Buffer.from(text, 'base64'), type: 'pkcs8', format: 'der' })
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' })
  const raw = Buffer.from(x!, 'base64url')
  const keyId = createHash('sha256').update(raw).digest('hex').slice(0, 16)
  return { privateKey, trusted: { keyId, publicKey: raw.toString('base64') } }
}

function readSigners(path: string) {
  const { current, next } = readKeys(path)
  return { current: signerOf(current), next: next && { ...signerOf(next), from: next.from } }
}

function readKeys(path: string): StoredKeys {
  const damaged = (why: string, cause?: unknown) => {
    const message = `Cannot open the signing key "${path}": ${why}; restore it from a backup, for a new one is one that no replica trusts`
    return new ProblemError({ code: 'internal', message }, { cause })
  }
  let keys: Partial<StoredKeys> | null
  try {
    keys = JSON.parse(readFileSync(path, 'utf8')) as Partial<StoredKeys> | null
  } catch (error) {
    throw damaged('it must be JSON that can be read', error)
  }
  if (keys?.version !== 1) throw damaged(`its version must be 1, found ${JSON.stringify(keys?.version)}`)
  const { current, next } = keys
  try {
    for (const key of [current!, ...(next === undefined ? [] : [next])]) {
      if (signerOf(key).privateKey.asymmetricKeyType !== 'ed25519') throw new Error('it must be an Ed25519 key')
    }
  } catch (error) {
    throw damaged('a key in it is not whole', error)
  }
  if (next !== undefined && !Number.isSafeInteger(next.from)) throw damaged('it must say from when the next key signs')
  return keys as StoredKeys
}

function writeKeys(path: string, keys: StoredKeys): void {
  replaceFileNow(path, `${JSON.stringify(keys, undefined, 2)}\n`)
}

function stampOf(path: string): string {
  const { mtimeMs, size, ino } = statSync(path)
  return `${mtimeMs} ${size} ${ino}`
}
