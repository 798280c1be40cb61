/** Base64 as proto3 JSON has it: written in the standard alphabet with padding, read in either alphabet, with or without. */

/** The standard form (RFC 4648 §4). */
export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')
}

/**
 * The bytes of base64 or base64url text; `undefined` for anything else. A space counts as `+`, which is what a form makes
 * of one that was not escaped.
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  const digits = text.replaceAll(' ', '+').replace(/={1,2}$/, '')
  if (digits.length % 4 === 1 || !/^[A-Za-z0-9+/_-]*$/.test(digits)) return undefined
  return Buffer.from(digits, 'base64')
}
