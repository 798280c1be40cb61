/** The files of one import as one stream, each in its turn, with the way back from a line of it to a line of a file. */
import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { ProblemError } from '@tocsin/core/base'
import { isDocument, type UnpackedMember, unpack, unpackFile } from '../compose/unpacking.ts'

const LF = 10

/** How much of the input has been read. */
export interface InputProgress {
  readonly lines: number
  /** After unpacking. */
  readonly bytes: number
}

/**
 * One input made of several files, each of them plain, compressed, or an archive whose files follow each other; a README
 * in an archive is passed over. Standard input is called `-`.
 */
export class ListInput {
  readonly #files: readonly string[]
  readonly #standard: AsyncIterable<Uint8Array>
  readonly #begins: { readonly label: string; readonly line: number }[] = []
  #lines = 0
  #bytes = 0
  #failure: unknown

  constructor(files: readonly string[], standard: AsyncIterable<Uint8Array>) {
    this.#files = files
    this.#standard = standard
  }

  /** The name of the first file, from which a format may be guessed; `undefined` for standard input. */
  get name(): string | undefined {
    const [first] = this.#files
    return first === undefined || first === '-' ? undefined : basename(first)
  }

  /** What reading failed with. Who sends the bytes on may only know that they broke off. */
  get failure(): unknown {
    return this.#failure
  }

  /** The bytes of all files, unpacked; every file ends with the end of a line. May be read once. */
  async *chunks(onProgress: (progress: InputProgress) => void): AsyncGenerator<Uint8Array, void> {
    try {
      for (const file of this.#files) {
        for await (const member of file === '-' ? unpack(file, this.#standard) : filesOf(file)) {
          yield* this.#read(file, member, onProgress)
        }
      }
    } catch (error) {
      this.#failure = error
      throw error
    }
  }

  /** Where a line of the whole is: `list.txt line 12`, `lists.zip bad.txt line 3`. */
  place(line: number): string {
    const begin = this.#begins.findLast(({ line: before }) => before < line)
    return begin === undefined || this.#begins.length === 1
      ? `line ${line}`
      : `${begin.label} line ${line - begin.line}`
  }

  async *#read(
    file: string,
    { name, chunks }: UnpackedMember,
    onProgress: (progress: InputProgress) => void,
  ): AsyncGenerator<Uint8Array, void> {
    const isOwn = isPackedAs(file, name)
    const isPassed = !isOwn && isDocument(basename(name))
    if (!isPassed) this.#begins.push({ label: isOwn ? file : `${file} ${name}`, line: this.#lines })
    let last = LF
    for await (const chunk of chunks) {
      if (isPassed) continue
      for (let at = chunk.indexOf(LF); at >= 0; at = chunk.indexOf(LF, at + 1)) this.#lines++
      this.#bytes += chunk.length
      last = chunk.at(-1) ?? last
      yield chunk
      onProgress({ lines: this.#lines, bytes: this.#bytes })
    }
    if (last === LF) return
    this.#lines++
    yield Uint8Array.of(LF)
  }
}

/** Whether the member is the file itself, but for compression. */
function isPackedAs(file: string, member: string): boolean {
  return file === '-' ? member === '-' : basename(file).startsWith(member)
}

async function* filesOf(path: string): AsyncGenerator<UnpackedMember, void> {
  const unreadable = (error: unknown): never => {
    const { code, syscall } = error as NodeJS.ErrnoException
    if (code === undefined || syscall === undefined) throw error
    throw new ProblemError({ code: 'invalid', message: `Cannot read "${path}": ${code}` }, { cause: error })
  }
  const file = await open(path).catch(unreadable)
  try {
    const { size, ...kind } = await sizeOf(file)
    const read = async (position: number, length: number) => {
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.allocUnsafe(length), position, length })
      return buffer.subarray(0, bytesRead)
    }
    // A pipe by a name, as `<(…)` gives one, has no size and no places.
    if (kind.isFile) yield* unpackFile(basename(path), { sizeBytes: size, read })
    else yield* unpack(basename(path), file.createReadStream({ autoClose: false }))
  } catch (error) {
    unreadable(error)
  } finally {
    await file.close()
  }
}

async function sizeOf(file: { stat(): Promise<{ readonly size: number; isFile(): boolean }> }) {
  const found = await file.stat()
  return { size: found.size, isFile: found.isFile() }
}
