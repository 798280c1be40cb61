/** The trust in force: what sources have learnt, and what the operator pins. */
import type { LedgerSource, LedgerWrite } from '../../ledger/ledger.ts'
import { readTrustFile, type TrustEntry, type TrustEpoch, writeTrustFile } from './table-file.ts'

/** See above. One holder of a file at a time. */
export class TrustTable {
  readonly #path: string
  #epoch: TrustEpoch
  #byName: ReadonlyMap<string, TrustEntry>

  /** For {@link openTrustTable}. */
  constructor(path: string, epoch: TrustEpoch) {
    this.#path = path
    this.#epoch = epoch
    this.#byName = new Map(epoch.sources.map(entry => [entry.name, entry]))
  }

  get epoch(): TrustEpoch {
    return this.#epoch
  }

  find(name: string): TrustEntry | undefined {
    return this.#byName.get(name)
  }

  /**
   * The step that a source's word counts, whatever it comes with: reports carry the trust that their key was made with,
   * feeds the one that they are configured with. What was learnt holds for the start that it was learnt from: where the
   * operator gives a source another one, that is the new start.
   */
  stepOf({ name, trustStep }: Pick<LedgerSource, 'name' | 'trustStep'>): number {
    const entry = this.#byName.get(name)
    if (entry === undefined) return trustStep
    return entry.pinned ?? (entry.start === trustStep ? entry.after : trustStep)
  }

  /** A write as it has to reach the ledger. */
  weighed(write: LedgerWrite): LedgerWrite {
    const trustStep = this.stepOf(write.source)
    return trustStep === write.source.trustStep ? write : { ...write, source: { ...write.source, trustStep } }
  }

  /** Puts another table in force, once it is on the disk. */
  async replace(epoch: TrustEpoch): Promise<void> {
    await writeTrustFile(this.#path, epoch)
    this.#epoch = epoch
    this.#byName = new Map(epoch.sources.map(entry => [entry.name, entry]))
  }
}

/** Opens the table in a file; throws a `ProblemError` for one that is damaged. */
export async function openTrustTable(path: string): Promise<TrustTable> {
  return new TrustTable(path, await readTrustFile(path))
}
