/**
 * Zip. Its directory is at its end and says where everything is; yauzl reads it. What it says is not believed: entries
 * that share bytes are refused (that is how 40 kB become petabytes, Fifield, "A better zip bomb", WOOT 2019), and sizes
 * and check sums are held against what comes.
 */
import { crc32 } from 'node:zlib'
import { type Entry, fromRandomAccessReaderPromise, getFileNameLowLevel, RandomAccessReader, type ZipFile } from 'yauzl'
import { type Compression, decompressed } from './decompress.ts'
import { type Budget, cannotUnpack } from './limits.ts'
import type { UnpackedMember } from './member.ts'
import { piecesOf, type RandomAccess } from './random-access.ts'

/** APPNOTE 6.3.10 §4.4.5; 0 is stored. */
const METHODS: Readonly<Record<number, Compression>> = { 8: 'deflate', 93: 'zstd' }
const STORED = 0

/** The upper byte of "version made by": Unix, whose file mode is in the upper half of the external attributes. */
const MADE_BY_UNIX = 3
const MODE_TYPE = 0o170000
const MODE_LINK = 0o120000

/** An entry and where it lies: its header, its data. */
interface Placed {
  readonly entry: Entry
  readonly name: string
  readonly dataBegin: number
}

/**
 * The files of a zip archive, in the order of its directory. Folders and links are passed over. Rejects with `invalid`
 * for an archive that is damaged, cut off, encrypted or beyond the budget.
 *
 * @param onRead told of all bytes of content that are read
 */
export async function* zipMembers(
  name: string,
  input: RandomAccess,
  budget: Budget,
  onRead: (bytes: number) => void,
): AsyncGenerator<UnpackedMember, void> {
  for (const placed of await directoryOf(name, input, budget)) {
    if (!isFile(placed)) continue
    yield { name: placed.name, chunks: contentOf(placed, input, budget, onRead) }
  }
}

/** All entries, after all that can be known of them beforehand was looked at. */
async function directoryOf(name: string, input: RandomAccess, budget: Budget): Promise<readonly Placed[]> {
  const reader = new InputReader(input)
  try {
    const zip = await fromRandomAccessReaderPromise(reader, input.sizeBytes, { autoClose: false, decodeStrings: false })
    budget.takeMembers(zip.entryCount)
    // The types call it a boolean. It moves while the directory is read.
    const directoryBegin = Number(zip.readEntryCursor)
    const placed = await placedEntries(zip)
    budget.expectUnpacked(placed.reduce((sum, { entry }) => sum + entry.uncompressedSize, 0))
    refuseSharedBytes(name, placed, directoryBegin)
    return placed
  } catch (error) {
    reader.throwIfFailed()
    if (!(error instanceof Error) || error.name === 'ProblemError') throw error
    if (/encrypt/i.test(error.message)) throw encrypted(name)
    throw cannotUnpack(name, `the zip directory must be whole and undamaged, found "${error.message}"`, error)
  }
}

async function placedEntries(zip: ZipFile): Promise<Placed[]> {
  const placed: Placed[] = []
  for await (const entry of zip.eachEntry()) {
    const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true })
    const { generalPurposeBitFlag, fileNameRaw, extraFields } = entry
    const name = getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false)
    placed.push({ entry, name, dataBegin: fileDataStart })
  }
  return placed
}

function refuseSharedBytes(name: string, placed: readonly Placed[], directoryBegin: number): void {
  let free = 0
  for (const { entry, dataBegin } of [...placed].sort(byPlace)) {
    const end = dataBegin + entry.compressedSize
    if (entry.relativeOffsetOfLocalHeader < free || end > directoryBegin) {
      throw cannotUnpack(name, 'its entries must not share bytes with each other or the directory, and do: a bomb')
    }
    free = end
  }
}

function byPlace(a: Placed, b: Placed): number {
  return a.entry.relativeOffsetOfLocalHeader - b.entry.relativeOffsetOfLocalHeader
}

function isFile({ entry, name }: Placed): boolean {
  if (name.endsWith('/')) return false
  const mode = entry.versionMadeBy >> 8 === MADE_BY_UNIX ? entry.externalFileAttributes >>> 16 : 0
  return (mode & MODE_TYPE) !== MODE_LINK
}

async function* contentOf(
  { entry, name, dataBegin }: Placed,
  input: RandomAccess,
  budget: Budget,
  onRead: (bytes: number) => void,
): AsyncGenerator<Uint8Array, void> {
  if (entry.isEncrypted()) throw encrypted(name)
  const { compressionMethod, uncompressedSize } = entry
  const compression = METHODS[compressionMethod]
  if (compression === undefined && compressionMethod !== STORED) {
    throw cannotUnpack(name, `its zip method must be 0 (stored), 8 (deflate) or 93 (zstd), found ${compressionMethod}`)
  }
  const packed = told(piecesOf(name, input, dataBegin, dataBegin + entry.compressedSize), onRead)
  let bytes = 0
  let sum = 0
  for await (const chunk of compression === undefined ? packed : decompressed(name, packed, compression, budget)) {
    bytes += chunk.length
    if (bytes > uncompressedSize) break
    sum = crc32(chunk, sum)
    yield chunk
  }
  if (bytes !== uncompressedSize) {
    const found = bytes > uncompressedSize ? 'more' : bytes
    throw cannotUnpack(name, `it must have the ${uncompressedSize} bytes that the zip directory says, found ${found}`)
  }
  if (sum !== entry.crc32)
    throw cannotUnpack(name, 'its check sum must be the one in the zip directory, and is another')
}

async function* told(
  chunks: AsyncIterable<Uint8Array>,
  onRead: (bytes: number) => void,
): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of chunks) {
    onRead(chunk.length)
    yield chunk
  }
}

function encrypted(name: string) {
  return cannotUnpack(name, 'it is encrypted; unpack it first, or have it sent without a password')
}

/** Our random access as yauzl wants it. */
class InputReader extends RandomAccessReader {
  readonly #input: RandomAccess
  #failed: { readonly error: unknown } | undefined

  constructor(input: RandomAccess) {
    super()
    this.#input = input
  }

  throwIfFailed(): void {
    if (this.#failed !== undefined) throw this.#failed.error
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    this.#read(position, length).then(
      bytes => {
        buffer.set(bytes, offset)
        callback(null, bytes.length)
      },
      (error: unknown) => {
        this.#failed = { error }
        callback(error as Error)
      },
    )
  }

  /** Nothing for a place beyond the end, which yauzl takes for an unexpected end. */
  async #read(position: number, length: number): Promise<Uint8Array> {
    const { sizeBytes } = this.#input
    if (!(position >= 0 && position + length <= sizeBytes)) return new Uint8Array(0)
    const bytes = await this.#input.read(position, length)
    return bytes.subarray(0, length)
  }
}
