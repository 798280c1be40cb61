/** IPv4 space: routed ranges with their autonomous systems, and addresses as numbers. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { linesOf } from './reading.ts'

/** Routed ranges in order, none overlapping. */
export interface RoutedSpace {
  /** Where the ranges come from, for the report. */
  readonly origin: string
  /** Routed addresses of all ranges. */
  readonly size: number
  /** The number of the autonomous system of an address; 0 where none is known. */
  systemOf(address: number): number
  /** Addresses of a system. */
  sizeOf(system: number): number
  /** The address at a place between 0 and 1 of all routed ones. */
  at(place: number): number
}

/** The package with the whole table, where it is installed; else only ranges that changed hands are known. */
const PACKAGED = 'node_modules/@ip-location-db/asn/asn-ipv4.csv'
const CHANGES = 'enrichment/asn-changes-2025-04-02-to-2026-06-17.tsv.gz'

/** The space, from `table` (a file of `first,last,number,…`), the package below `root`, or the changes in `folder`. */
export function routedSpace(folder: string, root: string, table?: string): RoutedSpace {
  const file = table ?? join(root, PACKAGED)
  if (existsSync(file)) {
    const rows = readFileSync(file, 'utf8')
      .split('\n')
      .map(line => line.split(',', 3))
    return spaceOf('a whole table of autonomous systems', rows)
  }
  const rows = Array.from(linesOf(folder, CHANGES), line => line.split('\t'))
  return spaceOf('ranges whose autonomous system changed from 2025-04 to 2026-06', rows)
}

/** The number of a dotted quad, or -1 for any other text. */
export function addressOf(text: string): number {
  const found = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)
  if (found === null) return -1
  const bytes = found.slice(1).map(Number)
  return bytes.some(byte => byte > 255) ? -1 : bytes.reduce((sum, byte) => sum * 256 + byte, 0)
}

function spaceOf(origin: string, rows: readonly (readonly string[])[]): RoutedSpace {
  const ranges = rows
    .map(([first, last, system]) => ({
      first: addressOf(first ?? ''),
      last: addressOf(last ?? ''),
      system: Number(system),
    }))
    .filter(({ first, last }) => first >= 0 && last >= first)
    .toSorted((a, b) => a.first - b.first)
  const firsts = Float64Array.from(ranges, range => range.first)
  const before = new Float64Array(ranges.length + 1)
  const sizes = new Map<number, number>()
  for (const [at, { first, last, system }] of ranges.entries()) {
    before[at + 1] = before[at]! + last - first + 1
    sizes.set(system, (sizes.get(system) ?? 0) + last - first + 1)
  }
  const size = before[ranges.length]!
  return {
    origin,
    size,
    systemOf(address) {
      const range = ranges[placeOf(firsts, address)]
      return range !== undefined && address >= range.first && address <= range.last ? range.system : 0
    },
    sizeOf: system => sizes.get(system) ?? 0,
    at(place) {
      const wanted = Math.min(size - 1, Math.floor(place * size))
      const index = placeOf(before.subarray(0, ranges.length), wanted)
      return ranges[index]!.first + wanted - before[index]!
    },
  }
}

/** The last index whose value is at most `wanted`; -1 where all are larger. */
function placeOf(sorted: Float64Array, wanted: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! <= wanted) low = middle + 1
    else high = middle
  }
  return low - 1
}
