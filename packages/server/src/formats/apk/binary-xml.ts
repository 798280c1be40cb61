/**
 * Binary XML, as `AndroidManifest.xml` is compiled (AOSP, frameworks/base/libs/androidfw/include/androidfw/ResourceTypes.h):
 *
 *     chunk = type (2 bytes) · bytes of the header (2) · bytes in all (4) · …
 *     file  = chunk 0x0003 with chunks in it: strings 0x0001, ids of attributes 0x0180, elements 0x0102 and their ends 0x0103
 *
 * Chunks follow each other and each has eight bytes or more, so that reading ends whatever they say. Attributes are known by
 * their ids, which Android goes by, and not by names, which may say something else.
 */
import { cannotRead, Span } from './little-endian.ts'
import { StringPool } from './string-pool.ts'

const FILE = 0x0003
const STRINGS = 0x0001
const RESOURCE_IDS = 0x0180
const START = 0x0102
const END = 0x0103

const CHUNKS_MAX = 200_000
const ATTRIBUTES_MAX = 1024
const ATTRIBUTE_BYTES = 20
const NODE_HEADER_BYTES = 16

/** Types of values that are read. */
const STRING = 0x03
const DECIMAL = 0x10
const HEXADECIMAL = 0x11

/** An attribute of an element: by id where it has one, else by name. A value of any other type is `undefined`. */
export interface XmlAttribute {
  readonly id: number | undefined
  readonly name: string | undefined
  readonly value: string | number | undefined
}

/** An element as it begins. */
export interface XmlElement {
  /** 0 for the outermost. */
  readonly depth: number
  readonly name: string
  /** Decoded when asked for. */
  attributes(): readonly XmlAttribute[]
}

/** The elements in their order. Throws a `ProblemError` (`invalid`) for bytes that are no binary XML or break its bounds. */
export function* elementsOf(bytes: Uint8Array): Generator<XmlElement, void> {
  const whole = new Span(bytes)
  if (whole.u16(0) !== FILE) throw cannotRead(`the manifest must be binary XML, found type ${whole.u16(0)}`)
  let strings: StringPool | undefined
  let ids: Span | undefined
  let depth = 0
  for (const { type, headerBytes, chunk } of chunksOf(whole)) {
    if (type === STRINGS) strings ??= new StringPool(chunk)
    else if (type === RESOURCE_IDS) ids ??= chunk.part(headerBytes, chunk.length - headerBytes)
    else if (type === END) depth = Math.max(0, depth - 1)
    else if (type === START) yield elementOf(chunk, headerBytes, depth++, needed(strings), ids)
  }
}

interface Chunk {
  readonly type: number
  readonly headerBytes: number
  readonly chunk: Span
}

function* chunksOf(whole: Span): Generator<Chunk, void> {
  let count = 0
  const end = Math.min(whole.length, whole.u32(4))
  for (let at = whole.u16(2); at + 8 <= end; ) {
    const headerBytes = whole.u16(at + 2)
    const length = whole.u32(at + 4)
    if (headerBytes < 8 || length < headerBytes)
      throw cannotRead(`a chunk must have its header of ${headerBytes} bytes, found ${length}`)
    if (++count > CHUNKS_MAX) throw cannotRead(`the manifest must have at most ${CHUNKS_MAX} chunks, found more`)
    yield { type: whole.u16(at), headerBytes, chunk: whole.part(at, length) }
    at += length
  }
}

function elementOf(
  chunk: Span,
  headerBytes: number,
  depth: number,
  strings: StringPool,
  ids: Span | undefined,
): XmlElement {
  if (headerBytes < NODE_HEADER_BYTES)
    throw cannotRead(`an element must have a header of 16 bytes, found ${headerBytes}`)
  const name = strings.get(chunk.u32(headerBytes + 4)) ?? ''
  return { depth, name, attributes: () => attributesOf(chunk, headerBytes, strings, ids) }
}

function attributesOf(chunk: Span, headerBytes: number, strings: StringPool, ids: Span | undefined): XmlAttribute[] {
  const begin = headerBytes + chunk.u16(headerBytes + 8)
  const size = chunk.u16(headerBytes + 10)
  const count = chunk.u16(headerBytes + 12)
  if (count > ATTRIBUTES_MAX)
    throw cannotRead(`an element must have at most ${ATTRIBUTES_MAX} attributes, found ${count}`)
  if (count > 0 && size < ATTRIBUTE_BYTES)
    throw cannotRead(`an attribute must have ${ATTRIBUTE_BYTES} bytes, found ${size}`)
  const attributes: XmlAttribute[] = []
  for (let index = 0; index < count; index++) {
    const at = begin + index * size
    const name = chunk.u32(at + 4)
    attributes.push({
      id: ids !== undefined && 4 * name + 4 <= ids.length ? ids.u32(4 * name) : undefined,
      name: strings.get(name),
      value: valueOf(chunk.u8(at + 15), chunk.u32(at + 16), strings),
    })
  }
  return attributes
}

function valueOf(type: number, data: number, strings: StringPool): string | number | undefined {
  if (type === STRING) return strings.get(data)
  return type === DECIMAL || type === HEXADECIMAL ? data : undefined
}

function needed(strings: StringPool | undefined): StringPool {
  if (strings === undefined) throw cannotRead('its strings must stand before its elements, and do not')
  return strings
}
