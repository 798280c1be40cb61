/** Safe Browsing v5: its messages as bytes and as JSON, and the coding of its lists, without sockets. */
export { decodeBase64, encodeBase64 } from './base64.ts'
export { checksumOf } from './checksum.ts'
export { hashListsToJson, hashListToJson, searchResponseToJson } from './json.ts'
export {
  type Additions,
  type BatchGetRequest,
  type FullHash,
  HASH_LENGTH,
  type HashLength,
  type HashList,
  type HashListMetadata,
  PREFIXES_MAX,
  type RiceDelta,
  type RiceDelta32,
  type SearchResponse,
  type SizeConstraints,
  THREAT_TYPE,
  type ThreatType,
} from './messages.ts'
export { readBatchRequest, readHashList, readHashLists, readSearchRequest, readSearchResponse } from './read-message.ts'
export { decodeRice32, encodeRice32 } from './rice.ts'
export { decodeRiceWide, encodeRiceWide, type WideBits } from './rice-wide.ts'
export {
  writeBatchRequest,
  writeHashList,
  writeHashLists,
  writeSearchRequest,
  writeSearchResponse,
} from './write-message.ts'
