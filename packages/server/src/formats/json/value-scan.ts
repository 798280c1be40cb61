/** Containers in one another, at most: deeper ones are refused, though their end is still found. */
export const NESTING_MAX = 64

const OTHER = 0
const QUOTE = 1
const ESCAPE = 2
const OPEN = 3
const CLOSE = 4
/** Ends a number or a word: a comma, white space. */
const GAP = 5

const CLASSES = classes()

/** Finds the end of one JSON value, in pieces of any size. What stands inside is checked by `JSON.parse`, not here. */
export class ValueScan {
  #depth = 0
  #quoted = false
  #escaped = false
  #isWord = false
  #deepest = 0

  /** Begins at the first byte of a value. */
  begin(first: number): void {
    const kind = CLASSES[first] as number
    this.#depth = 0
    this.#quoted = false
    this.#escaped = false
    this.#deepest = 0
    this.#isWord = kind !== QUOTE && kind !== OPEN
  }

  /** Whether the value had more containers in one another than {@link NESTING_MAX}. */
  get isTooDeep(): boolean {
    return this.#deepest > NESTING_MAX
  }

  /** Where the value ends (the place behind its last byte), or −1 if that lies behind these bytes. */
  endIn(bytes: Uint8Array, from: number): number {
    if (this.#isWord) return endOfWord(bytes, from)
    let depth = this.#depth
    let quoted = this.#quoted
    let at = from
    if (this.#escaped && at < bytes.length) {
      this.#escaped = false
      at++
    }
    for (; at < bytes.length; at++) {
      const kind = CLASSES[bytes[at] as number] as number
      if (kind === OTHER || kind === GAP) continue
      if (quoted) {
        if (kind === ESCAPE) {
          if (++at === bytes.length) this.#escaped = true
        } else if (kind === QUOTE) {
          quoted = false
          if (depth === 0) return at + 1
        }
      } else if (kind === QUOTE) quoted = true
      else if (kind === OPEN) {
        if (++depth > this.#deepest) this.#deepest = depth
      } else if (kind === CLOSE && --depth <= 0) return at + 1
    }
    this.#depth = depth
    this.#quoted = quoted
    return -1
  }
}

function endOfWord(bytes: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; at++) if ((CLASSES[bytes[at] as number] as number) >= CLOSE) return at
  return -1
}

/** The class of each byte. A table of 256 numbers, filled once. */
function classes(): Uint8Array {
  const table = new Uint8Array(256)
  const rows: readonly (readonly [string, number])[] = [
    ['"', QUOTE],
    ['\\', ESCAPE],
    ['[{', OPEN],
    [']}', CLOSE],
    [', \t\r\n', GAP],
  ]
  for (const [characters, kind] of rows) for (const each of characters) table[each.charCodeAt(0)] = kind
  return table
}
