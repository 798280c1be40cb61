/** A format of lines from what one line says: the rest (bytes, ends of lines, broken lines, numbers) is the same for all. */
import { refused } from '../content.ts'
import type { Content, FeedRecord, Format, FormatReader, Sample } from '../format.ts'
import { type Breakage, LINE_BYTES_MAX, LineSplitter } from './splitter.ts'

/** Reads the lines of one input, for formats in which a line depends on those before it. */
export interface LineReading {
  /** What a line says; `undefined` where it goes on in the next one, with which it is one record. */
  read(line: string): Content | undefined
  /** What was begun and did not go on. */
  end?(): Content | undefined
}

/** What makes a format of lines. */
export interface LineFormatParts {
  readonly name: string
  readonly about: string
  readonly detect: (sample: Sample) => number
  /** Bytes of a line, at most; {@link LINE_BYTES_MAX} where absent. */
  readonly lineBytesMax?: number
  /** A pure function of the line, or a reading with a memory for each input. */
  readonly reads: ((line: string) => Content) | { open(): LineReading }
}

/** Makes the format. */
export function lineFormat({ name, about, detect, lineBytesMax = LINE_BYTES_MAX, reads }: LineFormatParts): Format {
  return {
    name,
    about,
    unit: 'line',
    detect,
    open: () => new LineFormatReader(typeof reads === 'function' ? { read: reads } : reads.open(), lineBytesMax),
  }
}

class LineFormatReader implements FormatReader {
  readonly #reading: LineReading
  readonly #lineBytesMax: number
  readonly #splitter: LineSplitter
  #records: FeedRecord[] = []
  #number = 0
  /** The first line of the record that goes on; 0 for none. */
  #begun = 0

  constructor(reading: LineReading, lineBytesMax: number) {
    this.#reading = reading
    this.#lineBytesMax = lineBytesMax
    this.#splitter = new LineSplitter(lineBytesMax)
  }

  push(bytes: Uint8Array): readonly FeedRecord[] {
    this.#splitter.push(bytes, this.#take)
    return this.#taken()
  }

  end(): readonly FeedRecord[] {
    this.#splitter.end(this.#take)
    this.#close()
    return this.#taken()
  }

  readonly #take = (text: string, broken: Breakage | undefined): void => {
    const number = ++this.#number
    if (broken !== undefined) {
      this.#close()
      this.#records.push({ place: number, content: refused(broken, this.#why(broken)) })
      return
    }
    const content = this.#reading.read(text)
    if (content === undefined) {
      if (this.#begun === 0) this.#begun = number
      return
    }
    this.#records.push({ place: this.#begun === 0 ? number : this.#begun, content })
    this.#begun = 0
  }

  #close(): void {
    if (this.#begun === 0) return
    const content = this.#reading.end?.()
    if (content !== undefined) this.#records.push({ place: this.#begun, content })
    this.#begun = 0
  }

  #taken(): readonly FeedRecord[] {
    const records = this.#records
    this.#records = []
    return records
  }

  #why(broken: Breakage): string {
    if (broken === 'too-long') return `it must have at most ${this.#lineBytesMax} bytes`
    return broken === 'nul' ? 'it must not hold a zero byte (an archive, or UTF-16?)' : 'it must be UTF-8'
  }
}
