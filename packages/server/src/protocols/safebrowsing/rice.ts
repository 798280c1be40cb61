/**
 * The Rice-delta code of 32-bit numbers (RiceDeltaEncoded32Bit). Each difference is cut at the Rice parameter k: what is
 * above is written in unary, the k bits below as they are.
 *
 *     1d32c508 291bc542 f7a502e5     differences 0be9003a ce893da3     k = 30
 *     7400d2971bed497400             0, 30 bits · 1110, 30 bits
 *
 * A million random prefixes take 13.5 bits each, against 32.
 */
import { fail, ok, ProblemError, type Result } from '@tocsin/core/base'
import { BitReader, BitWriter } from './bits.ts'
import type { RiceDelta32 } from './messages.ts'
import { malformed } from './wire-reader.ts'

/** The parameters that the protocol allows for 32-bit numbers. */
export const RICE_32 = { parameterMin: 3, parameterMax: 30 } as const

const MAX = 0xffffffff

/**
 * Codes numbers of 0 to 2^32 − 1 that ascend, none twice. `undefined` for none: an empty list has no such message. Throws
 * a `RangeError` where they do not ascend.
 */
export function encodeRice32(values: Uint32Array): RiceDelta32 | undefined {
  const firstValue = values[0]
  if (firstValue === undefined) return undefined
  const entriesCount = values.length - 1
  if (entriesCount === 0) return { firstValue, riceParameter: 0, entriesCount, encodedData: new Uint8Array() }
  const { parameter, bits } = bestParameter(values)
  const writer = new BitWriter(bits)
  for (let i = 1; i < values.length; i++) {
    const difference = values[i]! - values[i - 1]!
    if (difference <= 0) throw new RangeError(`Cannot code the numbers: number ${i} must be above the one before it`)
    writer.unary(difference >>> parameter)
    writer.low(difference, parameter)
  }
  return { firstValue, riceParameter: parameter, entriesCount, encodedData: writer.finish() }
}

/**
 * The numbers again. Fails as `invalid` where the parameter is out of bounds, the data is too short for what it announces
 * (looked at before anything is reserved for it), or the numbers do not ascend or pass 2^32 − 1.
 */
export function decodeRice32(delta: RiceDelta32): Result<Uint32Array> {
  try {
    return ok(decoded(delta))
  } catch (error) {
    if (error instanceof ProblemError) return fail(error.problem.code, error.problem.message)
    throw error
  }
}

function decoded({ firstValue, riceParameter: k, entriesCount, encodedData }: RiceDelta32): Uint32Array {
  if (entriesCount > 0) checkSize(k, RICE_32, entriesCount, encodedData)
  const values = new Uint32Array(entriesCount + 1)
  values[0] = firstValue
  let last = firstValue
  const reader = new BitReader(encodedData)
  for (let i = 1; i <= entriesCount; i++) {
    const quotient = reader.unary()
    const rest = quotient < 0 ? -1 : reader.low(k)
    if (rest < 0) malformed(`the data ends in number ${i} of ${entriesCount}`)
    const difference = quotient * 2 ** k + rest
    if (difference === 0) malformed(`number ${i} must be above the one before it`)
    last += difference
    if (last > MAX) malformed(`number ${i} must be at most ${MAX}`)
    values[i] = last
  }
  return values
}

/** Throws where the parameter is not allowed, or where the data cannot hold so many differences: each has k + 1 bits. */
export function checkSize(
  parameter: number,
  allowed: { readonly parameterMin: number; readonly parameterMax: number },
  entriesCount: number,
  encodedData: Uint8Array,
): void {
  const { parameterMin, parameterMax } = allowed
  if (parameter < parameterMin || parameter > parameterMax) {
    malformed(`the Rice parameter must be ${parameterMin} to ${parameterMax}, found ${parameter}`)
  }
  if (entriesCount * (parameter + 1) > encodedData.length * 8) {
    malformed(`${entriesCount} numbers cannot stand in ${encodedData.length} bytes`)
  }
}

/**
 * The parameter that takes the fewest bits. Near log2 of the mean difference times ln 2 (that is exact for random
 * prefixes); its neighbours are measured, for indices come in runs.
 */
function bestParameter(values: Uint32Array): { readonly parameter: number; readonly bits: number } {
  const mean = (values.at(-1)! - values[0]!) / (values.length - 1)
  const guess = Math.floor(Math.log2(Math.max(1, mean * Math.LN2)))
  let best = { parameter: 0, bits: Number.POSITIVE_INFINITY }
  for (let tried = guess - 1; tried <= guess + 2; tried++) {
    const parameter = Math.min(RICE_32.parameterMax, Math.max(RICE_32.parameterMin, tried))
    const bits = parameter === best.parameter ? best.bits : bitsWith(values, parameter)
    if (bits < best.bits) best = { parameter, bits }
  }
  return best
}

function bitsWith(values: Uint32Array, parameter: number): number {
  let bits = (values.length - 1) * (parameter + 1)
  for (let i = 1; i < values.length; i++) bits += (values[i]! - values[i - 1]!) >>> parameter
  return bits
}
