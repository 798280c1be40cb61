/**
 * What a client has of a list, as the token that it hands back. It says what and not when: the list, the beginning of
 * the checksum of the whole version, and up to which prefix the client has it, if its own limits kept the rest back. So a
 * token outlives the process, and any node with the same book understands it.
 *
 *     1 byte   form of the token, 1
 *     1 byte   place of the list's name in LISTS
 *     8 bytes  the beginning of the SHA-256 of the whole version
 *     4 bytes  the last prefix that the client has; ffffffff for all
 */
import { encodeHex } from '@tocsin/core/base'

/** What a client has. */
export interface ClientVersion {
  /** Place in `LISTS`. */
  readonly list: number
  /** 16 hex digits. */
  readonly digest: string
  /** The last prefix that it has; {@link ALL} for all. */
  readonly upTo: number
}

/** Above every prefix but the last, and of that it is the same. */
export const ALL = 0xffffffff

const FORM = 1
const TOKEN_BYTES = 14

/** How much of a checksum tells versions apart: nobody gains by two that are alike but whoever asks for them. */
export const DIGEST_BYTES = 8

/** The token of a version. */
export function tokenOf({ list, digest, upTo }: ClientVersion): Uint8Array {
  const token = new Uint8Array(TOKEN_BYTES)
  token[0] = FORM
  token[1] = list
  for (let i = 0; i < DIGEST_BYTES; i++) token[2 + i] = Number.parseInt(digest.slice(2 * i, 2 * i + 2), 16)
  new DataView(token.buffer).setUint32(2 + DIGEST_BYTES, upTo)
  return token
}

/** The version of a token; `undefined` for one that is not ours, whose owner is to have the list anew. */
export function versionOf(token: Uint8Array): ClientVersion | undefined {
  if (token.length !== TOKEN_BYTES || token[0] !== FORM) return undefined
  const view = new DataView(token.buffer, token.byteOffset, token.length)
  const digest = encodeHex(token.subarray(2, 2 + DIGEST_BYTES))
  return { list: token[1]!, digest, upTo: view.getUint32(2 + DIGEST_BYTES) }
}
