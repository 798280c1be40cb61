import type { KindAuthority } from '@tocsin/core/evidence'
import type { LedgerSource } from '../ledger/ledger.ts'

/** Who offers evidence, established by the composition (feeds, imports) or by a key (reports). */
export interface Identity {
  readonly source: LedgerSource
  /** Which kinds it may send. */
  readonly authority: KindAuthority
}

const RANK: Readonly<Record<KindAuthority, number>> = { reporter: 0, feed: 1, analyst: 2, derived: 3 }

/** Whether an identity may send what needs the given authority. */
export function maySend(identity: Identity, needed: KindAuthority): boolean {
  return RANK[identity.authority] >= RANK[needed]
}
