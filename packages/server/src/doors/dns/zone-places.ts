import type { QueryScan } from '../../protocols/dns/index.ts'
import { LIST_KINDS, type ListKind, type Zones } from './zones.ts'

/** Where a name lies: a list zone, the base zone, or with others. */
export type Located = ListKind | 'base' | 'other'

/** Finds the zone that a scanned name lies in, where it lies. */
export class ZonePlaces {
  /** Labels before the zone's apex, after {@link locate} found a zone. */
  below = 0
  /** Where the apex begins. */
  apexAt = 0
  /** Where the base begins. */
  baseAt = 0
  readonly #base: Uint8Array
  readonly #baseLabels: number
  /** The zones' own labels, length byte included. */
  readonly #own: Readonly<Record<ListKind, Uint8Array>>
  /** By length byte. */
  readonly #kindOfLength: readonly (ListKind | undefined)[]

  constructor({ baseLabels, zones }: Zones) {
    this.#base = zones.base.apex
    this.#baseLabels = baseLabels.length
    const own = (kind: ListKind) => zones[kind].apex.slice(0, zones[kind].apex[0]! + 1)
    this.#own = { ip: own('ip'), domain: own('domain'), hash: own('hash') }
    this.#kindOfLength = Array.from({ length: 64 }, (_, length) => LIST_KINDS.find(kind => own(kind)[0] === length))
  }

  locate(scan: QueryScan, bytes: Uint8Array): Located {
    const depth = scan.labelCount - this.#baseLabels
    if (depth < 0) return 'other'
    this.baseAt = scan.nameEnd - this.#base.length
    // With as many labels and as many bytes the length bytes match too, wherever the first one does.
    if (scan.labels[depth] !== this.baseAt) return 'other'
    if (!isAt(this.#base, bytes, this.baseAt)) return 'other'
    this.below = depth
    this.apexAt = this.baseAt
    if (depth === 0) return 'base'
    const ownAt = scan.labels[depth - 1]!
    // The length byte tells them apart already.
    const kind = this.#kindOfLength[bytes[ownAt]!]
    if (kind !== undefined && isAt(this.#own[kind], bytes, ownAt)) {
      this.below = depth - 1
      this.apexAt = ownAt
      return kind
    }
    return 'base'
  }
}

/** Length bytes are below 64, so comparing them without case is comparing them. */
function isAt(lower: Uint8Array, bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < lower.length; i++) {
    const byte = bytes[at + i]!
    const wanted = lower[i]!
    if (byte !== wanted && !(byte >= 0x41 && byte <= 0x5a && (byte | 0x20) === wanted)) return false
  }
  return true
}
