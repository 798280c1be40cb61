/**
 * What Web Cryptography offers and the language does not, described as far as it is used here. Browsers (X25519 since
 * Chrome 133, Firefox 130, Safari 17), Node, Deno, Bun and workers all have it.
 */

/** A key that the runtime holds; nothing is known of it here. */
export interface RuntimeKey {
  readonly type: string
}

interface Subtle {
  generateKey(
    algorithm: { readonly name: 'X25519' },
    extractable: boolean,
    usages: readonly string[],
  ): Promise<{ readonly publicKey: RuntimeKey; readonly privateKey: RuntimeKey }>
  importKey(
    format: 'raw' | 'pkcs8',
    bytes: Uint8Array,
    algorithm: { readonly name: string },
    extractable: boolean,
    usages: readonly string[],
  ): Promise<RuntimeKey>
  exportKey(format: 'raw' | 'pkcs8', key: RuntimeKey): Promise<ArrayBuffer>
  deriveBits(
    algorithm: { readonly name: 'X25519'; readonly public: RuntimeKey },
    key: RuntimeKey,
    bits: number,
  ): Promise<ArrayBuffer>
  encrypt(algorithm: GcmParameters, key: RuntimeKey, bytes: Uint8Array): Promise<ArrayBuffer>
  decrypt(algorithm: GcmParameters, key: RuntimeKey, bytes: Uint8Array): Promise<ArrayBuffer>
}

interface GcmParameters {
  readonly name: 'AES-GCM'
  readonly iv: Uint8Array
  readonly additionalData: Uint8Array
}

interface Crypto {
  readonly subtle?: Subtle
  getRandomValues<T extends Uint8Array>(bytes: T): T
}

function runtimeCrypto(): Crypto {
  const { crypto } = globalThis as unknown as { readonly crypto?: Crypto }
  if (crypto !== undefined) return crypto
  throw new Error('Cannot seal a request: this runtime has no Web Cryptography')
}

/** The runtime's cryptography. @throws Error where there is none, as on a page that did not come over HTTPS */
export function subtle(): Subtle {
  const { subtle: found } = runtimeCrypto()
  if (found !== undefined) return found
  throw new Error('Cannot seal a request: this page has no crypto.subtle; it must come over HTTPS or from this machine')
}

/** Bytes that nobody can foretell. */
export function randomBytes(length: number): Uint8Array {
  return runtimeCrypto().getRandomValues(new Uint8Array(length))
}
