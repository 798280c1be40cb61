/** The Rice-delta code of longer hashes: 64, 128 and 256 bits, as big integers. For lists of another length than ours. */
import { fail, ok, ProblemError, type Result } from '@tocsin/core/base'
import { BitReader, BitWriter } from './bits.ts'
import type { RiceDelta } from './messages.ts'
import { checkSize } from './rice.ts'
import { malformed } from './wire-reader.ts'

/** Bits of a number. */
export type WideBits = 64 | 128 | 256

/** The parameters that the protocol allows. */
const PARAMETERS: Readonly<Record<WideBits, { readonly parameterMin: number; readonly parameterMax: number }>> = {
  64: { parameterMin: 35, parameterMax: 62 },
  128: { parameterMin: 99, parameterMax: 126 },
  256: { parameterMin: 227, parameterMax: 254 },
}

/** Codes numbers that ascend, none twice; `undefined` for none. Throws a `RangeError` where they do not ascend. */
export function encodeRiceWide(values: readonly bigint[], width: WideBits): RiceDelta<bigint> | undefined {
  const [firstValue] = values
  if (firstValue === undefined) return undefined
  const differences = values.slice(1).map((value, i) => value - values[i]!)
  if (differences.some(each => each <= 0n)) throw new RangeError('Cannot code the numbers: they must ascend')
  const entriesCount = differences.length
  if (entriesCount === 0) return { firstValue, riceParameter: 0, entriesCount, encodedData: new Uint8Array() }
  const k = parameterFor(differences, width)
  let bits = entriesCount * (k + 1)
  for (const difference of differences) bits += Number(difference >> BigInt(k))
  const writer = new BitWriter(bits)
  for (const difference of differences) {
    writer.unary(Number(difference >> BigInt(k)))
    for (let at = 0; at < k; at += 32) {
      writer.low(Number((difference >> BigInt(at)) & 0xffffffffn), Math.min(32, k - at))
    }
  }
  return { firstValue, riceParameter: k, entriesCount, encodedData: writer.finish() }
}

/** The numbers again; fails as `decodeRice32` does. */
export function decodeRiceWide(delta: RiceDelta<bigint>, width: WideBits): Result<readonly bigint[]> {
  try {
    return ok(decoded(delta, width))
  } catch (error) {
    if (error instanceof ProblemError) return fail(error.problem.code, error.problem.message)
    throw error
  }
}

function decoded(delta: RiceDelta<bigint>, width: WideBits): bigint[] {
  const { firstValue, riceParameter: k, entriesCount, encodedData } = delta
  if (entriesCount > 0) checkSize(k, PARAMETERS[width], entriesCount, encodedData)
  const values = [firstValue]
  const reader = new BitReader(encodedData)
  let last = firstValue
  for (let i = 1; i <= entriesCount; i++) {
    const difference = nextDifference(reader, k)
    if (difference === undefined) malformed(`the data ends in number ${i} of ${entriesCount}`)
    if (difference === 0n) malformed(`number ${i} must be above the one before it`)
    last += difference
    if (last >= 1n << BigInt(width)) malformed(`number ${i} must be below 2^${width}`)
    values.push(last)
  }
  return values
}

/** `undefined` where the data ends before it. */
function nextDifference(reader: BitReader, k: number): bigint | undefined {
  const quotient = reader.unary()
  if (quotient < 0) return undefined
  let difference = BigInt(quotient) << BigInt(k)
  for (let at = 0; at < k; at += 32) {
    const part = reader.low(Math.min(32, k - at))
    if (part < 0) return undefined
    difference += BigInt(part) << BigInt(at)
  }
  return difference
}

/** The length of the mean difference in bits, within what is allowed: of hashes that are spread evenly, near the best. */
function parameterFor(differences: readonly bigint[], width: WideBits): number {
  const sum = differences.reduce((total, each) => total + each, 0n)
  const mean = sum / BigInt(differences.length)
  const { parameterMin, parameterMax } = PARAMETERS[width]
  return Math.min(parameterMax, Math.max(parameterMin, mean.toString(2).length - 1))
}
