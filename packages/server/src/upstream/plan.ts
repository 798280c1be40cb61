/** Which files lead from where a mirror is to a head. What an upstream says of its files is signed by nobody. */
import { fail, ok, type Result } from '@tocsin/core/base'
import type { DistributedHead, ListFileName } from '@tocsin/core/list'

/** A delta by its file, and the sequences that it leads from and to. */
export interface DeltaName extends ListFileName {
  readonly from: number
  readonly to: number
}

/** What an upstream answers about changes. */
export interface Changes {
  readonly bookId: string
  readonly files: readonly DeltaName[]
}

/** Files of one answer, at most: merging leaves some hundred for a year. */
const FILES_MAX = 4096

/** Bytes of the deltas of one answer, at most: beyond it a snapshot is smaller. */
const DELTA_BYTES_MAX = 2 ** 31

/** Bytes of a snapshot, at most; the head that names it is signed. */
const SNAPSHOT_BYTES_MAX = 2 ** 34

/** Reads an answer about changes; fails as `invalid`. */
export function parseChanges(value: unknown): Result<Changes> {
  const wrong = (why: string) => fail('invalid', `Cannot read the upstream's changes: ${why}`)
  const { bookId, files } = (value ?? {}) as { readonly bookId?: unknown; readonly files?: unknown }
  if (typeof bookId !== 'string') return wrong('they must have a bookId')
  if (!Array.isArray(files) || files.length > FILES_MAX) return wrong(`they must name at most ${FILES_MAX} files`)
  if (!files.every(isDelta)) return wrong('each file must have name, from, to and bytes')
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  if (bytes > DELTA_BYTES_MAX) return wrong(`all files must have at most ${DELTA_BYTES_MAX} bytes, found ${bytes}`)
  return ok({ bookId, files: files.map(({ name, from, to, bytes: size }) => ({ name, from, to, bytes: size })) })
}

/**
 * The files that lead from one sequence to exactly another, in their order; `undefined` where they do not, as when the
 * upstream has published more since the head was read. None where there is nothing to do.
 */
export function filesBetween(
  { files }: Pick<Changes, 'files'>,
  from: number,
  to: number,
): readonly DeltaName[] | undefined {
  const way: DeltaName[] = []
  let at = from
  for (const file of files) {
    if (at === to) break
    // A delta may begin earlier: what it says of subjects that changed before is what they are by its end.
    if (file.from > at || file.to <= at) return undefined
    way.push(file)
    at = file.to
  }
  return at === to ? way : undefined
}

/** Fails as `invalid` for a snapshot that no book has. */
export function checkSnapshot({ snapshot, sequence }: DistributedHead): Result<DistributedHead['snapshot']> {
  if (snapshot === undefined) return ok(undefined)
  if (snapshot.sequence > sequence || snapshot.bytes > SNAPSHOT_BYTES_MAX) {
    const message = `Cannot read the head: its snapshot must be of ${sequence} or before, and of ${SNAPSHOT_BYTES_MAX} bytes at most`
    return fail('invalid', message)
  }
  return ok(snapshot)
}

/** All bytes of some files. */
export function bytesOf(files: readonly ListFileName[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0)
}

function isDelta(value: unknown): value is DeltaName {
  if (typeof value !== 'object' || value === null) return false
  const { name, from, to, bytes } = value as Readonly<Record<string, unknown>>
  const numbers = [from, to, bytes].every(number => Number.isSafeInteger(number) && (number as number) >= 0)
  // It becomes the name of a file here.
  return numbers && typeof name === 'string' && /^[0-9a-f]{64}\.delta$/.test(name)
}
