/** Code without meaning: what every other folder of `core` may stand on. */
export { decodeBase32, encodeBase32 } from './base32.ts'
export { bytesEqual, compareBytes, concatBytes } from './bytes.ts'
export { decodeHex, encodeHex, hexDigit } from './hex.ts'
export type { Problem, ProblemCode, Result } from './result.ts'
export { attempt, fail, ok, ProblemError, unwrap } from './result.ts'
export type { Sha256 } from './sha256.ts'
export { sha256 } from './sha256.ts'
export { decodeUtf8, encodeUtf8 } from './utf8.ts'
