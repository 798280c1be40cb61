/**
 * Inputs to files: what is packed (gzip, zstd, xz, zip, 7-Zip, tar, one in another) is unpacked as it streams by, what is not passes
 * through. What an input is, its first bytes say. Memory is bounded by the limits. A name is a label for messages and for
 * finding a format; nothing here touches the file system.
 */
import { peek } from './chunks.ts'
import { decompressed } from './decompress.ts'
import { Budget, cannotUnpack, UNPACK_LIMITS, type UnpackLimits } from './limits.ts'
import { type Archive, archiveOf, HEAD_BYTES } from './magic.ts'
import type { UnpackedMember } from './member.ts'
import { inMemory, piecesOf, type RandomAccess } from './random-access.ts'
import { tarMembers } from './tar.ts'
import { zipMembers } from './zip.ts'

export { UNPACK_LIMITS, type UnpackLimits } from './limits.ts'
export type { UnpackedMember } from './member.ts'
export type { RandomAccess } from './random-access.ts'

/** Characters of a name that are kept. */
const NAME_LENGTH_MAX = 255

/**
 * The files of an input, in their order; the input itself, under its own name, where it is no archive. Each file is read
 * before the next one is asked for. Rejects with `invalid` for what is damaged, cut off, encrypted, beyond the limits, or
 * of a kind that is not read here; with the input's own error where that failed. Leaving off closes the input.
 *
 * A zip or 7-Zip is held in memory up to `spoolBytesMax`; see {@link unpackFile}.
 *
 * @param limits what differs from `UNPACK_LIMITS`
 */
export async function* unpack(
  name: string,
  bytes: AsyncIterable<Uint8Array>,
  limits: Partial<UnpackLimits> = {},
): AsyncGenerator<UnpackedMember, void> {
  const label = labelOf(name)
  const budget = new Budget(label, { ...UNPACK_LIMITS, ...limits })
  yield* membersOf(label, counted(bytes, budget), budget, 0)
}

/** As {@link unpack}, of an input that can be read at any place: zip and 7-Zip are not held in memory then. */
export async function* unpackFile(
  name: string,
  input: RandomAccess,
  limits: Partial<UnpackLimits> = {},
): AsyncGenerator<UnpackedMember, void> {
  const label = labelOf(name)
  const all = { ...UNPACK_LIMITS, ...limits }
  const budget = new Budget(label, all)
  const { sizeBytes } = input
  if (sizeBytes > all.packedBytesMax) {
    throw cannotUnpack(label, `it must have at most ${all.packedBytesMax} bytes, found ${sizeBytes}`)
  }
  const head = await input.read(0, Math.min(HEAD_BYTES, sizeBytes))
  const kind = archiveOf(head)?.is
  if (kind !== 'zip' && kind !== '7z') {
    return yield* membersOf(label, counted(piecesOf(label, input, 0, sizeBytes), budget), budget, 0)
  }
  refuseDepth(label, budget, 0)
  const membersIn = kind === 'zip' ? zipMembers : (await import('./seven.ts')).sevenMembers
  const files = membersIn(label, input, budget, bytes => budget.takePacked(bytes))
  for await (const file of files) yield* membersOf(labelOf(file.name), file.chunks, budget, 1)
}

async function* membersOf(
  name: string,
  bytes: AsyncIterable<Uint8Array>,
  budget: Budget,
  depth: number,
): AsyncGenerator<UnpackedMember, void> {
  const input = await peek(bytes, HEAD_BYTES)
  try {
    const archive = archiveOf(input.head)
    if (archive === undefined) return yield { name, chunks: input.chunks }
    if (archive.is !== 'unreadable') refuseDepth(name, budget, depth)
    for await (const file of opened(archive, name, input.chunks, budget)) {
      yield* membersOf(labelOf(file.name), file.chunks, budget, depth + 1)
    }
  } finally {
    await input.close()
  }
}

/** What is one layer below. */
async function* opened(
  archive: Archive,
  name: string,
  chunks: AsyncIterable<Uint8Array>,
  budget: Budget,
): AsyncGenerator<UnpackedMember, void> {
  switch (archive.is) {
    case 'gzip':
    case 'zstd':
      return yield { name: nameWithin(name), chunks: decompressed(name, chunks, archive.is, budget) }
    // Few inputs are packed by LZMA, and commands must begin quickly.
    case 'xz': {
      const { xzContent } = await import('./xz.ts')
      return yield { name: nameWithin(name), chunks: xzContent(name, chunks, budget) }
    }
    case 'tar':
      return yield* tarMembers(name, chunks, budget)
    case 'zip':
      return yield* zipMembers(name, inMemory(await spooled(chunks, budget)), budget, () => undefined)
    case '7z': {
      const { sevenMembers } = await import('./seven.ts')
      return yield* sevenMembers(name, inMemory(await spooled(chunks, budget)), budget, () => undefined)
    }
    case 'unreadable': {
      const why = `it is ${archive.about}, which is not read here; unpack it first, or have it sent as gzip, zstd, xz, zip, 7-Zip or tar`
      throw cannotUnpack(name, why)
    }
  }
}

function refuseDepth(name: string, budget: Budget, depth: number): void {
  const { depthMax } = budget.limits
  if (depth < depthMax) return
  throw cannotUnpack(name, `archives must lie in one another at most ${depthMax} deep, found more: a bomb`)
}

async function* counted(bytes: AsyncIterable<Uint8Array>, budget: Budget): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of bytes) {
    budget.takePacked(chunk.length)
    yield chunk
  }
}

async function spooled(chunks: AsyncIterable<Uint8Array>, budget: Budget): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  for await (const chunk of chunks) {
    budget.takeSpooled(chunk.length)
    pieces.push(chunk)
  }
  return Buffer.concat(pieces)
}

/** The name of what is in a gzip, zstd or xz of that name. */
export function nameWithin(name: string): string {
  return name.replace(/\.(?:gz|gzip|zst|zstd|xz)$/i, '').replace(/\.t(?:gz|zst|xz)$/i, '.tar')
}

/** A name as a label: of bounded length, and nothing in it that a terminal would obey. */
function labelOf(name: string): string {
  return name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}"]/gu, '\ufffd').slice(0, NAME_LENGTH_MAX)
}
