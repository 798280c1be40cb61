/** DNS messages: bytes to values and back, without sockets. */
export { CLASS, EXTENDED_ERROR, type ExtendedError, RCODE, type Rcode, rcodeName, TYPE } from './codes.ts'
export { frameMessage, MessageFramer } from './framing.ts'
export { textOfName, type WireName, wireNameOf } from './name.ts'
export { type Edns, type ParsedQuery, parseQuery, type Query, type QueryHead, type Question } from './query.ts'
export { type ReadRecord, type ReadResponse, readResponse } from './read-response.ts'
export type { AaaaRecord, ARecord, NsRecord, ResourceRecord, SoaRecord, TxtRecord } from './records.ts'
export { TEXT_BYTES_MAX, textStrings } from './records.ts'
export {
  type Response,
  sizeMaxFor,
  type Transport,
  UDP_BYTES_MAX,
  writeBareResponse,
  writeResponse,
} from './response.ts'
export { QueryScan, type Scanned } from './scan.ts'
export { type QueryFields, writeQuery } from './write-query.ts'
