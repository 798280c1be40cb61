/** What is known of the hosting of a name. */
import type { Instant } from '@tocsin/core/evidence'

/** Who saw a name lead to an address. */
export interface Site {
  /** The organisation behind it: two keys of one organisation are one site. */
  readonly name: string
  /** Whether its word alone is enough. */
  readonly isTrusted: boolean
}

/** Where an address is, as published data say; what is unknown is absent. */
export interface AddressContext {
  /** 1 to 4,294,967,295. */
  readonly asn?: number | undefined
  /** ISO 3166-1, two letters. */
  readonly country?: string | undefined
  /** Whether a published range of a content network holds it. */
  readonly isCdn?: boolean | undefined
}

/** A host that led to an address, over time. */
export interface Led {
  readonly host: string
  readonly address: string
  readonly asn: number | undefined
  readonly country: string | undefined
  readonly isCdn: boolean
  readonly firstSeen: Instant
  readonly lastSeen: Instant
  /** How often it was told. */
  readonly told: number
  /** Ids of the sites that told it, {@link SITES_KEPT} at most. */
  readonly sites: readonly number[]
  readonly isTrusted: boolean
}

/** Sites that are kept of one resolution: more say no more. */
export const SITES_KEPT = 8

/** Whether what these resolutions have in common was told by two sites, or by one that is trusted. */
export function isConfirmed(led: readonly Led[]): boolean {
  return led.some(({ isTrusted }) => isTrusted) || new Set(led.flatMap(({ sites }) => sites)).size >= 2
}

/** What a registry said when it was asked last. */
export type RegistryState = 'known' | 'absent' | 'failed' | 'unsupported'

/** A registrable domain. */
export interface DomainFacts {
  readonly name: string
  /** The earliest time of which this node was told. */
  readonly firstSeen: Instant
  readonly registeredAt: Instant | undefined
  readonly registrar: string | undefined
  readonly registryAskedAt: Instant | undefined
  readonly registryState: RegistryState | undefined
  /** The earliest beginning of a certificate that was told. */
  readonly certificateAt: Instant | undefined
}

export const DAY_MS = 86_400_000
