/**
 * Hybrid Public Key Encryption (RFC 9180), as much as Oblivious HTTP needs: base mode, one message for each context, and
 * export. DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM; the latter two are the ones that RFC 9458 names first, and Web
 * Cryptography has no other AEAD of HPKE's beside AES-256-GCM.
 */
import { concatBytes } from '@tocsin/core/base'
import { expand, extract, HASH_BYTES } from './hkdf.ts'
import { type RuntimeKey, subtle } from './web-crypto.ts'

/** The algorithms by their numbers at IANA (RFC 9180 §7). */
export const SUITE = { kem: 0x0020, kdf: 0x0001, aead: 0x0001 } as const

/** Bytes of a public key, of an encapsulated key and of a private key (Npk, Nenc and Nsk). */
export const KEY_BYTES = 32

/** Bytes of an AEAD's key (Nk), nonce (Nn) and tag (Nt). */
export const AEAD_BYTES = { key: 16, nonce: 12, tag: 16 } as const

/** A private key with its public one. */
export interface KeyPair {
  readonly publicKey: Uint8Array
  readonly privateKey: RuntimeKey
}

/** A key pair as it is stored: 32 bytes each. */
export interface StoredKeyPair {
  readonly publicKey: Uint8Array
  readonly privateKey: Uint8Array
}

/** A message that was sealed or opened, and what both sides can make of its context. */
export interface Sealed {
  /** The encapsulated key: the sender's, for this one message. */
  readonly encapsulated: Uint8Array
  readonly bytes: Uint8Array
  /** A secret of both sides (RFC 9180 §5.3). */
  exportSecret(context: Uint8Array, length: number): Uint8Array
}

const NOTHING = new Uint8Array()
const KEM_SUITE = concatBytes([ascii('KEM'), twoBytes(SUITE.kem)])
const HPKE_SUITE = concatBytes([ascii('HPKE'), twoBytes(SUITE.kem), twoBytes(SUITE.kdf), twoBytes(SUITE.aead)])

/** What PKCS #8 puts before the 32 bytes of an X25519 private key (RFC 8410 §7). */
const PKCS8_HEAD = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20)

/** A new key pair. */
export async function generateKeyPair(): Promise<KeyPair> {
  const pair = await subtle().generateKey({ name: 'X25519' }, false, ['deriveBits'])
  return { publicKey: await rawKey(pair.publicKey), privateKey: pair.privateKey }
}

/** A new key pair that can be stored. */
export async function generateStoredKeyPair(): Promise<StoredKeyPair> {
  const pair = await subtle().generateKey({ name: 'X25519' }, true, ['deriveBits'])
  const privateKey = new Uint8Array(await subtle().exportKey('pkcs8', pair.privateKey)).slice(PKCS8_HEAD.length)
  return { publicKey: await rawKey(pair.publicKey), privateKey }
}

/** Hands a stored pair to the runtime. Rejects where the private key is not 32 bytes. */
export async function loadKeyPair({ publicKey, privateKey }: StoredKeyPair): Promise<KeyPair> {
  const pkcs8 = concatBytes([PKCS8_HEAD, privateKey])
  return { publicKey, privateKey: await subtle().importKey('pkcs8', pkcs8, { name: 'X25519' }, false, ['deriveBits']) }
}

/** What a message is sealed or opened with, beside the keys. */
export interface Context {
  readonly info: Uint8Array
  readonly additional: Uint8Array
}

/**
 * Seals a message for a public key. Rejects for a key that is none, or one of small order.
 *
 * @param ephemeral the sender's pair for this message alone; tests give one
 */
export async function seal(
  recipient: Uint8Array,
  message: Uint8Array,
  { info, additional }: Context,
  ephemeral?: KeyPair,
): Promise<Sealed> {
  const { publicKey, privateKey } = ephemeral ?? (await generateKeyPair())
  const shared = await sharedSecret(privateKey, recipient, concatBytes([publicKey, recipient]))
  const { key, nonce, exporter } = schedule(shared, info)
  return {
    encapsulated: publicKey,
    bytes: await encrypt({ key, nonce, additional }, message),
    exportSecret: (context, length) => labeledExpand(HPKE_SUITE, exporter, 'sec', context, length),
  }
}

