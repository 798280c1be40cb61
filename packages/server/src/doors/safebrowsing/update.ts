/** From what a client has to what it is sent. Pure. */
import type { Sha256 } from '@tocsin/core/base'
import { checksumOf, encodeRice32, type HashList, type SizeConstraints } from '../../protocols/safebrowsing/index.ts'
import { countBelow, type Difference, placesBefore } from './difference.ts'
import { ALL, type ClientVersion, tokenOf } from './version.ts'
import type { ListVersions } from './versions.ts'

/** A question for one list. */
export interface UpdateQuestion {
  readonly name: string
  /** Place in `LISTS`. */
  readonly list: number
  /** `undefined` for a client that has nothing, or nothing that we know. */
  readonly has: ClientVersion | undefined
  readonly sizeConstraints: SizeConstraints
}

/** What the update of a list depends on beside its versions. */
export interface UpdateContext {
  /** Seconds until a client with all of it should ask again. */
  readonly waitSeconds: number
  readonly sha256: Sha256
}

/** What is sent, before it is coded. */
interface Plan {
  readonly difference: Difference
  readonly partial: boolean
  /** How many prefixes of the version in force the client has then. */
  readonly held: number
}

/**
 * The update. Where a former version is known and what differs is less than half the list, that; else the whole. Within
 * the client's limits: of a long list it gets the lowest prefixes first, and the rest as it asks again at once.
 */
export function updateOf(versions: ListVersions, question: UpdateQuestion, context: UpdateContext): HashList {
  const { prefixes, checksum, digest } = versions.latest
  const { name, list, has } = question
  const { maxUpdateEntries, maxDatabaseEntries } = question.sizeConstraints
  const target = Math.min(prefixes.length, maxDatabaseEntries || Number.POSITIVE_INFINITY)
  const updateMax = maxUpdateEntries || Number.POSITIVE_INFINITY
  const plan = partialPlan(versions, has, target, updateMax) ?? wholePlan(prefixes, Math.min(target, updateMax))
  const { difference, held } = plan
  const isAll = held === prefixes.length
  const version = tokenOf({ list, digest, upTo: isAll ? ALL : held === 0 ? 0 : prefixes[held - 1]! })
  const additions = encodeRice32(difference.added)
  const isUnchanged = plan.partial && difference.added.length + difference.removed.length === 0
  return {
    name,
    version,
    partialUpdate: plan.partial,
    additions: additions && { bytes: 4, delta: additions },
    compressedRemovals: encodeRice32(placesBefore(prefixes, difference)),
    minimumWaitSeconds: held < target ? 0 : context.waitSeconds,
    sha256Checksum: isUnchanged
      ? new Uint8Array()
      : isAll
        ? checksum
        : checksumOf(prefixes.subarray(0, held), context.sha256),
    metadata: undefined,
  }
}

function wholePlan(prefixes: Uint32Array, held: number): Plan {
  return { difference: { removed: new Uint32Array(), added: prefixes.subarray(0, held) }, partial: false, held }
}

/** `undefined` where the whole is to be sent. */
function partialPlan(
  versions: ListVersions,
  has: ClientVersion | undefined,
  target: number,
  updateMax: number,
): Plan | undefined {
  const since = has && versions.since(has.digest)
  if (has === undefined || since === undefined) return undefined
  const { prefixes, digest } = versions.latest
  const removed = upTo(since.removed, has.upTo)
  const added = upTo(since.added, has.upTo)
  const before = countUpTo(prefixes, has.upTo)
  // A client that can hold less than there is has the beginning of a version; of another version it gets that anew.
  if (target < prefixes.length && (has.digest !== digest || before > target)) return undefined
  const changes = removed.length + added.length
  if (changes > updateMax || changes > prefixes.length / 2) return undefined
  const held = Math.min(target, before + (updateMax - changes))
  const more = prefixes.subarray(before, held)
  const all = new Uint32Array(added.length + more.length)
  all.set(added)
  all.set(more, added.length)
  return { difference: { removed, added: all }, partial: true, held: Math.max(held, before) }
}

function upTo(prefixes: Uint32Array, last: number): Uint32Array {
  return prefixes.subarray(0, countUpTo(prefixes, last))
}

function countUpTo(prefixes: Uint32Array, last: number): number {
  return last === ALL ? prefixes.length : countBelow(prefixes, last + 1)
}
