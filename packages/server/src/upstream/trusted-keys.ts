/**
 * The public keys whose heads this edge believes: pinned at enrolment or at the first contact, and kept in a file. A head
 * that one of them has signed may name the next; once that one signs, the ones before it are forgotten.
 */
import { createHash, createPublicKey, verify as verifySignature } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fail, ok, ProblemError, type Result, unwrap } from '@tocsin/core/base'
import type { TrustedKey } from '@tocsin/core/list'
import { replaceFileNow } from '../storage/replace-file.ts'

/** What is verified: texts as they travel. */
export interface Signed {
  /** 32 bytes in base64. */
  readonly publicKey: string
  /** Base64. */
  readonly signature: string
  readonly text: Uint8Array
}

const KEYS_MAX = 4

/** Whether an Ed25519 signature is the key's (RFC 8032). Never throws. */
export function verifyEd25519({ publicKey, signature, text }: Signed): boolean {
  try {
    const x = Buffer.from(publicKey, 'base64').toString('base64url')
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
    return verifySignature(null, text, key, Buffer.from(signature, 'base64'))
  } catch {
    return false
  }
}

/** A public key with its id: the first 16 hex digits of SHA-256 of its bytes. Fails as `invalid` for what is none. */
export function trustedKey(publicKey: unknown): Result<TrustedKey> {
  if (typeof publicKey !== 'string' || !/^[A-Za-z0-9+/]{43}=$/.test(publicKey)) {
    return fail('invalid', 'Cannot pin the public key: it must be 32 bytes in base64')
  }
  const bytes = Buffer.from(publicKey, 'base64')
  return ok({ keyId: createHash('sha256').update(bytes).digest('hex').slice(0, 16), publicKey })
}

/** The keys of one upstream network, the oldest first. */
export class TrustedKeys {
  readonly #path: string
  #keys: readonly TrustedKey[]

  /** @throws ProblemError `internal` where the file is damaged: a key that is pinned anew unasked protects nobody */
  constructor(path: string) {
    this.#path = path
    this.#keys = readKeys(path)
  }

  list(): readonly TrustedKey[] {
    return this.#keys
  }

  /** Pins the one key in place of all others; durable on return. */
  pin(publicKey: unknown): TrustedKey {
    const key = unwrap(trustedKey(publicKey))
    this.#replace([key])
    return key
  }

  /**
   * Takes note of a head that was verified: which key signed it, and which one it names as the next. Gives the key that
   * is new, if one is.
   */
  noteHead(signer: TrustedKey, nextKey: string | undefined): TrustedKey | undefined {
    const kept = this.#keys.slice(this.#keys.findIndex(key => key.keyId === signer.keyId))
    const next = nextKey === undefined ? undefined : unwrap(trustedKey(nextKey))
    const isNew = next !== undefined && !kept.some(key => key.keyId === next.keyId) && kept.length < KEYS_MAX
    const keys = isNew ? [...kept, next] : kept
    if (keys.length !== this.#keys.length || isNew) this.#replace(keys)
    return isNew ? next : undefined
  }

  #replace(keys: readonly TrustedKey[]): void {
    replaceFileNow(this.#path, `${JSON.stringify({ keys }, null, 2)}\n`)
    this.#keys = keys
  }
}

function readKeys(path: string): readonly TrustedKey[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
  try {
    const { keys } = JSON.parse(text) as { readonly keys: readonly { readonly publicKey: unknown }[] }
    return keys.map(({ publicKey }) => unwrap(trustedKey(publicKey)))
  } catch (error) {
    const message = `Cannot read the pinned keys in "${path}": it must be as this program wrote it; remove it to pin anew`
    throw new ProblemError({ code: 'internal', message }, { cause: error })
  }
}
