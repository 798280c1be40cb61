/** Ranges of addresses, first to last, as the fewest networks that hold them and nothing else. */
import { formatAddress, netSubject, parseAddress, subjectText } from '@tocsin/core/subject'
import { quote, refused } from './content.ts'
import type { Content, Indicator } from './format.ts'
import { netProblem } from './net-bounds.ts'

/** Networks that one range may become; a range of more is cut so oddly that somebody should look at it. */
export const RANGE_NETS_MAX = 64

/** The two ends of `a-b`, with or without blanks around the dash, where both sides look like addresses. */
const RANGE = /^([\d.]+|[\da-f:.]*:[\da-f:.]*)\s*-\s*([\d.]+|[\da-f:.]*:[\da-f:.]*)$/i

/** Two addresses of IPv6 with a dash and blanks are 100 characters; on longer text the pattern above takes its square in time. */
const RANGE_CHARACTERS_MAX = 128

/** Reads `192.0.2.1-192.0.2.9`; `undefined` where the text is not of that form. */
export function readRange(text: string): Content | undefined {
  const match = text.length > RANGE_CHARACTERS_MAX ? null : RANGE.exec(text)
  return match === null ? undefined : rangeOf(match[1]!, match[2]!)
}

/** The networks from one address to another, both included. Refused as `range` for all that is not exactly that. */
export function rangeOf(first: string, last: string): Content {
  const shown = quote(`${first}-${last}`)
  const from = parseAddress(first)
  const to = parseAddress(last)
  if (!from.ok || !to.ok || from.value.length !== to.value.length) {
    return refused('range', `a range must be two addresses of one family with "-" between, found ${shown}`)
  }
  const bits = 8 * from.value.length
  const indicators: Indicator[] = []
  let at = numberOf(from.value)
  const end = numberOf(to.value)
  if (at > end) return refused('range', `a range must go up, found ${shown}`)
  while (at <= end) {
    if (indicators.length === RANGE_NETS_MAX) {
      return refused('range', `a range must make at most ${RANGE_NETS_MAX} networks, found more in ${shown}`)
    }
    const size = sizeAt(at, end, bits)
    const subject = netSubject(bytesOf(at, bits / 8), bits - size)
    const problem = netProblem(subject)
    if (problem !== undefined) return problem
    indicators.push({ subject: subjectText(subject) })
    at += 1n << BigInt(size)
  }
  return { is: 'indicators', indicators }
}

/** The last address of a network, as text; the address must be 4 or 16 bytes. */
export function lastAddress(address: Uint8Array, prefixLength: number): string {
  const rest = BigInt(8 * address.length - prefixLength)
  return formatAddress(bytesOf(numberOf(address) | ((1n << rest) - 1n), address.length))
}

/** Host bits of the widest network that begins at `at` and ends at or before `end`. */
function sizeAt(at: bigint, end: bigint, bits: number): number {
  let size = 0
  while (size < bits) {
    const next = 1n << BigInt(size + 1)
    if (at % next !== 0n || at + next - 1n > end) break
    size++
  }
  return size
}

function numberOf(bytes: Uint8Array): bigint {
  let value = 0n
  for (const byte of bytes) value = (value << 8n) | BigInt(byte)
  return value
}

function bytesOf(value: bigint, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let at = length - 1, rest = value; at >= 0; at--, rest >>= 8n) bytes[at] = Number(rest & 255n)
  return bytes
}
