import { CLASS, TYPE } from './codes.ts'
import type { WireName } from './name.ts'
import { type Edns, HEADER_BYTES } from './query.ts'

/** What to ask. */
export interface QueryFields {
  readonly id: number
  readonly name: WireName
  readonly type: number
  /** Default IN. */
  readonly class?: number
  /** Default true, as stub resolvers do. */
  readonly recursionDesired?: boolean
  readonly edns?: Edns
}

/** Writes a query, as clients do: one question, with OPT if `edns` is given. */
export function writeQuery(fields: QueryFields): Uint8Array {
  const { name, edns } = fields
  const bytes = new Uint8Array(HEADER_BYTES + name.length + 4 + (edns === undefined ? 0 : 11))
  const view = new DataView(bytes.buffer)
  view.setUint16(0, fields.id)
  view.setUint16(2, fields.recursionDesired === false ? 0 : 0x0100)
  view.setUint16(4, 1)
  bytes.set(name, HEADER_BYTES)
  const at = HEADER_BYTES + name.length
  view.setUint16(at, fields.type)
  view.setUint16(at + 2, fields.class ?? CLASS.IN)
  if (edns === undefined) return bytes
  view.setUint16(10, 1)
  view.setUint16(at + 5, TYPE.OPT)
  view.setUint16(at + 7, edns.udpSize)
  view.setUint8(at + 10, edns.version)
  view.setUint16(at + 11, edns.dnssecOk ? 0x8000 : 0)
  return bytes
}
