/**
 * Binary representation of HTTP messages (RFC 9292): both framings are read, the one of known length is written. Trailers and
 * interim responses are read and dropped, for nothing here has a use for them.
 */
import { attempt, concatBytes, encodeUtf8, type Result } from '@tocsin/core/base'
import { ByteReader, unreadable, varint, withLength } from './byte-reader.ts'
import { ascii } from './hpke.ts'

/** A header field: its name in lower case, and its value in ASCII. */
export type Field = readonly [name: string, value: string]

/** A request. */
export interface BinaryRequest {
  readonly method: string
  readonly scheme: string
  /** Host and port; empty where a `host` field says it, or nobody. */
  readonly authority: string
  /** With the query. */
  readonly path: string
  readonly fields: readonly Field[]
  readonly content: Uint8Array
}

/** A final response. */
export interface BinaryResponse {
  /** 200 to 599. */
  readonly status: number
  readonly fields: readonly Field[]
  readonly content: Uint8Array
}

/** RFC 9292 §3.3. */
const FRAMING = { request: 0, response: 1, openRequest: 2, openResponse: 3 } as const

/** Fields of a section, at most; lookups have five. */
const FIELDS_MAX = 64

/** Interim responses before the final one, at most. */
const INTERIM_MAX = 8

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
/** RFC 9292 §3.6: names are in lower case; pseudo-fields with a colon are no names. */
const NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/
const VALUE = /^[\t\x20-\x7e]*$/
const VISIBLE = /^[\x21-\x7e]*$/

/** The bytes of a request; padded with zeros to `length`, where that is more. Throws for what HTTP cannot say. */
export function encodeRequest(request: BinaryRequest, length = 0): Uint8Array {
  const { method, scheme, authority, path, fields, content } = request
  if (!TOKEN.test(method)) throw new RangeError(`Cannot write the request: ${JSON.stringify(method)} is no method`)
  const control = [method, scheme, authority, path].map(text => withLength(visible(text)))
  return padded([varint(FRAMING.request), ...control, fieldsOf(fields), withLength(content), varint(0)], length)
}

/** The bytes of a response; padded with zeros to `length`, where that is more. Throws for what HTTP cannot say. */
export function encodeResponse({ status, fields, content }: BinaryResponse, length = 0): Uint8Array {
  if (!isFinal(status)) throw new RangeError(`Cannot write the response: ${status} is no final status`)
  return padded([varint(FRAMING.response), varint(status), fieldsOf(fields), withLength(content), varint(0)], length)
}

/** Reads a request. `invalid` for whatever is not one, for padding that is not zero, and for more than 64 fields. */
export function decodeRequest(bytes: Uint8Array): Result<BinaryRequest> {
  return attempt(() => {
    const reader = new ByteReader(bytes)
    const isOpen = framingOf(reader, FRAMING.request, FRAMING.openRequest)
    const [method, scheme, authority, path] = [0, 0, 0, 0].map(() => textOf(reader.part(), VISIBLE, 'control data'))
    if (!TOKEN.test(method!)) unreadable('its method must be a token')
    return { method: method!, scheme: scheme!, authority: authority!, path: path!, ...rest(reader, isOpen) }
  })
}

/** Reads a response, over interim ones to the final one. `invalid` as for requests. */
export function decodeResponse(bytes: Uint8Array): Result<BinaryResponse> {
  return attempt(() => {
    const reader = new ByteReader(bytes)
    const isOpen = framingOf(reader, FRAMING.response, FRAMING.openResponse)
    for (let interim = 0; interim <= INTERIM_MAX; interim++) {
      const status = reader.varint()
      if (isFinal(status)) return { status, ...rest(reader, isOpen) }
      if (status < 100 || status > 199) unreadable(`its status must be 100–599, found ${status}`)
      readFields(reader, isOpen)
    }
    return unreadable(`more than ${INTERIM_MAX} interim responses come before the final one`)
  })
}

function isFinal(status: number): boolean {
  return Number.isInteger(status) && status >= 200 && status <= 599
}

function framingOf(reader: ByteReader, known: number, open: number): boolean {
  const framing = reader.varint()
  if (framing !== known && framing !== open) unreadable(`its framing must be ${known} or ${open}, found ${framing}`)
  return framing === open
}

/** Fields, content, trailers and padding: all that a request and a response have in common. */
function rest(
  reader: ByteReader,
  isOpen: boolean,
): { readonly fields: readonly Field[]; readonly content: Uint8Array } {
  const fields = readFields(reader, isOpen)
  const content = isOpen ? readChunks(reader) : whereLeft(reader)
  readFields(reader, isOpen)
  if (reader.take(reader.left).some(byte => byte !== 0)) unreadable('its padding must be zeros')
  return { fields, content }
}

/** A part; empty where the message was cut off before it, as §3.8 allows for all that is empty. */
function whereLeft(reader: ByteReader): Uint8Array {
  return reader.left === 0 ? new Uint8Array() : reader.part()
}

function readFields(reader: ByteReader, isOpen: boolean): readonly Field[] {
  const fields: Field[] = []
  const section = isOpen ? reader : new ByteReader(whereLeft(reader))
  if (section.left === 0) return fields
  while (isOpen || section.left > 0) {
    const name = section.part()
    if (isOpen && name.length === 0) break
    if (fields.length === FIELDS_MAX) unreadable(`it has more than ${FIELDS_MAX} fields`)
    fields.push([textOf(name, NAME, 'field names'), textOf(section.part(), VALUE, 'field values')])
  }
  return fields
}

function readChunks(reader: ByteReader): Uint8Array {
  const chunks: Uint8Array[] = []
  while (chunks.length > 0 || reader.left > 0) {
    const chunk = reader.part()
    if (chunk.length === 0) break
    chunks.push(chunk)
  }
  return concatBytes(chunks)
}

function textOf(bytes: Uint8Array, pattern: RegExp, what: string): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  if (!pattern.test(text)) unreadable(`its ${what} hold what HTTP does not allow`)
  return text
}

function fieldsOf(fields: readonly Field[]): Uint8Array {
  const parts = fields.flatMap(([name, value]) => {
    const lower = name.toLowerCase()
    if (NAME.test(lower) && VALUE.test(value)) return [withLength(ascii(lower)), withLength(ascii(value))]
    throw new RangeError(
      `Cannot write field ${JSON.stringify(name)}: name and value must be what HTTP allows, in ASCII`,
    )
  })
  return withLength(concatBytes(parts))
}

function visible(text: string): Uint8Array {
  if (VISIBLE.test(text)) return encodeUtf8(text)!
  throw new RangeError('Cannot write the request: its address must be percent-encoded ASCII')
}

function padded(parts: readonly Uint8Array[], length: number): Uint8Array {
  const message = concatBytes(parts)
  if (message.length >= length) return message
  const longer = new Uint8Array(length)
  longer.set(message)
  return longer
}
