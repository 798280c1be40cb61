/**
 * A quick hash of host names, two lanes of 32 bits, seeded: for filters in memory, never for keys.
 *
 * It runs from the last label to the first, so that the hashes of all suffixes of a name (`example.com`, then
 * `www.example.com`) come out on the way, and over bytes, so that a name can be hashed where it lies in a packet. The
 * seed is chosen at random by whoever builds the filter: names that collide cannot be prepared.
 */

/** The state of a hash: two unsigned words. Start with {@link startName}, add labels from the right. */
export interface NameHash {
  low: number
  high: number
}

/** Begins at the root. */
export function startName(hash: NameHash, seed: number): void {
  hash.low = seed >>> 0
  hash.high = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0
}

/** Adds the label `bytes[start, end)` at the left; upper-case ASCII counts as lower-case. */
export function addLabel(hash: NameHash, bytes: Uint8Array, start: number, end: number): void {
  let low = hash.low ^ (end - start)
  let high = hash.high
  for (let at = start; at < end; at++) {
    let byte = bytes[at]!
    if (byte >= 0x41 && byte <= 0x5a) byte |= 0x20
    low = Math.imul(low ^ byte, 0x01000193)
    high = Math.imul(high + byte, 0x5bd1e995) ^ (low >>> 15)
  }
  low ^= high >>> 13
  hash.low = Math.imul(low, 0xc2b2ae35) >>> 0
  high ^= low >>> 16
  hash.high = Math.imul(high, 0x27d4eb2f) >>> 0
}

/** The hash of a whole name in ASCII. */
export function hashName(hash: NameHash, name: string, seed: number): void {
  const bytes = asciiBytes(name)
  startName(hash, seed)
  for (let end = name.length; end > 0; ) {
    const dot = name.lastIndexOf('.', end - 1)
    addLabel(hash, bytes, dot + 1, end)
    end = dot
  }
}

/** The hash of an IPv4 address, likewise for filters alone: multiply and shift (Murmur3's finishing), twice. */
export function hashAddress(hash: NameHash, address: number, seed: number): void {
  let mixed = Math.imul(address ^ seed, 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  hash.low = (mixed ^ (mixed >>> 16)) >>> 0
  mixed = Math.imul(hash.low ^ 0x9e3779b9, 0x27d4eb2f)
  hash.high = (mixed ^ (mixed >>> 15)) >>> 0
}

/** Calls `suffix` with the hash of each suffix of a name in ASCII, the shortest first. The hash is reused. */
export function eachSuffix(name: string, seed: number, suffix: (hash: NameHash, isWhole: boolean) => void): void {
  const bytes = asciiBytes(name)
  const hash: NameHash = { low: 0, high: 0 }
  startName(hash, seed)
  let end = name.length
  while (end > 0) {
    const dot = name.lastIndexOf('.', end - 1)
    addLabel(hash, bytes, dot + 1, end)
    suffix(hash, dot < 0)
    end = dot
  }
}

function asciiBytes(name: string): Uint8Array {
  const bytes = new Uint8Array(name.length)
  for (let at = 0; at < name.length; at++) bytes[at] = name.charCodeAt(at)
  return bytes
}
