/** What an archive may cost, over all that is in it. */
import { ProblemError } from '@tocsin/core/base'

/** Bounds of one input. */
export interface UnpackLimits {
  /** Bytes of the input as it comes. */
  readonly packedBytesMax: number
  /** Bytes that all decompression together may give, archives within archives included. */
  readonly unpackedBytesMax: number
  /** Entries of all archives together, folders and links included. */
  readonly membersMax: number
  /** How many times its own size the input may unpack to; holds from 1 MiB on. */
  readonly ratioMax: number
  /** Layers: a `.tar.gz` has two, a zip of these three. */
  readonly depthMax: number
  /** Bytes that may be held in memory, for zip and 7-Zip that come as a stream: their directory is at their end. */
  readonly spoolBytesMax: number
  /** Bytes of what was unpacked that LZMA may look back to, of all archives that are open in one another. */
  readonly windowBytesMax: number
}

/** Memory that is held while something is unpacked. */
export interface HeldWindow extends Disposable {
  readonly bytes: number
}

/** Real lists compress 3 to 20 times; deflate cannot do more than 1,032 times. */
export const UNPACK_LIMITS: UnpackLimits = {
  packedBytesMax: 2 * 2 ** 30,
  unpackedBytesMax: 8 * 2 ** 30,
  membersMax: 10_000,
  ratioMax: 200,
  depthMax: 3,
  spoolBytesMax: 64 * 2 ** 20,
  windowBytesMax: 64 * 2 ** 20,
}

/** Below it any ratio is harmless. Bytes. */
const RATIO_FREE_BYTES = 2 ** 20

/** `invalid`: the archive cannot be read, however often one tries. */
export function cannotUnpack(name: string, why: string, cause?: unknown): ProblemError {
  return new ProblemError({ code: 'invalid', message: `Cannot unpack "${name}": ${why}` }, { cause })
}

/** What is left of the limits; each method throws `invalid` where that is nothing. */
export class Budget {
  readonly limits: UnpackLimits
  readonly #name: string
  #packed = 0
  #unpacked = 0
  #members = 0
  #spooled = 0
  #windows = 0

  constructor(name: string, limits: UnpackLimits) {
    this.#name = name
    this.limits = limits
  }

  /** Bytes of the input that were read. */
  takePacked(bytes: number): void {
    this.#packed += bytes
    const { packedBytesMax } = this.limits
    if (this.#packed > packedBytesMax) throw this.#refused(`it must have at most ${packedBytesMax} bytes, found more`)
  }

  /** Bytes that a decompressor gave. */
  takeUnpacked(bytes: number): void {
    this.#unpacked += bytes
    this.expectUnpacked(0)
    const { ratioMax } = this.limits
    if (this.#unpacked <= ratioMax * this.#packed + RATIO_FREE_BYTES) return
    throw this.#refused(`it must unpack to at most ${ratioMax} times its size, found more: a bomb`)
  }

  /** Bytes that a directory says will come. */
  expectUnpacked(bytes: number): void {
    const { unpackedBytesMax } = this.limits
    if (this.#unpacked + bytes <= unpackedBytesMax) return
    throw this.#refused(`it must unpack to at most ${unpackedBytesMax} bytes, found more: too large, or a bomb`)
  }

  takeMembers(count: number): void {
    this.#members += count
    const { membersMax } = this.limits
    if (this.#members > membersMax) throw this.#refused(`it must have at most ${membersMax} entries, found more`)
  }

  takeSpooled(bytes: number): void {
    this.#spooled += bytes
    const { spoolBytesMax } = this.limits
    if (this.#spooled <= spoolBytesMax) return
    throw this.#refused(
      `an archive with its directory at its end that is read as a stream must have at most ${spoolBytesMax} bytes, found more`,
    )
  }

  /** Takes memory that is given back when what it is for is unpacked or left. */
  holdWindow(name: string, bytes: number): HeldWindow {
    const { windowBytesMax } = this.limits
    if (this.#windows + bytes > windowBytesMax) {
      const why = `its dictionary must have at most ${windowBytesMax} bytes with those of what it lies in, found ${bytes}`
      throw cannotUnpack(name, why)
    }
    this.#windows += bytes
    return { bytes, [Symbol.dispose]: () => void (this.#windows -= bytes) }
  }

  #refused(why: string): ProblemError {
    return cannotUnpack(this.#name, why)
  }
}
