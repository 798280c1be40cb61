/** Inputs that tests make digests of. */
import { brandTlsh, TLSH_BYTES, type Tlsh } from './tlsh.ts'

/** Numbers from 0 to 2³² − 1 of a linear congruential generator; the same for the same seed. */
export function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state
  }
}

/** Bytes of which some are more frequent than others, so that their digest has all four quarters. */
export function sample(seed: number, length: number): Uint8Array {
  const next = numbers(seed)
  return Uint8Array.from({ length }, () => {
    const number = next()
    return (number >>> 24) & (number >>> 8) & 0xff
  })
}

/** A digest that no file need have: any bytes, but a length code that occurs. */
export function anyTlsh(next: () => number): Tlsh {
  const bytes = Uint8Array.from({ length: TLSH_BYTES }, () => next() >>> 24)
  bytes[1] = bytes[1]! % 170
  return brandTlsh(bytes)
}

/** The digest with so many buckets' bits changed. */
export function nearTlsh(digest: Tlsh, changes: number, next: () => number): Tlsh {
  const bytes = digest.slice()
  for (let change = 0; change < changes; change++) {
    const at = 3 + ((next() >>> 16) & 31)
    bytes[at] = bytes[at]! ^ (1 << (next() >>> 29))
  }
  return brandTlsh(bytes)
}
