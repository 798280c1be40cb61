/** One file on this machine: its digests, read as a stream, and what it says about itself. Nothing of it is executed. */
import { createHash } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { ProblemError } from '@tocsin/core/base'
import { formatTlsh, TlshHasher } from '@tocsin/core/similarity'
import type { ApkFacts } from '../compose/package-facts.ts'

/** Bytes of a package that are held in memory for its facts, at most. */
const APK_BYTES_MAX = 512 * 2 ** 20

/** Bytes that are read at once. */
const PIECE_BYTES = 256 * 1024

/** A zip begins with an entry, and the name of each entry stands in it as it is. */
const ZIP = 'PK\x03\x04'
const MANIFEST = 'AndroidManifest.xml'

/** Digests in lower-case hexadecimal. */
export interface FileDigests {
  readonly sizeBytes: number
  readonly md5: string
  readonly sha1: string
  readonly sha256: string
  /** `T1` and 70 digits; absent for fewer than 50 bytes, more than 4 GB, and too uniform a content. */
  readonly tlsh?: string
}

/** What a package says about itself: claims, none of which is verified. */
export type ClaimedApkFacts = ApkFacts & { readonly certificatesVerified: false }

/** What is known of a file without asking anybody. */
export interface InspectedFile extends FileDigests {
  /** Absent where it is no Android package; why they cannot be read, where it seems to be one. */
  readonly apk?: ClaimedApkFacts | { readonly error: string }
}

/**
 * Reads a file: once as a stream, in constant memory, and a second time, into memory, where it seems to be an Android
 * package.
 *
 * @param apkBytesMax bytes of a package whose facts are read, at most; 512 MiB where absent
 * @throws ProblemError `invalid` for what is no regular file or cannot be read
 */
export async function inspectFile(path: string, apkBytesMax = APK_BYTES_MAX): Promise<InspectedFile> {
  try {
    refuseOthers(path, await stat(path))
    // What took its place meanwhile does not hold us up.
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    refuseOthers(path, await file.stat())
    const { hasManifest, ...digests } = await digestsOf(file)
    return hasManifest ? { ...digests, apk: await apkFactsOf(file, digests, apkBytesMax) } : digests
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException
    if (code === undefined || syscall === undefined) throw error
    throw new ProblemError({ code: 'invalid', message: `Cannot inspect "${path}": ${code}` }, { cause: error })
  }
}

/** A pipe or a device may have no end, and to open one may take for ever. */
function refuseOthers(path: string, found: Pick<Stats, 'isFile' | 'isDirectory'>): void {
  if (found.isFile()) return
  const message = found.isDirectory()
    ? 'it must be a file, found a folder; for all files in it: find FOLDER -type f -exec npx tocsin inspect {} +'
    : 'it must be a regular file, found a device, pipe or socket; write what comes from it into a file first'
  throw new ProblemError({ code: 'invalid', message: `Cannot inspect "${path}": ${message}` })
}

async function digestsOf(file: FileHandle): Promise<FileDigests & { readonly hasManifest: boolean }> {
  const [md5, sha1, sha256] = [createHash('md5'), createHash('sha1'), createHash('sha256')]
  const tlsh = new TlshHasher()
  const manifest = new ManifestLook()
  let sizeBytes = 0
  for await (const piece of piecesOf(file)) {
    sizeBytes += piece.length
    for (const hash of [md5, sha1, sha256]) hash.update(piece)
    tlsh.update(piece)
    manifest.update(piece)
  }
  const like = tlsh.digest()
  return {
    sizeBytes,
    md5: md5.digest('hex'),
    sha1: sha1.digest('hex'),
    sha256: sha256.digest('hex'),
    ...(like === undefined ? {} : { tlsh: formatTlsh(like) }),
    hasManifest: manifest.isFound,
  }
}

/** The file from its beginning, each piece in the same memory. */
async function* piecesOf(file: FileHandle): AsyncGenerator<Buffer, void> {
  const memory = Buffer.allocUnsafe(PIECE_BYTES)
  for (let position = 0; ; ) {
    const { bytesRead } = await file.read({ buffer: memory, position })
    if (bytesRead === 0) return
    position += bytesRead
    yield memory.subarray(0, bytesRead)
  }
}

/** Looks in pieces for what each Android package has: a beginning of a zip, and the name of the manifest. */
class ManifestLook {
  #begin: boolean | undefined
  #end = Buffer.alloc(0)
  #isNamed = false

  get isFound(): boolean {
    return this.#begin === true && this.#isNamed
  }

  update(piece: Buffer): void {
    this.#begin ??= piece.toString('latin1', 0, ZIP.length) === ZIP
    if (!this.#begin || this.#isNamed) return
    const seam = Buffer.concat([this.#end, piece.subarray(0, MANIFEST.length - 1)])
    this.#isNamed = seam.includes(MANIFEST) || piece.includes(MANIFEST)
    this.#end = Buffer.concat([this.#end, piece.subarray(1 - MANIFEST.length)]).subarray(1 - MANIFEST.length)
  }
}

async function apkFactsOf(
  file: FileHandle,
  { sizeBytes, sha256 }: FileDigests,
  bytesMax: number,
): Promise<NonNullable<InspectedFile['apk']>> {
  if (sizeBytes > bytesMax) {
    return { error: `Cannot read the APK: it must have at most ${bytesMax} bytes, found ${sizeBytes}` }
  }
  const bytes = await wholeOf(file, sizeBytes)
  // The facts must be of what the digests name.
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) {
    return { error: 'Cannot read the APK: it must stay as it is while it is read, and has changed' }
  }
  const { readApkFacts } = await import('../compose/package-facts.ts')
  const facts = await readApkFacts(bytes)
  return facts.ok ? { ...facts.value, certificatesVerified: false } : { error: facts.problem.message }
}

async function wholeOf(file: FileHandle, sizeBytes: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(sizeBytes)
  let at = 0
  while (at < sizeBytes) {
    const { bytesRead } = await file.read(bytes, at, Math.min(sizeBytes - at, 2 ** 26), at)
    if (bytesRead === 0) break
    at += bytesRead
  }
  return bytes.subarray(0, at)
}
