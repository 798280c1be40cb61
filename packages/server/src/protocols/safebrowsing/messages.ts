/**
 * The messages of `google.security.safebrowsing.v5` (googleapis, google/security/safebrowsing/v5/safebrowsing.proto), as
 * values. Field numbers stand in `read-message.ts` and `write-message.ts`. What may be absent on the wire has the zero of
 * its type, as in proto3, but for whole messages, which are `undefined`.
 */

/** Prefixes that one search may hold (SearchHashesRequest). */
export const PREFIXES_MAX = 1000

/** Kinds of threats; the numbers are the wire's. A client must disregard what it does not know. */
export const THREAT_TYPE = {
  MALWARE: 1,
  SOCIAL_ENGINEERING: 2,
  UNWANTED_SOFTWARE: 3,
  POTENTIALLY_HARMFUL_APPLICATION: 4,
} as const

/** A name of {@link THREAT_TYPE}. */
export type ThreatType = keyof typeof THREAT_TYPE

/** Length of the hashes of a list (HashListMetadata.HashLength). */
export const HASH_LENGTH = { FOUR_BYTES: 2, EIGHT_BYTES: 3, SIXTEEN_BYTES: 4, THIRTY_TWO_BYTES: 5 } as const

/** A name of {@link HASH_LENGTH}. */
export type HashLength = keyof typeof HASH_LENGTH

/** A full hash that was found. */
export interface FullHash {
  /** 32 bytes. */
  readonly fullHash: Uint8Array
  /** What it is; details with a type or an attribute that is not known are left out, as the protocol asks. */
  readonly threatTypes: readonly ThreatType[]
}

/** The answer to a search. */
export interface SearchResponse {
  readonly fullHashes: readonly FullHash[]
  /** How long every prefix that was asked may be kept, found or not. 0 where absent. */
  readonly cacheDurationSeconds: number
}

/** What a client can hold; 0 for no limit. */
export interface SizeConstraints {
  /** Additions and removals in one update; at least 1,024. */
  readonly maxUpdateEntries: number
  /** Hashes in all. */
  readonly maxDatabaseEntries: number
}

/** A question for several lists. Versions stand in any order and may be fewer than names. */
export interface BatchGetRequest {
  readonly names: readonly string[]
  readonly versions: readonly Uint8Array[]
  readonly sizeConstraints: SizeConstraints
}

/** Numbers that ascend: the first, and what each adds to the one before it, in a Golomb-Rice code. */
export interface RiceDelta<Value extends number | bigint> {
  readonly firstValue: Value
  /** Low bits of a difference that are written as they are. 0 where there is a single number. */
  readonly riceParameter: number
  /** Differences, so one less than numbers. */
  readonly entriesCount: number
  readonly encodedData: Uint8Array
}

/** Of 32-bit numbers: prefixes of 4 bytes, read big-endian, or places in a list. */
export type RiceDelta32 = RiceDelta<number>

/** The hashes that a list gains, all of one length. */
export type Additions =
  | { readonly bytes: 4; readonly delta: RiceDelta32 }
  | { readonly bytes: 8 | 16 | 32; readonly delta: RiceDelta<bigint> }

/** What a list is about. */
export interface HashListMetadata {
  readonly threatTypes: readonly ThreatType[]
  /** In English. */
  readonly description: string
  readonly hashLength: HashLength | undefined
}

/** A list, whole or as it differs from a former version. */
export interface HashList {
  readonly name: string
  /** Means something to the server alone. */
  readonly version: Uint8Array
  /** Whether the rest is to be applied to what the client has: first the removals, then the additions. */
  readonly partialUpdate: boolean
  readonly additions: Additions | undefined
  /** Places in the sorted list that the client has. */
  readonly compressedRemovals: RiceDelta32 | undefined
  /** 0: there is more at once, which the client's constraints kept back. */
  readonly minimumWaitSeconds: number
  /** SHA-256 over all hashes in order after the update, 32 bytes; empty where nothing changed. */
  readonly sha256Checksum: Uint8Array
  readonly metadata: HashListMetadata | undefined
}
