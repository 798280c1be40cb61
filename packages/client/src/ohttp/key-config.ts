/** Key configurations: what a client has to know of a gateway to seal a request for it (RFC 9458 §3). */
import { attempt, concatBytes, type Result } from '@tocsin/core/base'
import { ByteReader, unreadable } from './byte-reader.ts'
import { KEY_BYTES, SUITE, twoBytes } from './hpke.ts'

/** A key that requests can be sealed for, by the algorithms of {@link SUITE}. */
export interface KeyConfig {
  /** 0 to 255. */
  readonly id: number
  readonly publicKey: Uint8Array
}

/** The media type of a list of them. */
export const KEYS_TYPE = 'application/ohttp-keys'

/** Bytes of such a list, at most: some hundred configurations. */
export const KEYS_BYTES_MAX = 8192

/** The bytes of `application/ohttp-keys`; who reads them takes the first that it can use, so the preferred one comes first. */
export function encodeKeyConfigs(configs: readonly KeyConfig[]): Uint8Array {
  return concatBytes(
    configs.flatMap(config => {
      const bytes = encodeKeyConfig(config)
      return [twoBytes(bytes.length), bytes]
    }),
  )
}

/** One configuration without the length in front (RFC 9458 §3.1). */
export function encodeKeyConfig({ id, publicKey }: KeyConfig): Uint8Array {
  const algorithms = concatBytes([twoBytes(SUITE.kdf), twoBytes(SUITE.aead)])
  return concatBytes([Uint8Array.of(id), twoBytes(SUITE.kem), publicKey, twoBytes(algorithms.length), algorithms])
}

/**
 * Reads `application/ohttp-keys` and gives the configurations that can be used here, in their order: those of other
 * algorithms are passed over, as the RFC asks. `invalid` for bytes that are no such list.
 */
export function decodeKeyConfigs(bytes: Uint8Array): Result<readonly KeyConfig[]> {
  return attempt(() => {
    const reader = new ByteReader(bytes)
    const found: KeyConfig[] = []
    while (reader.left > 0) {
      const config = usable(new ByteReader(reader.take(reader.number(2))))
      if (config !== undefined) found.push(config)
    }
    return found
  })
}

/** Reads one configuration without the length in front; `undefined` for one of other algorithms. */
export function decodeKeyConfig(bytes: Uint8Array): Result<KeyConfig | undefined> {
  return attempt(() => usable(new ByteReader(bytes)))
}

function usable(reader: ByteReader): KeyConfig | undefined {
  const id = reader.number(1)
  // How long a key of another mechanism is, is not known, so nothing behind it can be read either.
  if (reader.number(2) !== SUITE.kem) return undefined
  const publicKey = reader.take(KEY_BYTES).slice()
  const algorithms = new ByteReader(reader.take(reader.number(2)))
  let fits = false
  while (algorithms.left > 0) {
    const [kdf, aead] = [algorithms.number(2), algorithms.number(2)]
    fits ||= kdf === SUITE.kdf && aead === SUITE.aead
  }
  if (reader.left > 0) unreadable(`${reader.left} bytes stand behind a key configuration`)
  return fits ? { id, publicKey } : undefined
}
