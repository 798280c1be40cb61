import { refused } from '../content.ts'
import type { Content, FeedRecord, FormatReader } from '../format.ts'
import { NdjsonSplitter } from './ndjson.ts'
import { pathOf } from './path.ts'
import { type JsonElement, JsonSplitter } from './splitter.ts'

/** Bytes by which it shows whether a text is one value or a value in each line, where a format allows both. */
const SHAPE_BYTES_MAX = 65_536

/** What a format does with the elements of a JSON text. */
export interface Elements {
  /** Where the elements stand in one JSON value. */
  readonly paths: readonly string[]
  /** Also takes lines with an element each, which come as elements of path −1. */
  readonly lines?: true
  /** What an element says: none, one or several records. Broken elements do not get here. */
  read(element: JsonElement): readonly Content[]
  /** What is left to say when the text has ended. */
  rest?(): readonly Content[]
}

/** A reader of JSON: the elements as they come, numbered by record. */
export function readElements(elements: Elements): FormatReader {
  return new ElementReader(elements)
}

interface Splitter {
  push(bytes: Uint8Array): readonly JsonElement[]
  end(): readonly JsonElement[] | undefined | void
}

class ElementReader implements FormatReader {
  readonly #elements: Elements
  #splitter: Splitter | undefined
  #isLines = false
  /** The beginning of the text, while it is not clear what shape it has. */
  #held: Buffer = Buffer.alloc(0)
  #place = 0
  #bytes = 0

  constructor(elements: Elements) {
    this.#elements = elements
    if (elements.lines !== true) this.#open(false)
  }

  push(bytes: Uint8Array): readonly FeedRecord[] {
    this.#bytes += bytes.length
    if (this.#splitter !== undefined) return this.#records(this.#splitter.push(bytes))
    this.#held = Buffer.concat([this.#held, bytes])
    const isLines = shapeOf(this.#held)
    return isLines === undefined ? [] : this.#release(isLines)
  }

  end(): readonly FeedRecord[] {
    const held = this.#held
    const records = this.#splitter === undefined ? [...this.#release(false)] : []
    records.push(...this.#records(this.#splitter?.end() ?? []))
    // One value alone, without any element: a single line.
    if (this.#place === 0 && held.length > 0) records.push(...this.#single(held))
    records.push(...this.#number(this.#elements.rest?.() ?? []))
    if (this.#place === 0 && this.#elements.lines === true && this.#bytes >= SHAPE_BYTES_MAX) {
      // So much text and no list in it: not a short list, but something else.
      const wanted = this.#elements.paths.join(', ')
      return this.#number([refused('not-a-subject', `the text must have lists at ${wanted}, found none`)])
    }
    return records
  }

  #single(held: Buffer): readonly FeedRecord[] {
    this.#isLines = true
    const splitter = new NdjsonSplitter()
    return this.#records([
      ...splitter.push(Buffer.from(held.toString('latin1').replaceAll(/[\r\n]/g, ' '), 'latin1')),
      ...splitter.end(),
    ])
  }

  #open(isLines: boolean): Splitter {
    this.#isLines = isLines
    this.#splitter = isLines ? new NdjsonSplitter() : new JsonSplitter(this.#elements.paths.map(pathOf))
    return this.#splitter
  }

  #release(isLines: boolean): readonly FeedRecord[] {
    const held = this.#held
    this.#held = Buffer.alloc(0)
    return this.#records(this.#open(isLines).push(held))
  }

  #records(elements: readonly JsonElement[]): readonly FeedRecord[] {
    const records: FeedRecord[] = []
    for (const element of elements) {
      const { broken } = element
      if (broken !== undefined) records.push({ place: ++this.#place, content: refused(broken.cause, broken.reason) })
      else {
        const contents = this.#elements.read(this.#isLines ? { ...element, path: -1 } : element)
        for (const content of contents) records.push({ place: ++this.#place, content })
      }
    }
    return records
  }

  #number(contents: readonly Content[]): readonly FeedRecord[] {
    return contents.map(content => ({ place: ++this.#place, content }))
  }
}

/**
 * Whether a text is lines with a value each: its first line is one whole object or string, and something follows. `undefined`
 * while that is open; decided by the first 64 KiB alone, so that it does not depend on how they are cut.
 */
function shapeOf(held: Buffer): boolean | undefined {
  // As Latin-1, so that a character cut in two is not another one; the mark of UTF-8 then is three characters.
  const text = held.subarray(0, SHAPE_BYTES_MAX).toString('latin1')
  const lines = /^(?:\xef\xbb\xbf)?[ \t\r\n]*([{"][^\n]*)\n[ \t\r\n]*[^ \t\r\n]/.exec(text)
  if (lines !== null) return isJson(lines[1] as string)
  return /^[ \t\r\n]*[^ \t\r\n{"\xef]/.test(text) || held.length >= SHAPE_BYTES_MAX ? false : undefined
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
