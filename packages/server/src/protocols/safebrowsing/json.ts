/**
 * Messages as proto3 JSON (protobuf.dev, "ProtoJSON Format"): names in camel case, bytes in base64, durations as `"300s"`,
 * 64-bit numbers as text, enums by name; what has the zero of its type is left out.
 */
import { encodeBase64 } from './base64.ts'
import type { Additions, FullHash, HashList, RiceDelta32, SearchResponse } from './messages.ts'

/** A JSON object whose absent fields are left out by `JSON.stringify`. */
export type Json = Readonly<Record<string, unknown>>

/** A `SearchHashesResponse`. */
export function searchResponseToJson({ fullHashes, cacheDurationSeconds }: SearchResponse): Json {
  return {
    fullHashes: fullHashes.length === 0 ? undefined : fullHashes.map(fullHashToJson),
    cacheDuration: duration(cacheDurationSeconds),
  }
}

/** A `BatchGetHashListsResponse` or a `ListHashListsResponse`. */
export function hashListsToJson(lists: readonly HashList[]): Json {
  return { hashLists: lists.map(hashListToJson) }
}

/** A `HashList`. */
export function hashListToJson(list: HashList): Json {
  const { metadata } = list
  return {
    name: list.name,
    version: base64(list.version),
    partialUpdate: list.partialUpdate || undefined,
    ...(list.additions === undefined ? {} : additionsToJson(list.additions)),
    compressedRemovals: list.compressedRemovals && rice32(list.compressedRemovals),
    minimumWaitDuration: duration(list.minimumWaitSeconds),
    sha256Checksum: base64(list.sha256Checksum),
    metadata: metadata && {
      threatTypes: metadata.threatTypes.length === 0 ? undefined : metadata.threatTypes,
      description: metadata.description === '' ? undefined : metadata.description,
      hashLength: metadata.hashLength,
    },
  }
}

function fullHashToJson({ fullHash, threatTypes }: FullHash): Json {
  return {
    fullHash: base64(fullHash),
    fullHashDetails: threatTypes.length === 0 ? undefined : threatTypes.map(threatType => ({ threatType })),
  }
}

function additionsToJson({ bytes, delta }: Additions): Json {
  if (bytes === 4) return { additionsFourBytes: rice32(delta) }
  const { firstValue } = delta
  const part = (fromRight: number) => {
    const value = BigInt.asUintN(64, firstValue >> BigInt(64 * fromRight))
    return value === 0n ? undefined : value.toString()
  }
  const rest = rest32({ ...delta, firstValue: 0 })
  if (bytes === 8) return { additionsEightBytes: { firstValue: part(0), ...rest } }
  if (bytes === 16) return { additionsSixteenBytes: { firstValueHi: part(1), firstValueLo: part(0), ...rest } }
  return {
    additionsThirtyTwoBytes: {
      firstValueFirstPart: part(3),
      firstValueSecondPart: part(2),
      firstValueThirdPart: part(1),
      firstValueFourthPart: part(0),
      ...rest,
    },
  }
}

function rice32(delta: RiceDelta32): Json {
  return { firstValue: delta.firstValue || undefined, ...rest32(delta) }
}

function rest32({ riceParameter, entriesCount, encodedData }: RiceDelta32): Json {
  return {
    riceParameter: riceParameter || undefined,
    entriesCount: entriesCount || undefined,
    encodedData: base64(encodedData),
  }
}

function base64(bytes: Uint8Array): string | undefined {
  return bytes.length === 0 ? undefined : encodeBase64(bytes)
}

/** Seconds with as many digits as it takes, nine at most. */
function duration(seconds: number): string | undefined {
  if (seconds === 0) return undefined
  return `${Number.isInteger(seconds) ? seconds : seconds.toFixed(9).replace(/0+$/, '')}s`
}
