/** The two messages of Safe Browsing v5 that this client reads, by the field numbers of safebrowsing.proto. */
import { attempt, decodeUtf8, type Result } from '@tocsin/core/base'
import { readRice32 } from './rice.ts'
import { bytesOf, eachField, type FieldValue, numberOf, unreadable } from './wire.ts'

/** What a list gains and loses. */
export interface ListUpdate {
  readonly name: string
  /** To be handed back as it is. */
  readonly version: Uint8Array
  /** Whether it is to be applied to what is there; else it is the whole. */
  readonly partial: boolean
  readonly additions: Uint32Array
  /** Places in the sorted list that is there. */
  readonly removals: Uint32Array
  /** Seconds to wait at least; 0: there is more at once. */
  readonly waitSeconds: number
  /** SHA-256 of all prefixes afterwards, 32 bytes; empty where nothing changed. */
  readonly checksum: Uint8Array
}

/** Full hashes behind prefixes. */
export interface FoundHashes {
  readonly hashes: readonly FoundHash[]
  /** How long each prefix that was asked may be kept, found or not; 0 for not at all. */
  readonly cacheSeconds: number
}

/** A full hash of a threat. */
export interface FoundHash {
  /** 32 bytes. */
  readonly hash: Uint8Array
  /** As the protocol calls them: `MALWARE`. */
  readonly threats: readonly string[]
}

/** Threat types by number. */
const THREATS: readonly (string | undefined)[] = [
  undefined,
  'MALWARE',
  'SOCIAL_ENGINEERING',
  'UNWANTED_SOFTWARE',
  'POTENTIALLY_HARMFUL_APPLICATION',
]

/** No answer is kept longer (safebrowsing.proto, `cache_duration`: 24 hours). */
const SECONDS_MAX = 86_400

const SHA256_BYTES = 32

/** Reads a `HashList`; fails as `invalid`. */
export function readListUpdate(bytes: Uint8Array): Result<ListUpdate> {
  return attempt(() => {
    const nothing = new Uint32Array()
    let update: ListUpdate = {
      name: '',
      version: new Uint8Array(),
      partial: false,
      additions: nothing,
      removals: nothing,
      waitSeconds: 0,
      checksum: new Uint8Array(),
    }
    eachField(bytes, (field, value) => {
      update = { ...update, ...updateField(field, value) }
    })
    const { checksum } = update
    if (checksum.length !== 0 && checksum.length !== SHA256_BYTES) unreadable('a checksum must have 32 bytes')
    return update
  })
}

function updateField(field: number, value: FieldValue): Partial<ListUpdate> {
  switch (field) {
    case 1:
      return { name: decodeUtf8(bytesOf(value)) ?? unreadable('a name must be UTF-8') }
    case 2:
      // Copied, for the answer that it lies in is large and the version is kept.
      return { version: new Uint8Array(bytesOf(value)) }
    case 3:
      return { partial: numberOf(value, Number.MAX_VALUE) !== 0 }
    case 4:
      return { additions: readRice32(bytesOf(value)) }
    case 5:
      return { removals: readRice32(bytesOf(value)) }
    case 6:
      return { waitSeconds: seconds(bytesOf(value)) }
    case 7:
      return { checksum: new Uint8Array(bytesOf(value)) }
    default:
      return {}
  }
}

/** Reads a `SearchHashesResponse`; fails as `invalid`. */
export function readFoundHashes(bytes: Uint8Array): Result<FoundHashes> {
  return attempt(() => {
    const hashes: FoundHash[] = []
    let cacheSeconds = 0
    eachField(bytes, (field, value) => {
      if (field === 1) hashes.push(foundHash(bytesOf(value)))
      else if (field === 2) cacheSeconds = seconds(bytesOf(value))
    })
    // What is of no type that we know is to be disregarded, as the protocol says.
    return { hashes: hashes.filter(({ threats }) => threats.length > 0), cacheSeconds }
  })
}

function foundHash(bytes: Uint8Array): FoundHash {
  let hash = new Uint8Array() as Uint8Array
  const threats: string[] = []
  eachField(bytes, (field, value) => {
    if (field === 1) hash = new Uint8Array(bytesOf(value))
    else if (field === 2) threats.push(...threatOf(bytesOf(value)))
  })
  if (hash.length !== SHA256_BYTES) unreadable(`a full hash must have 32 bytes, found ${hash.length}`)
  return { hash, threats }
}

/** The threat of a detail; none where it has an attribute: all there are say that it is not to be enforced on pages. */
function threatOf(bytes: Uint8Array): readonly string[] {
  let threats: readonly string[] = []
  let attributes = 0
  eachField(bytes, (field, value) => {
    const name = field === 1 ? THREATS[numberOf(value, Number.MAX_VALUE)] : undefined
    if (field === 1) threats = name === undefined ? [] : [name]
    else if (field === 2) attributes++
  })
  return attributes > 0 ? [] : threats
}

/** A `google.protobuf.Duration` in whole seconds, a day at most. */
function seconds(bytes: Uint8Array): number {
  let found = 0
  eachField(bytes, (field, value) => {
    if (field === 1) found = numberOf(value, Number.MAX_VALUE)
  })
  return Math.min(found, SECONDS_MAX)
}
