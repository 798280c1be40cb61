import { fail, ok, type Result } from '@tocsin/core/base'

/** A name as it is on the wire: labels with a length byte before each, and the root's zero at the end. 1–255 bytes. */
export type WireName = Uint8Array

/** RFC 1035 §2.3.4. */
export const LABEL_BYTES_MAX = 63

/** RFC 1035 §2.3.4: with all length bytes and the root's zero. */
export const NAME_BYTES_MAX = 255

/**
 * The wire form of a host-like name: labels of ASCII letters, digits, `-` and `_`, with or without a dot at the end.
 * Case is kept. Fails as `invalid` for an empty name or label, one that is too long, or another character.
 */
export function wireNameOf(text: string): Result<WireName> {
  const labels = (text.endsWith('.') ? text.slice(0, -1) : text).split('.')
  const wire: number[] = []
  for (const label of labels) {
    if (!/^[A-Za-z0-9_-]{1,63}$/.test(label)) {
      return fail(
        'invalid',
        `Cannot write DNS name "${text}": a label must be 1 to 63 letters, digits, "-" or "_", found "${label}"`,
      )
    }
    wire.push(label.length)
    for (let i = 0; i < label.length; i++) wire.push(label.charCodeAt(i))
  }
  wire.push(0)
  if (wire.length > NAME_BYTES_MAX) {
    return fail('invalid', `Cannot write DNS name "${text}": it must have at most 255 bytes, found ${wire.length}`)
  }
  return ok(Uint8Array.from(wire))
}

/**
 * A wire name as text for people, without the last dot; `.` for the root. Bytes that no host has become `\ddd` (RFC
 * 4343 §2.1).
 */
export function textOfName(name: WireName): string {
  const labels: string[] = []
  for (let at = 0; (name[at] ?? 0) !== 0; at += (name[at] as number) + 1) {
    let label = ''
    for (const byte of name.subarray(at + 1, at + 1 + (name[at] as number))) label += textOfByte(byte)
    labels.push(label)
  }
  return labels.length === 0 ? '.' : labels.join('.')
}

function textOfByte(byte: number): string {
  const character = String.fromCharCode(byte)
  return /[A-Za-z0-9_-]/.test(character) ? character : `\\${String(byte).padStart(3, '0')}`
}

/** A byte with ASCII letters in lower case: the only case that the DNS knows (RFC 4343). */
export function lowerByte(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte
}

/**
 * The offset behind a name that a message holds at `at`, −1 if it does not end in the message. A pointer ends a name
 * and is not followed: whoever only skips has no use for where it leads.
 */
export function skipName(message: Uint8Array, at: number): number {
  let next = at
  while (next < message.length) {
    const length = message[next] as number
    if (length === 0) return next + 1
    if (length >= 0xc0) return next + 2 <= message.length ? next + 2 : -1
    if (length > LABEL_BYTES_MAX) return -1
    next += length + 1
    if (next - at >= NAME_BYTES_MAX) return -1
  }
  return -1
}
