/**
 * What a format of lists is: bytes in, indicators and refusals out. Pure: no clock, no file, no network. However the
 * bytes are cut into pieces, the records are the same, and memory is bounded by the limits of the format, not by the
 * size of the input.
 *
 * Every data line (or object, attribute, row: the format's `unit`) comes out as exactly one record, so that accepted +
 * refused + skipped = records. A record is never taken by halves: where one part of it cannot be read, it is refused.
 */
import type { KindName } from '@tocsin/core/evidence'

/** One thing that a feed says of one subject. */
export interface Indicator {
  /** Canonical text with its type, as `ip:192.0.2.1`, `url:example.com/a`, `file:md5:…`. */
  readonly subject: string
  /** From the catalogue of kinds, where the format itself says what it means; else what the feed's settings say. */
  readonly kind?: KindName
  /** Above 0, at most 1, where the format itself says it. */
  readonly confidence?: number
  /** When it was observed, where the record is dated: ISO 8601 in UTC. */
  readonly observedAt?: string
  /** Subjects of the same record (the host of a C&C), canonical text with type. */
  readonly related?: readonly string[]
  /** Of a file: other digests of the very same content. */
  readonly digests?: Digests
  /** True where the record says that the subject is on the list no more (deltas, revoked objects). */
  readonly gone?: true
}

/** Digests of one file in hexadecimal, lower case; the one that the subject itself is may be among them. */
export interface Digests {
  readonly md5?: string
  readonly sha1?: string
  readonly sha256?: string
  /** As the record has it: 70 digits, with or without `T1` before them. */
  readonly tlsh?: string
}

/** Why a record was refused, for counting; the reason beside it is for people. */
export type RefusalCause =
  | 'too-long'
  | 'too-deep'
  | 'nul'
  | 'not-utf8'
  | 'not-a-subject'
  | 'several-words'
  | 'range'
  | 'port'
  | 'pattern'
  | 'empty-file'
  | 'too-broad'
  | 'columns'
  | 'syntax'
  | 'not-taken'

/** Why a record says nothing on purpose. Blank lines and comments are no data lines. */
export type SkipCause =
  | 'blank'
  | 'comment'
  | 'header'
  | 'own-name'
  | 'exception'
  | 'not-an-indicator'
  | 'not-for-detection'
  | 'revoked'
  | 'metadata'

/** What a record says. */
export type Content =
  | { readonly is: 'indicators'; readonly indicators: readonly Indicator[] }
  | { readonly is: 'skipped'; readonly cause: SkipCause }
  | { readonly is: 'refused'; readonly cause: RefusalCause; readonly reason: string }

/** A data line, object or row by its number, from 1. */
export interface FeedRecord {
  readonly place: number
  readonly content: Content
}

/** Reads one input. */
export interface FormatReader {
  /** Takes the next bytes and gives the records that they complete. The bytes may be used again afterwards. */
  push(bytes: Uint8Array): readonly FeedRecord[]
  /**
   * Gives what remains. Throws a `ProblemError` (`invalid`) where the input cannot have ended here: a JSON text that
   * breaks off is a broken feed, and not a short one.
   */
  end(): readonly FeedRecord[]
}

/** The beginning of an input, for finding its format. */
export interface Sample {
  /** The name of the file or the last part of the address, lower case, without `.gz` and the like; may be empty. */
  readonly name: string
  /** The first 64 KiB, at most. */
  readonly bytes: Uint8Array
  /** The same as text (what is not UTF-8 is replaced), and its whole lines. */
  readonly text: string
  readonly lines: readonly string[]
}

/** What a user may say of an input beside its format. */
export interface FormatOptions {
  /** For `csv`: what each column is. */
  readonly columns?: ColumnMapping
}

/** Which columns hold what: by name of the header line, or by number from 1. */
export interface ColumnMapping {
  /** `auto`: the first column that parses as a subject in most rows. */
  readonly subject: string | number
  /** A column with the time of observation. */
  readonly observedAt?: string | number
  /** A column with 0 to 100 (or 0 to 1 where no value of the first rows is above 1). */
  readonly confidence?: string | number
  /** One character; found from the first lines where absent. */
  readonly separator?: string
  /** Whether the first line names the columns; found where absent. */
  readonly header?: boolean
}

/** A format: one row of the table in `all.ts`. */
export interface Format {
  /** Lower case, stable: users write it behind `--format`. */
  readonly name: string
  /** One line for `--help`. */
  readonly about: string
  readonly unit: 'line' | 'row' | 'object' | 'attribute'
  /**
   * How sure the format is that the input is its own: 0 (no) to 1 (has its mark, as a header that nobody else writes).
   * The highest takes it; ties go to the earlier row of the table.
   */
  detect(sample: Sample): number
  open(options: FormatOptions): FormatReader
}
