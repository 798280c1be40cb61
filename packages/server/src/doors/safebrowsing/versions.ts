/**
 * The versions of one list: the one in force, whole, and how each came from the one before, so that a client with a
 * former one is told what differs. Bounded: steps of as many prefixes as the list has, and no more than 2,000 of them.
 */
import { encodeHex, type Sha256 } from '@tocsin/core/base'
import { checksumOf } from '../../protocols/safebrowsing/index.ts'
import { type Difference, differenceOf, NO_DIFFERENCE, netDifference } from './difference.ts'
import { DIGEST_BYTES } from './version.ts'

/** Steps that are kept at most: a day and a half of one a minute. */
const STEPS_MAX = 2000

/** Prefixes in all steps, where the list itself is shorter. */
const STEP_PREFIXES_MIN = 65_536

interface Step {
  /** The version that it leads on from. */
  readonly digest: string
  readonly difference: Difference
}

/** A version, whole. */
export interface WholeVersion {
  /** Ascending, none twice. */
  readonly prefixes: Uint32Array
  /** SHA-256 of them, 32 bytes. */
  readonly checksum: Uint8Array
  /** Its beginning, as tokens have it. */
  readonly digest: string
}

/** See above. */
export class ListVersions {
  #latest: WholeVersion
  readonly #steps: Step[] = []
  #stepPrefixes = 0
  readonly #sha256: Sha256

  constructor(sha256: Sha256) {
    this.#sha256 = sha256
    this.#latest = wholeOf(new Uint32Array(), sha256)
  }

  get latest(): WholeVersion {
    return this.#latest
  }

  /** Makes prefixes (ascending, none twice) the version in force; says whether it differs from the one before. */
  moveTo(prefixes: Uint32Array): boolean {
    const difference = differenceOf(this.#latest.prefixes, prefixes)
    const size = sizeOf(difference)
    if (size === 0) return false
    this.#steps.push({ digest: this.#latest.digest, difference })
    this.#stepPrefixes += size
    this.#latest = wholeOf(prefixes, this.#sha256)
    // Over more than half of a list nobody is told what differs, so that what led up to it is of no use.
    if (size > prefixes.length / 2) this.#forget()
    const prefixesMax = Math.max(STEP_PREFIXES_MIN, prefixes.length)
    while (this.#steps.length > STEPS_MAX || this.#stepPrefixes > prefixesMax) {
      this.#stepPrefixes -= sizeOf(this.#steps.shift()!.difference)
    }
    return true
  }

  /** What has come and gone since a version; `undefined` where that is not known any more. */
  since(digest: string): Difference | undefined {
    if (digest === this.#latest.digest) return NO_DIFFERENCE
    const at = this.#steps.findLastIndex(step => step.digest === digest)
    return at < 0 ? undefined : netDifference(this.#steps.slice(at).map(({ difference }) => difference))
  }

  #forget(): void {
    this.#steps.length = 0
    this.#stepPrefixes = 0
  }
}

function sizeOf({ removed, added }: Difference): number {
  return removed.length + added.length
}

function wholeOf(prefixes: Uint32Array, sha256: Sha256): WholeVersion {
  const checksum = checksumOf(prefixes, sha256)
  return { prefixes, checksum, digest: encodeHex(checksum.subarray(0, DIGEST_BYTES)) }
}
