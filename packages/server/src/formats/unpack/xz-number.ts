/** Numbers of `.xz` (§1.2): seven bits a byte, the lowest first. */
import { LzmaDamage } from './range-decoder.ts'

/** Nine are allowed; those of more than 49 bits are no sizes of anything. */
export const NUMBER_BYTES_MAX = 7

/** The number at a place and where it ends. Throws {@link LzmaDamage} for one that is too long or ends in a zero byte. */
export function numberOf(bytes: ArrayLike<number>, begin: number): { readonly value: number; readonly end: number } {
  let value = 0
  for (let at = 0; at < NUMBER_BYTES_MAX && begin + at < bytes.length; at++) {
    const byte = bytes[begin + at]!
    value += (byte & 0x7f) * 128 ** at
    if (byte >= 0x80) continue
    if (byte === 0 && at > 0) break
    return { value, end: begin + at + 1 }
  }
  throw new LzmaDamage('a number that is none')
}
