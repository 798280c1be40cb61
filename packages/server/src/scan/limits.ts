/** What a scan may cost. */
import { UNPACK_LIMITS, type UnpackLimits } from '../formats/unpack/limits.ts'

/** Bytes of a file that is still read, unless the caller says otherwise. */
export const SIZE_MAX_BYTES = 4 * 2 ** 30

/**
 * For looking into an archive. Stricter in bytes than for a list, which somebody chose to import; one layer deeper, for a
 * document (a zip itself) that is in a zip in a tar.gz is at the fourth.
 */
export const LOOK_LIMITS: UnpackLimits = { ...UNPACK_LIMITS, unpackedBytesMax: 2 * 2 ** 30, depthMax: 5 }

/** Files that wait to be hashed, above which no further folder is read. A path takes about 150 bytes of memory. */
export const QUEUED_FILES_MAX = 50_000

/** Files of one job, and their bytes: 16 ms of hashing, so that all threads end at about the same time. */
export const JOB_FILES_MAX = 64
export const JOB_BYTES_MAX = 8 * 2 ** 20

/** Entries of a folder that are looked at in one go. */
export const PIECE_ENTRIES = 1024

/** Subjects asked in one request; the node's own bound, `BATCH_MAX`, is the same. */
export const ASK_MAX = 1000

/** Batches that wait for their answer, above which nothing more is read. */
export const ASKING_MAX = 8

/** Reasons for what was not looked at that are kept; all are counted. */
export const NOTES_MAX = 10_000

/**
 * How long a file must have rested before its hash may be remembered, in milliseconds. A change in the same tick of the file
 * system's clock leaves size and times as they were; ticks are 1 to 10 ms on Linux, two seconds on FAT.
 */
export const REST_MS = 3000
