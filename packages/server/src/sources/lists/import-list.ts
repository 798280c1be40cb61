/**
 * The import of a whole list, as one generation of its source: what the list does not hold any more is retracted when
 * its last record has been accepted, and not before. A list that cannot be read to its end, or of which no record was
 * accepted, retracts nothing: a broken list is no empty list, and an empty one is a broken one.
 *
 * Memory is bounded: a piece of input, the sample that the format is found from, and two batches of offers, one on its way
 * to the ledger and one being read. Only the history of a list (`delta`) is held as what it comes to, up to a limit.
 */
import { ProblemError } from '@tocsin/core/base'
import { kindOf } from '@tocsin/core/evidence'
import type { WireImport } from '@tocsin/core/wire'
import { ALL_FORMATS, findFormat } from '../../formats/all.ts'
import type { ColumnMapping } from '../../formats/format.ts'
import { readPieces } from './pieces.ts'
import type { ImportCounts } from './tally.ts'
import { ListWriter, type WriterParts } from './writer.ts'

export { BATCH_OFFERS, type ImportProgress } from './writer.ts'

/** What a list means whose user and format say nothing. */
const KIND_DEFAULT = 'listed'

/** A list of what is harmless: taken for bad by default, it would have the most visited sites blocked. */
const HARMLESS = 'misp-warninglist'

/** An import: the list, what it means, and the intake of its source. */
export interface ListImport extends Omit<WriterParts, 'kind'> {
  /** From the catalogue of kinds; `listed` where absent, but for a format of what is harmless, which needs it. */
  readonly kind?: string | undefined
  readonly chunks: AsyncIterable<Uint8Array>
  /** The name of a format, or `auto`, which finds it from the first 64 KiB. */
  readonly format: string
  /** For `csv`: what its columns are. */
  readonly columns?: ColumnMapping | undefined
  /** What the list was called where it comes from; helps to find its format. */
  readonly fileName?: string | undefined
}

/**
 * Imports a list. Resolves when it is durable and what it dropped is retracted. Rejects, with nothing retracted, when
 * the input breaks off or the intake fails, and with a `ProblemError` (`invalid`) when no record was accepted, the text is in
 * no format, or the options are wrong.
 */
export async function importList({
  chunks,
  format,
  columns,
  fileName = '',
  kind,
  ...rest
}: ListImport): Promise<ImportCounts> {
  const parts: WriterParts = { ...rest, kind: kind ?? KIND_DEFAULT }
  checkOptions(parts, format)
  const writer = new ListWriter(parts)
  let found = format
  try {
    for await (const piece of readPieces(chunks, format, fileName, columns === undefined ? {} : { columns })) {
      found = piece.format
      if (kind === undefined && found === HARMLESS) throw invalid(UNSAID)
      writer.tally.bytes += piece.bytes
      await writer.take(piece.records, found)
    }
    await writer.finish()
  } finally {
    await writer.settle()
  }
  const retracted = await writer.commit()
  return writer.tally.counts(found, retracted)
}

const UNSAID =
  'Cannot import list: what a MISP warninglist means must be said, as it lists what is harmless: --kind popular, --kind certified or --kind known-good'

/** The counts of an import as they go over the wire. */
export function importToWire(source: string, counts: ImportCounts): WireImport {
  const { lines, accepted, refused, skipped, retracted, refusals } = counts
  return { source, lines, accepted, refused, skipped, retracted, refusals }
}

function checkOptions({ kind, confidence }: WriterParts, format: string): void {
  if (kindOf(kind) === undefined) {
    throw invalid(`Cannot import list: kind "${kind}" is not in the catalogue`)
  }
  if (!(confidence > 0 && confidence <= 1)) {
    throw invalid(`Cannot import list: confidence must be above 0 and at most 1, found ${confidence}`)
  }
  if (format === 'auto' || findFormat(format) !== undefined) return
  const known = ALL_FORMATS.map(each => each.name).join(', ')
  throw invalid(`Cannot import list: format must be one of auto, ${known}, found ${JSON.stringify(format)}`)
}

function invalid(message: string): ProblemError {
  return new ProblemError({ code: 'invalid', message })
}
