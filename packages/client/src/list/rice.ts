/** The Rice-delta code of Safe Browsing v5 for 32-bit numbers, read. `conformance/rice-delta.tsv` has examples. */
import { bytesOf, eachField, numberOf, unreadable } from './wire.ts'

const MAX = 0xffffffff

/** The parameters that the protocol allows. */
const PARAMETER_MIN = 3
const PARAMETER_MAX = 30

/**
 * The numbers of a `RiceDeltaEncoded32Bit`, ascending, none twice. Throws a `ProblemError` of code `invalid` for whatever
 * is not so; what is announced is held against the data before room is made for it.
 */
export function readRice32(message: Uint8Array): Uint32Array {
  let [first, parameter, count, data] = [0, 0, 0, new Uint8Array() as Uint8Array]
  eachField(message, (field, value) => {
    if (field === 1) first = numberOf(value, MAX)
    else if (field === 2) parameter = numberOf(value, MAX)
    else if (field === 3) count = numberOf(value, MAX)
    else if (field === 4) data = bytesOf(value)
  })
  if (count > 0 && (parameter < PARAMETER_MIN || parameter > PARAMETER_MAX)) {
    unreadable(`the Rice parameter must be ${PARAMETER_MIN} to ${PARAMETER_MAX}, found ${parameter}`)
  }
  if (count * (parameter + 1) > data.length * 8) unreadable(`${count} numbers cannot stand in ${data.length} bytes`)
  const values = new Uint32Array(count + 1)
  values[0] = first
  fill(values, parameter, data)
  return values
}

/**
 * Bits are taken from the low end of each byte on: a quotient in ones behind which a zero stands, then the low bits.
 * `ahead` has the next bits, the first lowest, with zeros above them.
 */
function fill(values: Uint32Array, parameter: number, data: Uint8Array): void {
  let at = 0
  let ahead = 0
  let aheadCount = 0
  const take = (count: number): number => {
    for (; aheadCount <= 24 && at < data.length; aheadCount += 8) ahead |= data[at++]! << aheadCount
    if (aheadCount < count) unreadable('the data ends before the last number')
    const bits = ahead & ((1 << count) - 1)
    ahead >>>= count
    aheadCount -= count
    return bits
  }
  let last = values[0]!
  for (let i = 1; i < values.length; i++) {
    let quotient = 0
    while (take(1) === 1) quotient++
    const low = Math.min(parameter, 16)
    const difference = quotient * 2 ** parameter + take(low) + take(parameter - low) * 2 ** low
    last += difference
    if (difference === 0 || last > MAX) unreadable(`number ${i} must be above the one before it and at most ${MAX}`)
    values[i] = last
  }
}
