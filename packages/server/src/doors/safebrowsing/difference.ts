/** Sorted prefixes against each other: all arrays here ascend and hold no number twice. */

/** What a set loses and gains. */
export interface Difference {
  readonly removed: Uint32Array
  readonly added: Uint32Array
}

/** Of two sets that are the same. */
export const NO_DIFFERENCE: Difference = { removed: new Uint32Array(), added: new Uint32Array() }

/** What is in any of some sets. */
export function unionOf(sets: readonly Uint32Array[]): Uint32Array {
  const [first = new Uint32Array(), ...others] = sets.filter(({ length }) => length > 0)
  return others.reduce(unionOfTwo, first)
}

function unionOfTwo(one: Uint32Array, other: Uint32Array): Uint32Array {
  const union = new Uint32Array(one.length + other.length)
  let [i, j, to] = [0, 0, 0]
  while (i < one.length && j < other.length) {
    const [a, b] = [one[i]!, other[j]!]
    union[to++] = a < b ? a : b
    if (a <= b) i++
    if (b <= a) j++
  }
  const rest = i < one.length ? one.subarray(i) : other.subarray(j)
  union.set(rest, to)
  return union.slice(0, to + rest.length)
}

/** What makes `after` of `before`. */
export function differenceOf(before: Uint32Array, after: Uint32Array): Difference {
  if (before.length === 0) return { removed: before, added: after }
  const removed: number[] = []
  const added: number[] = []
  let [b, a] = [0, 0]
  while (b < before.length || a < after.length) {
    const old = b < before.length ? before[b]! : Number.POSITIVE_INFINITY
    const next = a < after.length ? after[a]! : Number.POSITIVE_INFINITY
    if (old === next) {
      b++
      a++
    } else if (old < next) {
      removed.push(old)
      b++
    } else {
      added.push(next)
      a++
    }
  }
  return { removed: Uint32Array.from(removed), added: Uint32Array.from(added) }
}

/** What some differences come to, one after the other. */
export function netDifference(differences: readonly Difference[]): Difference {
  const [only] = differences
  if (only !== undefined && differences.length === 1) return only
  const net = new Map<number, 'removed' | 'added'>()
  for (const { removed, added } of differences) {
    // What came and went is as it was; a prefix cannot come twice without having gone.
    for (const prefix of removed) if (!net.delete(prefix)) net.set(prefix, 'removed')
    for (const prefix of added) if (!net.delete(prefix)) net.set(prefix, 'added')
  }
  const those = (what: string) =>
    Uint32Array.from(Array.from(net).flatMap(([prefix, is]) => (is === what ? [prefix] : []))).sort()
  return { removed: those('removed'), added: those('added') }
}

/**
 * The places of the removed prefixes in the set before, found from the set after: as many of it lie below, without those
 * that were added and with those that were removed.
 */
export function placesBefore(after: Uint32Array, { removed, added }: Difference): Uint32Array {
  let alreadyAdded = 0
  return removed.map((prefix, alreadyRemoved) => {
    while (alreadyAdded < added.length && added[alreadyAdded]! < prefix) alreadyAdded++
    return countBelow(after, prefix) - alreadyAdded + alreadyRemoved
  })
}

/** How many prefixes are below this one. */
export function countBelow(prefixes: Uint32Array, prefix: number): number {
  let [low, high] = [0, prefixes.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (prefixes[middle]! < prefix) low = middle + 1
    else high = middle
  }
  return low
}
