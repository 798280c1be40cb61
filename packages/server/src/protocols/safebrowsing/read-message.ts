/**
 * Bytes into messages. Every reader fails as `invalid` and never throws; unknown fields are passed over; a field that may
 * stand once and comes twice has its last value. Bytes in a message are views of those that were read.
 */
import { fail, ok, ProblemError, type Result } from '@tocsin/core/base'
import {
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
import { FieldReader, malformed } from './wire-reader.ts'

/** Names or versions in a request: there are fewer lists than that anywhere. */
const NAMES_MAX = 100

const INT32_MAX = 0x7fffffff
const UINT32_MAX = 0xffffffff

/** A week: no cache and no wait is longer, so that a wrong number does not switch off updates. */
const DURATION_SECONDS_MAX = 604_800

/** The prefixes of a `SearchHashesRequest`: 1,000 at most, each of any length, which the door judges. */
export function readSearchRequest(bytes: Uint8Array): Result<readonly Uint8Array[]> {
  return reading(() => {
    const prefixes: Uint8Array[] = []
    eachField(bytes, 1, reader => {
      if (prefixes.length === PREFIXES_MAX) malformed(`it must have at most ${PREFIXES_MAX} prefixes`)
      prefixes.push(reader.bytes())
    })
    return prefixes
  })
}

/** A `SearchHashesResponse`. */
export function readSearchResponse(bytes: Uint8Array): Result<SearchResponse> {
  return reading(() => {
    const fullHashes: FullHash[] = []
    let cacheDurationSeconds = 0
    const reader = new FieldReader(bytes)
    while (reader.next()) {
      if (reader.field === 1) fullHashes.push(fullHash(reader.bytes()))
      else if (reader.field === 2) cacheDurationSeconds = duration(reader.bytes())
      else reader.skip()
    }
    return { fullHashes, cacheDurationSeconds }
  })
}

/** A `BatchGetHashListsRequest`; up to 100 names and versions. */
export function readBatchRequest(bytes: Uint8Array): Result<BatchGetRequest> {
  return reading(() => {
    const names: string[] = []
    const versions: Uint8Array[] = []
    let sizeConstraints: SizeConstraints = { maxUpdateEntries: 0, maxDatabaseEntries: 0 }
    const reader = new FieldReader(bytes)
    while (reader.next()) {
      if (reader.field === 1) names.push(reader.text())
      else if (reader.field === 2) versions.push(reader.bytes())
      else if (reader.field === 4) sizeConstraints = sizes(reader.bytes())
      else reader.skip()
      if (names.length > NAMES_MAX || versions.length > NAMES_MAX) malformed(`it must have at most ${NAMES_MAX} names`)
    }
    return { names, versions, sizeConstraints }
  })
}

/** The lists of a `BatchGetHashListsResponse` or a `ListHashListsResponse`. */
export function readHashLists(bytes: Uint8Array): Result<readonly HashList[]> {
  return reading(() => {
    const lists: HashList[] = []
    eachField(bytes, 1, reader => lists.push(hashList(reader.bytes())))
    return lists
  })
}

/** A `HashList`. Its code is not opened: see `decodeRice32`. */
export function readHashList(bytes: Uint8Array): Result<HashList> {
  return reading(() => hashList(bytes))
}

function reading<T>(read: () => T): Result<T> {
  try {
    return ok(read())
  } catch (error) {
    if (error instanceof ProblemError) return fail(error.problem.code, error.problem.message)
    throw error
  }
}

function eachField(bytes: Uint8Array, field: number, read: (reader: FieldReader) => void): void {
  const reader = new FieldReader(bytes)
  while (reader.next()) {
    if (reader.field === field) read(reader)
    else reader.skip()
  }
}

function hashList(bytes: Uint8Array): HashList {
  const list: { -readonly [Field in keyof HashList]: HashList[Field] } = {
    name: '',
    version: new Uint8Array(),
    partialUpdate: false,
    additions: undefined,
    compressedRemovals: undefined,
    minimumWaitSeconds: 0,
    sha256Checksum: new Uint8Array(),
    metadata: undefined,
  }
  const reader = new FieldReader(bytes)
  while (reader.next()) {
    if (reader.field === 1) list.name = reader.text()
    else if (reader.field === 2) list.version = reader.bytes()
    else if (reader.field === 3) list.partialUpdate = reader.flag()
    else if (reader.field === 4) list.additions = { bytes: 4, delta: rice32(reader.bytes()) }
    else if (reader.field === 5) list.compressedRemovals = rice32(reader.bytes())
    else if (reader.field === 6) list.minimumWaitSeconds = duration(reader.bytes())
    else if (reader.field === 7) list.sha256Checksum = reader.bytes()
    else if (reader.field === 8) list.metadata = metadata(reader.bytes())
    else if (reader.field >= 9 && reader.field <= 11) list.additions = wide(reader.field, reader.bytes())
    else reader.skip()
  }
  return list
}

function fullHash(bytes: Uint8Array): FullHash {
  let hash = new Uint8Array()
  const threatTypes: ThreatType[] = []
  const reader = new FieldReader(bytes)
  while (reader.next()) {
    if (reader.field === 1) hash = reader.bytes() as Uint8Array<ArrayBuffer>
    else if (reader.field === 2) threatTypes.push(...detail(reader.bytes()))
    else reader.skip()
  }
  if (hash.length !== 32) malformed(`a full hash must have 32 bytes, found ${hash.length}`)
  return { fullHash: hash, threatTypes }
}

/** The type of a `FullHashDetail`; none where it, or an attribute, is unknown or says not to enforce it. */
function detail(bytes: Uint8Array): readonly ThreatType[] {
  let type: ThreatType | undefined
  let hasAttribute = false
  const reader = new FieldReader(bytes)
  while (reader.next()) {
    if (reader.field === 1) for (const number of reader.numbers()) type = nameOf(THREAT_TYPE, number)
    else if (reader.field === 2) for (const _ of reader.numbers()) hasAttribute = true
    else reader.skip()
  }
  return type === undefined || hasAttribute ? [] : [type]
}

function duration(bytes: Uint8Array): number {
  let seconds = 0
  const reader = new FieldReader(bytes)
  while (reader.next()) {
    if (reader.field === 1) seconds += reader.count(DURATION_SECONDS_MAX)
    else if (reader.field === 2) seconds += reader.count(999_999_999) / 1e9
    else reader.skip()
  }
  return Math.min(seconds, DURATION_SECONDS_MAX)
}

function sizes(bytes: Uint8Array): SizeConstraints {
  let [maxUpdateEntries, maxDatabaseEntries] = [0, 0]
  const reader = new FieldReader(bytes)
  while (reader.next()) {
    if (reader.field === 1) maxUpdateEntries = reader.count(INT32_MAX)
    else if (reader.field === 2) maxDatabaseEntries = reader.count(INT32_MAX)
    else reader.skip()
  }
  return { maxUpdateEntries, maxDatabaseEntries }
}

function rice32(bytes: Uint8Array): RiceDelta32 {
  let [firstValue, riceParameter, entriesCount, encodedData] = [0, 0, 0, new Uint8Array() as Uint8Array]
  const reader = new FieldReader(bytes)
  while (reader.next()) {
    if (reader.field === 1) firstValue = reader.count(UINT32_MAX)
    else if (reader.field === 2) riceParameter = reader.count(INT32_MAX)
    else if (reader.field === 3) entriesCount = reader.count(INT32_MAX)
    else if (reader.field === 4) encodedData = reader.bytes()
    else reader.skip()
  }
  return { firstValue, riceParameter, entriesCount, encodedData }
}

/** Fields 9, 10 and 11: hashes of 8, 16 and 32 bytes, their first value in parts of 64 bits. */
function wide(field: number, bytes: Uint8Array): Additions {
  const length = field === 9 ? 8 : field === 10 ? 16 : 32
  const parts = length / 8
  const delta: { -readonly [Field in keyof RiceDelta<bigint>]: RiceDelta<bigint>[Field] } = {
    firstValue: 0n,
    riceParameter: 0,
    entriesCount: 0,
    encodedData: new Uint8Array(),
  }
  const values = Array.from({ length: parts }, () => 0n)
  const reader = new FieldReader(bytes)
  while (reader.next()) {
    if (reader.field <= parts) values[reader.field - 1] = reader.field === 1 ? reader.uint64() : reader.fixed64()
    else if (reader.field === parts + 1) delta.riceParameter = reader.count(INT32_MAX)
    else if (reader.field === parts + 2) delta.entriesCount = reader.count(INT32_MAX)
    else if (reader.field === parts + 3) delta.encodedData = reader.bytes()
    else reader.skip()
  }
  for (const value of values) delta.firstValue = (delta.firstValue << 64n) | value
  return { bytes: length, delta }
}

function metadata(bytes: Uint8Array): HashListMetadata {
  const threatTypes: ThreatType[] = []
  let description = ''
  let hashLength: HashLength | undefined
  const reader = new FieldReader(bytes)
  while (reader.next()) {
    if (reader.field === 1) {
      for (const number of reader.numbers()) {
        const type = nameOf(THREAT_TYPE, number)
        if (type !== undefined) threatTypes.push(type)
      }
    } else if (reader.field === 4) description = reader.text()
    else if (reader.field === 6) for (const number of reader.numbers()) hashLength = nameOf(HASH_LENGTH, number)
    else reader.skip()
  }
  return { threatTypes, description, hashLength }
}

function nameOf<Name extends string>(table: Readonly<Record<Name, number>>, number: number): Name | undefined {
  return (Object.keys(table) as Name[]).find(name => table[name] === number)
}
