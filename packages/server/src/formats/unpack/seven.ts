/**
 * 7-Zip. Its directory is at its end and says where everything is and how it is packed. What it says is not believed: sizes and
 * counts are held against the bytes that there are and against the budget, contents against their check sums.
 */
import { crc32 } from 'node:zlib'
import { ByteReader, CutOff } from './byte-reader.ts'
import { type Budget, cannotUnpack } from './limits.ts'
import type { UnpackedMember } from './member.ts'
import { piecesOf, type RandomAccess } from './random-access.ts'
import { LzmaDamage } from './range-decoder.ts'
import { folderContent } from './seven-content.ts'
import { SevenDamage, SevenFields } from './seven-fields.ts'
import { readSevenHeader, type SevenFile } from './seven-header.ts'
import { type SevenFolder, type SevenPart, type SevenStreams, sizeOf } from './seven-streams.ts'

/** Bytes of the signature header, from which places are counted. */
const BEGIN = 32

/** Bytes of the directory, packed and unpacked: ten thousand files take one million. */
const HEADER_BYTES_MAX = 16 * 2 ** 20

/** A directory may be packed, and what is packed may be one that is packed; 7-Zip does it once. */
const HEADER_LAYERS_MAX = 4

/** An archive that is read. */
interface Seven {
  readonly name: string
  readonly input: RandomAccess
  readonly budget: Budget
  readonly onRead: (bytes: number) => void
}

/**
 * The files of a 7-Zip archive, in their order; folders are passed over. Rejects with `invalid` for an archive whose directory is
 * damaged, encrypted or beyond the budget; the contents do for what is wrong with them.
 *
 * @param onRead told of all bytes of content that are read
 */
export async function* sevenMembers(
  name: string,
  input: RandomAccess,
  budget: Budget,
  onRead: (bytes: number) => void,
): AsyncGenerator<UnpackedMember, void> {
  const seven = { name, input, budget, onRead }
  const { streams, files } = await directoryOf(seven)
  const named = files.filter(({ hasContent }) => hasContent).values()
  for (const [at, folder] of (streams?.folders ?? []).entries()) {
    const parts = streams!.parts[at]!
    const inFolder = parts.map(part => ({ part, name: named.next().value?.name ?? 'a file without a name' }))
    yield* filesOf(seven, folder, piecesIn(seven, streams!, at), inFolder)
  }
  for (const { name: empty, hasContent, isFolder } of files) {
    if (!hasContent && !isFolder) yield { name: empty, chunks: nothing() }
  }
}

async function directoryOf(
  seven: Seven,
): Promise<{ readonly streams: SevenStreams | undefined; readonly files: readonly SevenFile[] }> {
  const { name, budget } = seven
  try {
    let bytes = await headerBytes(seven)
    if (bytes.length === 0) return { streams: undefined, files: [] }
    for (let layers = 0; layers < HEADER_LAYERS_MAX; layers++) {
      const header = readSevenHeader(new SevenFields(bytes), budget.limits.membersMax)
      if (header.streams !== undefined) refuseBeyond(seven, header.streams)
      if (header.is === 'header') {
        budget.takeMembers(header.files.length)
        budget.expectUnpacked((header.streams?.folders ?? []).reduce((sum, folder) => sum + sizeOf(folder), 0))
        return header
      }
      bytes = await unpackedHeader(seven, header.streams)
    }
    throw new SevenDamage('a directory in a directory, and so on')
  } catch (error) {
    throw asProblem(name, error)
  }
}

/** The directory as it lies there. */
async function headerBytes({ input }: Seven): Promise<Buffer> {
  const begin = await exactly(input, 0, BEGIN)
  if (crc32(begin.subarray(12, BEGIN)) !== begin.readUInt32LE(8)) throw new SevenDamage('a wrong check sum')
  const place = BEGIN + Number(begin.readBigUInt64LE(12))
  const size = Number(begin.readBigUInt64LE(20))
  if (size === 0) return Buffer.alloc(0)
  if (size > HEADER_BYTES_MAX) throw new SevenDamage(`a directory of ${size} bytes`)
  if (place + size > input.sizeBytes) throw new CutOff()
  const bytes = await exactly(input, place, size)
  if (crc32(bytes) !== begin.readUInt32LE(28)) throw new SevenDamage('a wrong check sum')
  return bytes
}

