/** The miners of a node: the one list. Each has a source of its own, `tocsin:<name>`. */
import type { DatabaseSync } from 'node:sqlite'
import type { Sha256 } from '@tocsin/core/base'
import type { Instant, KindName } from '@tocsin/core/evidence'
import type { PublicSuffixes, Subject, SubjectType } from '@tocsin/core/subject'
import type { Entry } from '@tocsin/core/verdict'
import type { Enrichment } from '../enrichment/enrichment.ts'
import { HostMiner } from '../mining/hosts/hosts.ts'
import { SharedHostMiner } from '../mining/hosts/shared-hosts.ts'
import type { Findings } from '../mining/miner.ts'
import { NeighbourhoodMiner } from '../mining/neighbourhoods/neighbourhoods.ts'
import type { BookFollower } from '../mining/reader.ts'
import type { RdapParts, WebHistoryOf } from '../mining/web/index.ts'
import { mineFiles } from './mining-files.ts'
import type { News, NewsName } from './mining-inbox.ts'
import { mineNames } from './mining-names.ts'
import { mineSenders } from './mining-senders.ts'
import { mineWeb } from './mining-web.ts'

/** What a miner may be built from. */
export interface MinerParts {
  readonly findings: Findings
  readonly suffixes: PublicSuffixes
  readonly enrichment: Pick<Enrichment, 'rankOf' | 'asnOf' | 'countryOf' | 'classesOf'>
  readonly clock: () => Instant
  readonly sha256: Sha256
  /** 32 random bits, for tables that strangers must not choose collisions for. */
  readonly seed: number
  /** For files of their own. */
  readonly dataFolder: string
  /** The ledger's file, to read. */
  readonly ledger: DatabaseSync
  /** The book's entry of exactly this key, as its file has it: some microseconds. */
  readonly entryOf: (type: SubjectType, key: Uint8Array) => Entry | undefined
  /** Absent where registries are not asked. */
  readonly rdap: RdapParts | undefined
  /** Told of what went wrong and is tried again. */
  readonly failed: (error: unknown) => void
}

/** Who reads a note. `anyone` is whoever may look up, and must not learn who reported. */
export type Audience = 'analyst' | 'anyone'

/** A miner that runs. */
export interface RunningMiner {
  /** Where it reads the book. */
  readonly follower?: BookFollower
  /** What it wants to be told; none of it throws or waits. */
  readonly hears?: { readonly [Name in NewsName]?: (item: News[Name]) => void }
  /** Says and unsays what has changed; called in each round. `isAsked`: somebody waits for all that follows by now. */
  turn?(now: Instant, isAsked: boolean): void
  /** Does some milliseconds of what waits; says whether there is more. */
  work?(): boolean
  /**
   * Whether it has said all that it holds; absent where it has after a turn. Until then, what a run before said stays.
   */
  isWhole?(): boolean
  /** Figures for the metrics, by names of ours. */
  numbers?(): Readonly<Record<string, number>>
  /** What it knows of a subject, for people: sentences without a full stop. */
  notes?(subject: Subject, audience: Audience): readonly string[]
  /** What became of a name. */
  history?(domain: Subject): WebHistoryOf | undefined
  /** Closes what it holds. */
  close?(): void
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
  { name: 'names', make: mineNames },
  { name: 'web', make: mineWeb },
  { name: 'files', make: mineFiles },
  { name: 'senders', make: mineSenders },
]

function following(miner: BookFollower & { turn(now: Instant): void }): RunningMiner {
  return { follower: miner, turn: now => miner.turn(now) }
}