/** Opens what was sealed for a key pair. Rejects where that is not so, without a word why. */
export async function open(
  recipient: KeyPair,
  encapsulated: Uint8Array,
  sealed: Uint8Array,
  { info, additional }: Context,
): Promise<Sealed> {
  const both = concatBytes([encapsulated, recipient.publicKey])
  const shared = await sharedSecret(recipient.privateKey, encapsulated, both)
  const { key, nonce, exporter } = schedule(shared, info)
  return {
    encapsulated,
    bytes: await decrypt({ key, nonce, additional }, sealed),
    exportSecret: (context, length) => labeledExpand(HPKE_SUITE, exporter, 'sec', context, length),
  }
}

/** An AEAD's key, nonce and additional data. */
export interface Cipher {
  readonly key: Uint8Array
  readonly nonce: Uint8Array
  readonly additional: Uint8Array
}

/** AES-128-GCM; the tag stands at the end. */
export async function encrypt({ key, nonce, additional }: Cipher, message: Uint8Array): Promise<Uint8Array> {
  const held = await subtle().importKey('raw', key, { name: 'AES-GCM' }, false, ['encrypt'])
  const parameters = { name: 'AES-GCM', iv: nonce, additionalData: additional } as const
  return new Uint8Array(await subtle().encrypt(parameters, held, message))
}

/** The other way. Rejects for whatever was not encrypted so. */
export async function decrypt({ key, nonce, additional }: Cipher, sealed: Uint8Array): Promise<Uint8Array> {
  const held = await subtle().importKey('raw', key, { name: 'AES-GCM' }, false, ['decrypt'])
  const parameters = { name: 'AES-GCM', iv: nonce, additionalData: additional } as const
  return new Uint8Array(await subtle().decrypt(parameters, held, sealed))
}

/** RFC 9180 §4.1: Encap and Decap from the exchange on. */
async function sharedSecret(own: RuntimeKey, theirs: Uint8Array, kemContext: Uint8Array): Promise<Uint8Array> {
  const other = await subtle().importKey('raw', theirs, { name: 'X25519' }, false, [])
  const dh = new Uint8Array(await subtle().deriveBits({ name: 'X25519', public: other }, own, 8 * KEY_BYTES))
  // §7.1.4. Runtimes refuse a point of small order by themselves; this one is ours to be sure of.
  if (dh.every(byte => byte === 0)) throw new Error('Cannot agree on a secret: the public key is of small order')
  const key = labeledExtract(KEM_SUITE, NOTHING, 'eae_prk', dh)
  return labeledExpand(KEM_SUITE, key, 'shared_secret', kemContext, HASH_BYTES)
}

/** RFC 9180 §5.1, KeySchedule in base mode. */
function schedule(shared: Uint8Array, info: Uint8Array) {
  const context = concatBytes([
    Uint8Array.of(0),
    labeledExtract(HPKE_SUITE, NOTHING, 'psk_id_hash', NOTHING),
    labeledExtract(HPKE_SUITE, NOTHING, 'info_hash', info),
  ])
  const secret = labeledExtract(HPKE_SUITE, shared, 'secret', NOTHING)
  return {
    key: labeledExpand(HPKE_SUITE, secret, 'key', context, AEAD_BYTES.key),
    // The nonce of the first message, and there is no other.
    nonce: labeledExpand(HPKE_SUITE, secret, 'base_nonce', context, AEAD_BYTES.nonce),
    exporter: labeledExpand(HPKE_SUITE, secret, 'exp', context, HASH_BYTES),
  }
}

function labeledExtract(suite: Uint8Array, salt: Uint8Array, label: string, material: Uint8Array): Uint8Array {
  return extract(salt, concatBytes([ascii('HPKE-v1'), suite, ascii(label), material]))
}

function labeledExpand(suite: Uint8Array, key: Uint8Array, label: string, info: Uint8Array, length: number) {
  return expand(key, concatBytes([twoBytes(length), ascii('HPKE-v1'), suite, ascii(label), info]), length)
}

async function rawKey(key: RuntimeKey): Promise<Uint8Array> {
  return new Uint8Array(await subtle().exportKey('raw', key))
}

/** The bytes of a text of ASCII. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, character => character.charCodeAt(0))
}

/** A number in two bytes, the higher one first. */
export function twoBytes(value: number): Uint8Array {
  return Uint8Array.of(value >>> 8, value & 255)
}