async function exactly(input: RandomAccess, offset: number, length: number): Promise<Buffer> {
  const found = offset + length <= input.sizeBytes ? await input.read(offset, length) : Buffer.alloc(0)
  if (found.length < length) throw new CutOff()
  return Buffer.from(found.buffer, found.byteOffset, length)
}

/** Whether all packed streams lie within the file. */
function refuseBeyond({ input }: Seven, { packedBegin, packedSizes, folders }: SevenStreams): void {
  const end = packedSizes.reduce((sum, size) => sum + size, BEGIN + packedBegin)
  if (end > input.sizeBytes) throw new CutOff()
  const wanted = folders.reduce((sum, { packed }) => sum + packed.length, 0)
  if (wanted > packedSizes.length) throw new SevenDamage('folders without packed data')
}

async function unpackedHeader(seven: Seven, streams: SevenStreams): Promise<Buffer> {
  const folder = streams.folders[0]
  if (folder === undefined || streams.folders.length > 1) throw new SevenDamage('a directory of no folder, or several')
  const size = sizeOf(folder)
  if (size > HEADER_BYTES_MAX) throw new SevenDamage(`a directory of ${size} bytes`)
  const content = folderContent(seven.name, folder, piecesIn(seven, streams, 0), seven.budget)
  const reader = new ByteReader(counted(content, seven.budget))
  try {
    const bytes = await reader.take(size)
    if (folder.sum !== undefined && crc32(bytes) !== folder.sum) throw new SevenDamage('a wrong check sum')
    return bytes
  } finally {
    await reader.close()
  }
}

/** The first packed stream of a folder; those of several are refused when it is unpacked. */
async function* piecesIn(
  { name, input, onRead }: Seven,
  { packedBegin, packedSizes, folders }: SevenStreams,
  at: number,
): AsyncGenerator<Uint8Array, void> {
  const first = folders.slice(0, at).reduce((sum, { packed }) => sum + packed.length, 0)
  const begin = packedSizes.slice(0, first).reduce((sum, size) => sum + size, BEGIN + packedBegin)
  for await (const piece of piecesOf(name, input, begin, begin + packedSizes[first]!)) {
    onRead(piece.length)
    yield piece
  }
}

/** The files of a folder, out of one stream: what is left of one is skipped before the next. */
async function* filesOf(
  { name, budget }: Seven,
  folder: SevenFolder,
  packed: AsyncIterable<Uint8Array>,
  files: readonly { readonly name: string; readonly part: SevenPart }[],
): AsyncGenerator<UnpackedMember, void> {
  const reader = new ByteReader(counted(folderContent(name, folder, packed, budget), budget))
  try {
    let end = 0
    for (const file of files) {
      end += file.part.sizeBytes
      const content = partOf(file.name, reader, file.part)
      yield { name: file.name, chunks: content }
      await skipTo(reader, end)
    }
  } finally {
    await reader.close()
  }
}

/** Passes over what was not read. What fails here fails again when the next file is read, and is told with it. */
async function skipTo(reader: ByteReader, end: number): Promise<void> {
  try {
    while (reader.taken < end && (await reader.some(end - reader.taken)).length > 0);
  } catch (error) {
    if (!(error instanceof LzmaDamage || error instanceof CutOff || isRefusal(error))) throw error
  }
}

async function* partOf(
  name: string,
  reader: ByteReader,
  { sizeBytes, crc32: told }: SevenPart,
): AsyncGenerator<Uint8Array, void> {
  try {
    let sum = 0
    for (let left = sizeBytes; left > 0; ) {
      const piece = await reader.some(left)
      if (piece.length === 0) throw new CutOff()
      sum = crc32(piece, sum)
      left -= piece.length
      yield piece
    }
    if (told !== undefined && sum !== told) throw new LzmaDamage('another check sum than it must have')
  } catch (error) {
    throw asProblem(name, error)
  }
}

async function* counted(chunks: AsyncIterable<Uint8Array>, budget: Budget): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of chunks) {
    budget.takeUnpacked(chunk.length)
    yield chunk
  }
}

async function* nothing(): AsyncGenerator<Uint8Array, void> {}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'ProblemError'
}

function asProblem(name: string, error: unknown): unknown {
  if (!(error instanceof SevenDamage || error instanceof LzmaDamage || error instanceof CutOff)) return error
  return cannotUnpack(name, `the 7-Zip archive must be whole and undamaged, found "${error.message}"`, error)
}
