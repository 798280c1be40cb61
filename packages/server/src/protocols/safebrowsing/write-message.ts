/** Messages into bytes. Field numbers are those of safebrowsing.proto. */
import {
  type Additions,
  type BatchGetRequest,
  type FullHash,
  HASH_LENGTH,
  type HashList,
  type HashListMetadata,
  type RiceDelta32,
  type SearchResponse,
  THREAT_TYPE,
} from './messages.ts'
import { FieldWriter } from './wire-writer.ts'

/** A `SearchHashesRequest` for prefixes of 4 bytes each. */
export function writeSearchRequest(prefixes: readonly Uint8Array[]): Uint8Array {
  const writer = new FieldWriter()
  for (const prefix of prefixes) writer.message(1, prefix)
  return writer.finish()
}

/** A `SearchHashesResponse`. */
export function writeSearchResponse({ fullHashes, cacheDurationSeconds }: SearchResponse): Uint8Array {
  const writer = new FieldWriter()
  for (const found of fullHashes) writer.message(1, fullHash(found))
  writer.bytes(2, duration(cacheDurationSeconds))
  return writer.finish()
}

/** A `BatchGetHashListsRequest`. */
export function writeBatchRequest({ names, versions, sizeConstraints }: BatchGetRequest): Uint8Array {
  const writer = new FieldWriter()
  for (const name of names) writer.text(1, name)
  for (const version of versions) writer.message(2, version)
  const sizes = new FieldWriter()
  sizes.number(1, sizeConstraints.maxUpdateEntries)
  sizes.number(2, sizeConstraints.maxDatabaseEntries)
  writer.bytes(4, sizes.finish())
  return writer.finish()
}

/** A `BatchGetHashListsResponse`. The first field of a `ListHashListsResponse` is the same, so that it is that, too. */
export function writeHashLists(lists: readonly HashList[]): Uint8Array {
  const writer = new FieldWriter()
  for (const list of lists) writer.message(1, writeHashList(list))
  return writer.finish()
}

/** A `HashList`. */
export function writeHashList(list: HashList): Uint8Array {
  const writer = new FieldWriter()
  writer.text(1, list.name)
  writer.bytes(2, list.version)
  writer.flag(3, list.partialUpdate)
  if (list.additions?.bytes === 4) writer.message(4, rice32(list.additions.delta))
  if (list.compressedRemovals !== undefined) writer.message(5, rice32(list.compressedRemovals))
  writer.bytes(6, duration(list.minimumWaitSeconds))
  writer.bytes(7, list.sha256Checksum)
  if (list.metadata !== undefined) writer.message(8, metadata(list.metadata))
  if (list.additions !== undefined && list.additions.bytes !== 4) writeWide(writer, list.additions)
  return writer.finish()
}

function fullHash({ fullHash: hash, threatTypes }: FullHash): Uint8Array {
  const writer = new FieldWriter()
  writer.bytes(1, hash)
  for (const type of threatTypes) {
    const detail = new FieldWriter()
    detail.number(1, THREAT_TYPE[type])
    writer.message(2, detail.finish())
  }
  return writer.finish()
}

/** A `google.protobuf.Duration`; nothing for 0, as for a field that is absent. */
function duration(durationSeconds: number): Uint8Array {
  const writer = new FieldWriter()
  const seconds = Math.floor(durationSeconds)
  writer.number(1, seconds)
  writer.number(2, Math.round((durationSeconds - seconds) * 1e9))
  return writer.finish()
}

function rice32(delta: RiceDelta32): Uint8Array {
  const writer = new FieldWriter()
  writer.number(1, delta.firstValue)
  writer.number(2, delta.riceParameter)
  writer.number(3, delta.entriesCount)
  writer.bytes(4, delta.encodedData)
  return writer.finish()
}

/** Additions of more than 4 bytes: the first value in parts of 64 bits, the first of them a varint, the others fixed. */
function writeWide(writer: FieldWriter, { bytes, delta }: Exclude<Additions, { readonly bytes: 4 }>): void {
  const inner = new FieldWriter()
  const parts = bytes / 8
  for (let part = 0; part < parts; part++) {
    const value = BigInt.asUintN(64, delta.firstValue >> BigInt(64 * (parts - 1 - part)))
    if (part === 0) inner.uint64(1, value)
    else inner.fixed64(part + 1, value)
  }
  inner.number(parts + 1, delta.riceParameter)
  inner.number(parts + 2, delta.entriesCount)
  inner.bytes(parts + 3, delta.encodedData)
  writer.message({ 8: 9, 16: 10, 32: 11 }[bytes], inner.finish())
}

function metadata({ threatTypes, description, hashLength }: HashListMetadata): Uint8Array {
  const writer = new FieldWriter()
  writer.numbers(
    1,
    threatTypes.map(type => THREAT_TYPE[type]),
  )
  writer.text(4, description)
  if (hashLength !== undefined) writer.number(6, HASH_LENGTH[hashLength])
  return writer.finish()
}
