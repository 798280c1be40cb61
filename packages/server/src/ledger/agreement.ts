/** What sources say of the same subjects: for learning how far to trust them, never for a score. */
import type { Instant } from '@tocsin/core/evidence'
import type { SubjectType } from '@tocsin/core/subject'

/** One source on one subject: that it incriminates it by its own word, or that it has looked and cleared it. */
export interface SubjectVoice {
  readonly source: string
  readonly says: 'bad' | 'cleared'
  /** When the ledger last heard so: a repeat that changes nothing is not heard. */
  readonly at: Instant
}

/** All voices about one subject, one for each source and word. What the node derived is nobody's voice. */
export interface SubjectVoices {
  readonly type: SubjectType
  /** 32 bytes. */
  readonly key: Uint8Array
  readonly voices: readonly SubjectVoice[]
}

/** Subjects that one question gives, at most. */
export const VOICES_MAX = 50_000

/** The port, beside that of the ledger: it reads alone, and not where the engine writes. A source nobody knows says nothing. */
export interface LedgerAgreement extends AsyncDisposable {
  /** The number of the newest subject; subjects are numbered in the order in which they were first met. */
  newestSubject(): Promise<number>
  /** Subjects numbered above `after` that a source incriminates, at most {@link VOICES_MAX}. */
  newOf(source: string, after: number): Promise<readonly SubjectVoices[]>
  /** What is said of given subjects, in their order; no voices where nothing is. */
  of(subjects: readonly Pick<SubjectVoices, 'type' | 'key'>[]): Promise<readonly SubjectVoices[]>
  /** Subjects that a source has cleared, the newest first, at most {@link VOICES_MAX}. */
  clearedBy(source: string): Promise<readonly SubjectVoices[]>
  /** Subjects that a source incriminates, as good as drawn by lot, at most {@link VOICES_MAX}. */
  sampleOf(source: string): Promise<readonly SubjectVoices[]>
}
