/** The miners of a node: the one list. Each has a source of its own, `tocsin:<name>`. */
import type { Sha256 } from '@tocsin/core/base'
import type { Instant, KindName } from '@tocsin/core/evidence'
import type { PublicSuffixes } from '@tocsin/core/subject'
import type { Enrichment } from '../enrichment/enrichment.ts'
import { HostMiner } from '../mining/hosts/hosts.ts'
import { SharedHostMiner } from '../mining/hosts/shared-hosts.ts'
import type { Findings } from '../mining/miner.ts'
import { NeighbourhoodMiner } from '../mining/neighbourhoods/neighbourhoods.ts'
import type { BookFollower } from '../mining/reader.ts'

/** What a miner may be built from. */
export interface MinerParts {
  readonly findings: Findings
  readonly suffixes: PublicSuffixes
  readonly enrichment: Pick<Enrichment, 'rankOf' | 'asnOf' | 'countryOf'>
  readonly clock: () => Instant
  readonly sha256: Sha256
  /** 32 random bits, for tables that strangers must not choose collisions for. */
  readonly seed: number
}

/** A miner that runs. */
export interface RunningMiner {
  /** Where it reads the book. */
  readonly follower?: BookFollower
  /** Says and unsays what has changed; called in each round. */
  turn(now: Instant): void
  /**
   * Whether it has said all that it holds; absent where it has after a turn. Until then, what a run before said stays.
   */
  isWhole?(): boolean
}

/** A row of the list. */
export interface MinerRow {
  readonly name: string
  /** Kinds beside the derived ones that it may say. */
  readonly alsoSays?: readonly KindName[]
  readonly make: (parts: MinerParts) => RunningMiner
}

/** All miners. */
export const MINERS: readonly MinerRow[] = [
  { name: 'hosts', make: parts => following(new HostMiner({ ...parts, rankOf: parts.enrichment.rankOf })) },
  {
    name: 'shared-hosts',
    alsoSays: ['shared-host'],
    make: parts => following(new SharedHostMiner({ ...parts, rankOf: parts.enrichment.rankOf })),
  },
  { name: 'neighbourhoods', make: parts => following(new NeighbourhoodMiner(parts)) },
]

function following(miner: BookFollower & Pick<RunningMiner, 'turn'>): RunningMiner {
  return { follower: miner, turn: now => miner.turn(now) }
}
