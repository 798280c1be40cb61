/** What the main thread of a scan and its other threads say to each other. */
import type { UnpackLimits } from '../formats/unpack/limits.ts'
import type { BytePath } from './byte-path.ts'

/** What a thread needs to know from its beginning. */
export interface ThreadSettings {
  /** The table of remembered hashes, as `cache-file.ts` has loaded it. */
  readonly cache: SharedArrayBuffer | undefined
  /** Bytes that were read, one 64-bit float for each thread. */
  readonly progress: SharedArrayBuffer
  /** Which of them is this thread's. */
  readonly index: number
  readonly sizeMax: number
  readonly oneFileSystem: boolean
  readonly excludes: readonly string[]
  /** Whether archives are looked into, and how far. */
  readonly archives: UnpackLimits | undefined
  /** Days since 1970, for the cache. */
  readonly day: number
}

/** What a thread is to do next. */
export type Job =
  /** Read a folder, in pieces. */
  | { readonly is: 'folder'; readonly path: BytePath }
  /** Read the next piece of the folder that was begun, or leave it. */
  | { readonly is: 'more' }
  | { readonly is: 'leave' }
  /** Hash files; `now` in milliseconds since 1970 decides which hashes may be remembered. */
  | { readonly is: 'files'; readonly paths: readonly BytePath[]; readonly now: number }

/** What was found in an archive: members with their SHA-256 in hexadecimal, and why a part could not be opened. */
export interface Contents {
  readonly members: readonly (readonly [path: string, sha256: string])[]
  readonly notes: readonly (readonly [path: string, reason: string])[]
}

/** Why something was passed over without its being a failure. */
export const SKIPS = [
  'link',
  'special',
  'excluded',
  'too-large',
  'vanished',
  'kernel',
  'other-file-system',
  'met-before',
] as const

/** One of {@link SKIPS}. */
export type Skip = (typeof SKIPS)[number]

/** Files that have a hash now, as columns. */
export interface LookedAt {
  readonly count: number
  /** With a zero, which no path holds, between two: one string crosses in less time than many. */
  readonly paths: string
  /** 32 bytes each. */
  readonly digests: Uint8Array
  readonly sizes: Float64Array
  /** By their place among the paths. */
  readonly contents: readonly (readonly [place: number, contents: Contents])[]
}

/** What was passed over, and what could not be read. */
export interface NotLookedAt {
  readonly skipped: readonly (readonly [skip: Skip, path: BytePath])[]
  readonly failed: readonly (readonly [path: BytePath, reason: string])[]
}

/** A piece of a folder. */
export interface FolderPiece extends NotLookedAt {
  readonly is: 'folder'
  readonly path: BytePath
  /** Device and inode, by which a folder is known that was met before. */
  readonly identity: string
  readonly isFirst: boolean
  /** Whether there is another piece. */
  readonly hasMore: boolean
  readonly folders: readonly BytePath[]
  /** Files whose hash is remembered. */
  readonly known: LookedAt
  /** Files that must be hashed. */
  readonly files: readonly BytePath[]
  readonly sizes: readonly number[]
}

/** Files that were hashed, or turned out to be remembered. */
export interface FilesDone extends NotLookedAt {
  readonly is: 'files'
  readonly looked: LookedAt
  /** How many of them were hashed now. */
  readonly hashed: number
  /** Records for the cache, `RECORD_BYTES` each, and by their place what was found in archives, as JSON. */
  readonly records: Uint8Array
  readonly recordContents: readonly (readonly [place: number, text: string])[]
}

/** What a thread answers to a job. */
export type JobAnswer = FolderPiece | FilesDone | { readonly is: 'left' }
