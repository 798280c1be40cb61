import { ELEMENT_BYTES_MAX, type JsonElement, parsed } from './splitter.ts'
import { NESTING_MAX, ValueScan } from './value-scan.ts'

const LF = 10
const MARK = Buffer.from([0xef, 0xbb, 0xbf])

/**
 * Bytes of lines, each a JSON value, to elements (path 0): however they are cut, the elements are the same. A line has at
 * most 1 MiB; a longer or broken one is given as broken, and reading goes on at the next. Blank lines are passed over.
 */
export class NdjsonSplitter {
  #pieces: Buffer[] = []
  #length = 0
  #isFirst = true

  /** Takes the next bytes and gives the elements that they complete. The bytes may be used again afterwards. */
  push(bytes: Uint8Array): readonly JsonElement[] {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const elements: JsonElement[] = []
    let from = 0
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, from)) {
      this.#keep(chunk.subarray(from, end))
      this.#complete(elements)
      from = end + 1
    }
    if (from < chunk.length) this.#keep(Buffer.from(chunk.subarray(from)))
    return elements
  }

  /** Gives the last line, if it had no end. */
  end(): readonly JsonElement[] {
    const elements: JsonElement[] = []
    this.#complete(elements)
    return elements
  }

  #keep(piece: Buffer): void {
    this.#length += piece.length
    if (this.#length > ELEMENT_BYTES_MAX) this.#pieces = []
    else this.#pieces.push(piece)
  }

  #complete(elements: JsonElement[]): void {
    const length = this.#length
    let bytes = this.#pieces.length === 1 ? (this.#pieces[0] as Buffer) : Buffer.concat(this.#pieces)
    if (this.#isFirst && bytes.subarray(0, MARK.length).equals(MARK)) bytes = bytes.subarray(MARK.length)
    this.#isFirst = false
    this.#pieces = []
    this.#length = 0
    if (length > ELEMENT_BYTES_MAX) {
      const reason = `a line must have at most ${ELEMENT_BYTES_MAX} bytes, found ${length}`
      elements.push({ path: 0, broken: { cause: 'too-long', reason } })
    } else if (!isBlank(bytes)) elements.push({ path: 0, ...readLine(bytes) })
  }
}

function readLine(bytes: Buffer): Pick<JsonElement, 'value' | 'broken'> {
  const scan = new ValueScan()
  const first = bytes.findIndex(byte => byte > 0x20)
  scan.begin(bytes[first] as number)
  scan.endIn(bytes, first)
  if (!scan.isTooDeep) return parsed(bytes)
  return { broken: { cause: 'too-deep', reason: `containers must nest at most ${NESTING_MAX} deep` } }
}

function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte > 0x20) return false
  return true
}
