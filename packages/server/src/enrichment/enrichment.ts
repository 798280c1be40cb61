/**
 * What is known of an address or a name beside its reputation: whose network it is in, which country, which published
 * ranges hold it, how popular a name is. It is context for people and, later, for the scorer; it is no evidence, and a
 * table that is not there means "unknown", never "not so".
 */

/** The tables that there can be, one file each in the data folder. */
export const TABLE_NAMES = ['asn', 'country', 'ranges', 'popularity'] as const

/** One of {@link TABLE_NAMES}. */
export type TableName = (typeof TABLE_NAMES)[number]

/** The network that announces an address. */
export interface Asn {
  /** 1 to 4,294,967,295. */
  readonly asn: number
  /** The name of who holds it; may be empty. */
  readonly name: string
}

/** A published list of ranges that holds an address, as `cloudflare` of class `good-cdn`. */
export interface RangeClass {
  readonly list: string
  /** `good-…`: known to be good; `context-…`: a place where anyone may be; `reserved`. */
  readonly class: string
}

/** Where a table comes from: what must be shown with every answer that rests on it. */
export interface Attribution {
  readonly text: string
  readonly licence: string
  /** The day of the data, as 2026-06-17. */
  readonly date: string
}

/** A table as it is. `damaged` and `missing` answer as if nothing were known. */
export interface TableState {
  readonly table: TableName
  readonly state: 'ready' | 'missing' | 'damaged'
  /** Only with `ready`: ranges or names. */
  readonly entries?: number
  readonly attribution?: Attribution
  /** When it was compiled; milliseconds since 1970. */
  readonly madeAt?: number
  /** Bytes in memory. */
  readonly bytes?: number
  /** Only with `damaged`. */
  readonly why?: string
}

/**
 * The port. All answers are synchronous and from memory, well below a microsecond for addresses. Addresses have 4 or 16
 * bytes as `parseAddress` gives them; names are canonical hosts.
 */
export interface Enrichment {
  asnOf(address: Uint8Array): Asn | undefined
  /** ISO 3166-1, two letters. */
  countryOf(address: Uint8Array): string | undefined
  classesOf(address: Uint8Array): readonly RangeClass[]
  /** The place of exactly this name in the list of popular ones, from 1. */
  rankOf(host: string): number | undefined
  tables(): readonly TableState[]
}
