/**
 * Bytes of one JSON text to the elements at the paths asked for, with the memory of one element: the containers on the way
 * are walked as they come, everything beside the paths is passed over, and each element is read by `JSON.parse`.
 *
 * An element that is too long, too deep, not UTF-8 or no JSON is given as broken, and reading goes on behind it. Where the
 * text around the elements is no JSON, nothing more is given, and `end` throws.
 */
import { isUtf8 } from 'node:buffer'
import { ProblemError } from '@tocsin/core/base'
import { quote } from '../content.ts'
import type { RefusalCause } from '../format.ts'
import { follow, type Path, type Trail } from './path.ts'
import { NESTING_MAX, ValueScan } from './value-scan.ts'

/** Bytes of an element, at most. */
export const ELEMENT_BYTES_MAX = 1 << 20

/** Bytes of a name of a member that can be one of a path, quotes included; longer ones are passed over. */
const NAME_BYTES_MAX = 1024

/** An element: the number of its path, the name of the member that it is or stands in, and its value or why it has none. */
export interface JsonElement {
  readonly path: number
  readonly name?: string
  readonly value?: unknown
  readonly broken?: { readonly cause: RefusalCause; readonly reason: string }
}

/** A container that is walked through. */
interface Frame {
  readonly isArray: boolean
  readonly trails: readonly Trail[]
  /** The name of the member that it is or stands in. */
  readonly name: string | undefined
}

/** What may come next. */
type Expecting = 'value' | 'value-or-end' | 'name' | 'name-or-end' | 'colon' | 'comma-or-end' | 'nothing'

/** What is being read: the text between values, a name, an element, or a value that nobody asked for. */
type Reading = 'structure' | 'name' | 'element' | 'passing'

const MARK = [0xef, 0xbb, 0xbf]

/** Splits a JSON text. One per text. */
export class JsonSplitter {
  readonly #top: readonly Trail[]
  readonly #scan = new ValueScan()
  readonly #frames: Frame[] = []
  #expecting: Expecting = 'value'
  #reading: Reading = 'structure'
  /** What came of the name or element that is being read, and how many bytes it has in all. */
  #pieces: Buffer[] = []
  #length = 0
  #path = 0
  #name: string | undefined
  /** Bytes before the current piece, and why the text cannot be read on. */
  #offset = 0
  #failure: string | undefined

  constructor(paths: readonly Path[]) {
    this.#top = paths.map((left, path) => ({ path, left }))
  }

  /** Takes the next bytes and gives the elements that they complete. The bytes may be used again afterwards. */
  push(bytes: Uint8Array): readonly JsonElement[] {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const elements: JsonElement[] = []
    let at = 0
    while (at < chunk.length && this.#failure === undefined) {
      at = this.#reading === 'structure' ? this.#structure(chunk, at) : this.#inside(chunk, at, elements)
    }
    this.#offset += chunk.length
    return elements
  }

  /** Gives nothing, or throws a `ProblemError` (`invalid`) where the text is no JSON or breaks off. */
  end(): void {
    const ended = this.#reading === 'structure' && this.#expecting === 'nothing'
    // A number or a word at the top has no end but the end of the text.
    const isWord =
      this.#reading !== 'structure' && this.#frames.length === 0 && this.#scan.endIn(Buffer.from(' '), 0) === 0
    const failure = this.#failure ?? (ended || isWord ? undefined : `it breaks off after ${this.#offset} bytes`)
    if (failure !== undefined) {
      throw new ProblemError({
        code: 'invalid',
        message: `Cannot read JSON: it must be one whole value, but ${failure}`,
      })
    }
  }

