/**
 * The ledger: the memory of evidence and relations. Only the intake writes evidence, only the scorer reads it for the
 * book; nothing that a door can reach leads here.
 *
 * What an acknowledged write promises: it is on disk. What the journal promises: every subject whose evidence or whose
 * sources' standing changed stands in it after the change, in the same transaction, so that a scorer that is killed at
 * any moment goes on from its last place and misses nothing. The same holds of relations: who gains or loses a neighbour
 * is journaled, and whoever reads the journal is given the neighbours of what it names.
 *
 * Relations rest on evidence: they are those of the statements that stand, and go with the last that made them. A
 * source may relate one subject to others so often and no more; what is over that says nothing.
 *
 * Digests of one file rest on evidence as well. Those that are sure enough to be of one file (the rules are those of
 * `FileIdentities` in core/similarity) have one case under each name: the evidence of all, journaled together.
 */
import type { EvidenceRecord, Instant, KindName } from '@tocsin/core/evidence'
import type { SourceStanding } from '@tocsin/core/scoring'
import type { Tlsh } from '@tocsin/core/similarity'
import type { SubjectType } from '@tocsin/core/subject'

/** A place in the journal: everything up to it has been seen. 0 is before the first. */
export type Place = number

/** A source of evidence as the ledger knows it. */
export interface LedgerSource extends SourceStanding {
  /** Unique and stable: it breaks ties in the score. */
  readonly name: string
  readonly origin: 'feed' | 'import' | 'starter' | 'key' | 'mining'
}

/** A subject as it is stored: the value is absent where only the hash is known. */
export interface LedgerSubject {
  readonly type: SubjectType
  /** 32 bytes. */
  readonly key: Uint8Array
  readonly value: string | undefined
}

/** Evidence on its way in: well-formed, admitted, not yet known to be new. */
export interface EvidenceWrite {
  readonly subject: LedgerSubject
  readonly kind: KindName
  /** Thousandths, 1 to 1000. */
  readonly confidence: number
  /** Absent for a standing fact. */
  readonly at: Instant | undefined
  /** Makes a repeat recognisable: unique per source for {@link RECEIPT_DAYS}; absent within a generation. */
  readonly id?: string
  /** The relation group, with every member of it but the subject. */
  readonly relation?: { readonly group: string; readonly members: readonly LedgerSubject[] }
  /** Of a file: what else the very same content is called. */
  readonly digests?: FileDigests
}

/** Other names of a file, as one statement has them. */
export interface FileDigests {
  /** Subjects of type `file`, each with its value, none of them the subject itself; at most one of each kind of digest. */
  readonly names: readonly LedgerSubject[]
  /** What it is like, see `core/similarity`. */
  readonly tlsh?: Tlsh
}

/** Days for which an evidence id is remembered. */
export const RECEIPT_DAYS = 7

/** A list on its way in: what the source held before and is not written again is retracted by its commit. */
export interface Generation {
  readonly source: string
  readonly number: number
}

/** Writes of one source, all in one transaction. */
export interface LedgerWrite {
  readonly source: LedgerSource
  readonly receivedAt: Instant
  readonly evidence: readonly EvidenceWrite[]
  readonly generation?: Generation | undefined
}

/** What became of a write: one word per piece of evidence, in order. */
export type WriteOutcome = readonly ('new' | 'duplicate')[]

/** A subject that was met together with another one. */
export interface LedgerNeighbour {
  readonly subject: LedgerSubject
  /** At least one: what nobody speaks of says nothing about its company. */
  readonly records: readonly EvidenceRecord[]
  /** Its own credible neighbours. */
  readonly degree: number
  /** The sources that saw the two together. */
  readonly by: readonly string[]
}

/** A subject with all that bears on its score. */
export interface SubjectCase {
  readonly subject: LedgerSubject
  readonly records: readonly EvidenceRecord[]
  /** Absent where it was met with nobody who matters, or with so many that it is a hub. */
  readonly relations?: {
    /** Its credible neighbours, see `Neighbour` in core/scoring. */
    readonly degree: number
    readonly neighbours: readonly LedgerNeighbour[]
  }
  /** Absent where the subject is no file, or nobody trusted says more of it than this one name. */
  readonly file?: FileNames
}

/** What is known of a file beside the name by which it was asked for. */
export interface FileNames {
  /** Its other names, whose evidence is among the records. */
  readonly others: readonly LedgerSubject[]
  /** Whether trusted sources contradict each other about its names; those in doubt are kept apart. */
  readonly isContested: boolean
  /** What it is like; absent where nobody trusted says it, or they differ. */
  readonly tlsh: Tlsh | undefined
}

/** Counts for people. */
export interface LedgerCounts {
  /** The last place in the journal. */
  readonly place: Place
  readonly subjects: number
  readonly evidence: number
  readonly sources: readonly (LedgerSource & { readonly evidence: number })[]
}

/**
 * The port. Adapters: SQLite, PostgreSQL. All methods reject when the store cannot be written or read; what the store
 * refuses to write is `unavailable`.
 */
export interface Ledger extends AsyncDisposable {
  /**
   * Writes evidence; resolves when it is durable. Calls that wait together share one transaction, and none is refused
   * for the sake of another.
   */
  write(write: LedgerWrite): Promise<WriteOutcome>
  /** Takes back evidence of a source, and what it related by it; resolves with how many records went. */
  retract(
    source: string,
    items: readonly { readonly subject: LedgerSubject; readonly kind: KindName }[],
  ): Promise<number>
  /**
   * Gives a text to subjects that are known by their key alone, each with its value; resolves with how many were. What is
   * not known, or has a text, is left as it is. That a text goes with its key is for the caller to have checked.
   */
  name(subjects: readonly LedgerSubject[]): Promise<number>
  /**
   * Begins a generation of a source. A generation that was begun earlier and not committed is forgotten; one that is
   * being committed is waited for.
   */
  begin(source: LedgerSource): Promise<Generation>
  /**
   * Retracts what the source held before and this generation does not hold; resolves with how many records went. What
   * the source says beside its generation, while that is open, stays.
   */
  commit(generation: Generation): Promise<number>
  /**
   * The subjects touched after a place, at most `limit`, with the neighbours of those whose evidence changed, each once
   * with its evidence and that of its neighbours, and the place reached.
   */
  touchedSince(place: Place, limit: number): Promise<{ readonly cases: readonly SubjectCase[]; readonly place: Place }>
  /** The place of the last touch. */
  place(): Place
  /** Whether the journal still tells all that was touched after a place: not if it was swept, or ends before it. */
  covers(place: Place): Promise<boolean>
  /** Journals every subject anew, for a book that has to be made from nothing. */
  touchAll(): Promise<void>
  /** One subject's evidence; no records where nothing is known. */
  caseOf(type: SubjectType, key: Uint8Array): Promise<SubjectCase | undefined>
  /** All sources by name. */
  sources(): Promise<readonly LedgerSource[]>
  counts(): Promise<LedgerCounts>
}
