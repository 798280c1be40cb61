/**
 * The import of a whole list, as one generation of its source: what the list does not hold any more is retracted when
 * its last line has been accepted, and not before. A list that cannot be read to its end, or of which no line was
 * accepted, retracts nothing: a broken list is no empty list, and an empty one is a broken one.
 *
 * Memory is bounded: a piece of input, the lines that the form is found from, and two batches of offers, one on its way
 * to the ledger and one being read.
 */
import { ProblemError, unwrap } from '@tocsin/core/base'
import { kindOf } from '@tocsin/core/evidence'
import type { WireImport } from '@tocsin/core/wire'
import type { Generation, Intake, Offer } from '../../intake/intake.ts'
import { DETECTION_LINES, detectFormat } from './detection.ts'
import { isMeaningful, type ListFormat, readLine } from './formats.ts'
import { type Line, LineSplitter } from './lines.ts'
import { type ImportCounts, Tally } from './tally.ts'

/** Offers that are put at once. */
export const BATCH_OFFERS = 5000

/** What every line of a list means. */
export interface ListOptions {
  /** From the catalogue of kinds. */
  readonly kind: string
  /** 0 (excluded) to 1. */
  readonly confidence: number
  /** `auto` finds it from the first {@link DETECTION_LINES} lines. */
  readonly format: ListFormat | 'auto'
  /** When the lines were observed, ISO 8601 with an offset; only kinds that are events need it. Now, where absent. */
  readonly asOf?: string | undefined
}

/** How far an import is. */
export interface ImportProgress {
  readonly lines: number
  readonly bytes: number
  readonly accepted: number
  readonly refused: number
}

/** An import: the list, what it means, and the intake of its source. */
export interface ListImport extends ListOptions {
  readonly intake: Pick<Intake, 'begin' | 'put' | 'commit'>
  readonly chunks: AsyncIterable<Uint8Array>
  /** Told after each batch that is durable. */
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined
}

/**
 * Imports a list. Resolves when it is durable and what it dropped is retracted. Rejects, with nothing retracted, when
 * the input breaks off or the intake fails, and with a `ProblemError` (`invalid`) when no line was accepted or the
 * options are wrong.
 */
export async function importList({ chunks, ...options }: ListImport): Promise<ImportCounts> {
  checkOptions(options)
  const writer = new Writer(options)
  const splitter = new LineSplitter()
  let format = options.format
  let undecided: Line[] = []
  let meaningful = 0
  async function take(lines: readonly Line[], atEnd: boolean): Promise<void> {
    if (format !== 'auto') return await writer.take(format, lines)
    undecided.push(...lines)
    meaningful += lines.filter(line => line.broken !== undefined || isMeaningful(line.text)).length
    // Comments by the thousand must not fill the memory either.
    if (!atEnd && meaningful < DETECTION_LINES && undecided.length < 20 * DETECTION_LINES) return undefined
    format = unwrap(detectFormat(undecided))
    const waiting = undecided
    undecided = []
    return await writer.take(format, waiting)
  }
  try {
    for await (const chunk of chunks) {
      writer.tally.bytes += chunk.length
      await take(splitter.push(chunk), false)
    }
    await take(splitter.end(), true)
  } finally {
    await writer.settle()
  }
  const retracted = await writer.commit()
  return writer.tally.counts(format === 'auto' ? 'plain' : format, retracted)
}

/** The counts of an import as they go over the wire. */
export function importToWire(source: string, counts: ImportCounts): WireImport {
  const { lines, accepted, refused, skipped, retracted, refusals } = counts
  return { source, lines, accepted, refused, skipped, retracted, refusals }
}

function checkOptions({ kind, confidence }: ListOptions): void {
  if (kindOf(kind) === undefined) {
    throw invalid(`Cannot import list: kind "${kind}" is not in the catalogue`)
  }
  if (!(confidence > 0 && confidence <= 1)) {
    throw invalid(`Cannot import list: confidence must be above 0 and at most 1, found ${confidence}`)
  }
}

function invalid(message: string): ProblemError {
  return new ProblemError({ code: 'invalid', message })
}

/** Batches on their way to the intake, one at a time, while the next one is read. */
class Writer {
  readonly tally = new Tally()
  readonly #options: Omit<ListImport, 'chunks'>
  #offers: Offer[] = []
  /** The line of each offer. */
  #lineOf: number[] = []
  #generation: Generation | undefined
  #underway: Promise<void> | undefined

  constructor(options: Omit<ListImport, 'chunks'>) {
    this.#options = options
  }

  async take(format: ListFormat, lines: readonly Line[]): Promise<void> {
    for (const line of lines) {
      this.#read(format, line)
      if (this.#offers.length >= BATCH_OFFERS) await this.#send()
    }
  }

  /** Waits for the batch underway, whatever becomes of it. */
  async settle(): Promise<void> {
    await Promise.allSettled([this.#underway])
  }

  async commit(): Promise<number> {
    if (this.#offers.length > 0) await this.#send()
    await this.#underway
    if (this.#generation === undefined || this.tally.accepted === 0) throw invalid(this.tally.nothingAccepted())
    return await this.#options.intake.commit(this.#generation)
  }

  #read(format: ListFormat, line: Line): void {
    this.tally.lines++
    if (line.broken !== undefined) return this.tally.refuse(line.number, line.broken, BREAKAGES[line.broken])
    const content = readLine(format, line.text)
    if (content.is === 'skipped') this.tally.skipped++
    else if (content.is === 'refused') this.tally.refuse(line.number, content.cause, content.reason)
    else for (const subject of content.subjects) this.#offer(subject, line.number)
    return undefined
  }

  #offer(subject: string, line: number): void {
    const { kind, confidence, asOf } = this.#options
    this.#offers.push({ subject, kind, confidence, ...(asOf === undefined ? {} : { observedAt: asOf }) })
    this.#lineOf.push(line)
  }

  async #send(): Promise<void> {
    const offers = this.#offers
    const lineOf = this.#lineOf
    this.#offers = []
    this.#lineOf = []
    await this.#underway
    this.#underway = this.#put(offers, lineOf)
    // It is awaited before the next batch and at the end; until then its failure must not end the process.
    this.#underway.catch(() => undefined)
  }

  async #put(offers: readonly Offer[], lineOf: readonly number[]): Promise<void> {
    const { intake, onProgress } = this.#options
    this.#generation ??= await intake.begin()
    const receipt = await intake.put(offers, this.#generation)
    this.tally.receive(lineOf, receipt.refused)
    const { lines, bytes, accepted, refused } = this.tally
    onProgress?.({ lines, bytes, accepted, refused })
  }
}

const BREAKAGES = {
  'too-long': 'it must have at most 4096 bytes',
  nul: 'it must not hold a zero byte (an archive, or UTF-16?)',
  'not-utf8': 'it must be UTF-8',
} as const