  /** Goes on by one byte between values. */
  #structure(chunk: Buffer, at: number): number {
    const byte = chunk[at] as number
    if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) return at + 1
    const place = this.#offset + at
    if (place < 3 && byte === MARK[place]) return at + 1
    switch (this.#expecting) {
      case 'value':
      case 'value-or-end':
        if (byte === 0x5d && this.#expecting === 'value-or-end') return this.#leave(at)
        return this.#begin(byte, at)
      case 'name':
      case 'name-or-end':
        if (byte === 0x7d && this.#expecting === 'name-or-end') return this.#leave(at)
        if (byte !== 0x22) return this.#fail(byte, at, 'a name in quotes')
        return this.#start('name', byte, at)
      case 'colon':
        if (byte !== 0x3a) return this.#fail(byte, at, '":"')
        this.#expecting = 'value'
        return at + 1
      case 'comma-or-end':
        return this.#next(byte, at)
      case 'nothing':
        return this.#fail(byte, at, 'nothing more')
    }
  }

  #next(byte: number, at: number): number {
    const isArray = this.#frames.at(-1)?.isArray === true
    if (byte === (isArray ? 0x5d : 0x7d)) return this.#leave(at)
    if (byte !== 0x2c) return this.#fail(byte, at, isArray ? '"," or "]"' : '"," or "}"')
    this.#expecting = isArray ? 'value' : 'name'
    return at + 1
  }

  /** The first byte of a value: an element, a container on the way to one, or neither. */
  #begin(byte: number, at: number): number {
    if (!isFirstByte(byte)) return this.#fail(byte, at, 'a value')
    const trails = this.#trails()
    const element = trails.find(trail => trail.left.length === 0)
    if (element !== undefined) {
      this.#path = element.path
      return this.#start('element', byte, at)
    }
    const isArray = byte === 0x5b
    if (trails.length === 0 || (!isArray && byte !== 0x7b)) return this.#start('passing', byte, at)
    this.#frames.push({ isArray, trails, name: this.#memberName() })
    this.#expecting = isArray ? 'value-or-end' : 'name-or-end'
    return at + 1
  }

  #trails(): readonly Trail[] {
    const frame = this.#frames.at(-1)
    if (frame === undefined) return this.#top
    return follow(frame.trails, frame.isArray ? 'item' : 'member', this.#name)
  }

  /** The name of the member that the value at hand is, or that it stands in. */
  #memberName(): string | undefined {
    const frame = this.#frames.at(-1)
    return frame === undefined || frame.isArray ? frame?.name : this.#name
  }

  #leave(at: number): number {
    this.#frames.pop()
    this.#expecting = this.#frames.length === 0 ? 'nothing' : 'comma-or-end'
    return at + 1
  }

  #start(reading: Exclude<Reading, 'structure'>, byte: number, at: number): number {
    this.#reading = reading
    this.#scan.begin(byte)
    return at
  }

  /** Goes on inside a name or value, to its end or that of the bytes. */
  #inside(chunk: Buffer, at: number, elements: JsonElement[]): number {
    const end = this.#scan.endIn(chunk, at)
    const upTo = end < 0 ? chunk.length : end
    if (this.#reading !== 'passing') this.#keep(chunk, at, upTo, end >= 0)
    if (end >= 0) this.#complete(elements)
    return upTo
  }

  #keep(chunk: Buffer, from: number, to: number, isLast: boolean): void {
    this.#length += to - from
    const most = this.#reading === 'name' ? NAME_BYTES_MAX : ELEMENT_BYTES_MAX
    if (this.#length > most || this.#scan.isTooDeep) this.#pieces = []
    else this.#pieces.push(isLast ? chunk.subarray(from, to) : Buffer.from(chunk.subarray(from, to)))
  }

  #complete(elements: JsonElement[]): void {
    const reading = this.#reading
    const bytes = this.#pieces.length === 1 ? (this.#pieces[0] as Buffer) : Buffer.concat(this.#pieces)
    if (reading === 'name') {
      this.#name = this.#length > NAME_BYTES_MAX ? undefined : nameOf(bytes)
      this.#expecting = 'colon'
    } else {
      if (reading === 'element') elements.push(this.#element(bytes))
      this.#expecting = this.#frames.length === 0 ? 'nothing' : 'comma-or-end'
    }
    this.#reading = 'structure'
    this.#pieces = []
    this.#length = 0
  }

  #element(bytes: Buffer): JsonElement {
    const name = this.#memberName()
    const place = { path: this.#path, ...(name !== undefined && { name }) }
    if (this.#length > ELEMENT_BYTES_MAX) {
      const reason = `an element must have at most ${ELEMENT_BYTES_MAX} bytes, found ${this.#length}`
      return { ...place, broken: { cause: 'too-long', reason } }
    }
    if (this.#scan.isTooDeep) {
      return { ...place, broken: { cause: 'too-deep', reason: `containers must nest at most ${NESTING_MAX} deep` } }
    }
    return { ...place, ...parsed(bytes) }
  }

  /** Notes why the text is no JSON; what follows is not read. */
  #fail(byte: number, at: number, wanted: string): number {
    const found = byte > 0x20 && byte < 0x7f ? JSON.stringify(String.fromCharCode(byte)) : `the byte ${byte}`
    this.#failure = `byte ${this.#offset + at + 1} must be ${wanted}, found ${found}`
    return at
  }
}

/** The value of JSON bytes, or why there is none. */
export function parsed(bytes: Buffer): Pick<JsonElement, 'value' | 'broken'> {
  if (!isUtf8(bytes)) return { broken: { cause: 'not-utf8', reason: 'it must be UTF-8' } }
  try {
    return { value: JSON.parse(bytes.toString('utf8')) as unknown }
  } catch {
    return { broken: { cause: 'syntax', reason: `it must be JSON, found ${quote(bytes.toString('utf8', 0, 60))}` } }
  }
}

function nameOf(bytes: Buffer): string | undefined {
  const { value } = parsed(bytes)
  return typeof value === 'string' ? value : undefined
}

/** Whether a value can begin so: a quote, a bracket, a digit, a minus, `t`, `f` or `n`. */
function isFirstByte(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || [0x22, 0x5b, 0x7b, 0x2d, 0x74, 0x66, 0x6e].includes(byte)
}
