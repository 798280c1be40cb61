/** The files of one import as one stream, each in its turn, with the way back from a line of it to a line of a file. */
import { createReadStream } from 'node:fs'
import { ProblemError } from '@tocsin/core/base'
import { unpacked } from './archive.ts'

const LF = 10

/** How much of the input has been read. */
export interface InputProgress {
  readonly lines: number
  /** After unpacking. */
  readonly bytes: number
}

/** One input made of several files. Standard input is called `-`. */
export class ListInput {
  readonly #files: readonly string[]
  readonly #standard: AsyncIterable<Uint8Array>
  readonly #begins: { readonly file: string; readonly line: number }[] = []
  #lines = 0
  #bytes = 0
  #failure: unknown

  constructor(files: readonly string[], standard: AsyncIterable<Uint8Array>) {
    this.#files = files
    this.#standard = standard
  }

  /** What reading failed with. Who sends the bytes on may only know that they broke off. */
  get failure(): unknown {
    return this.#failure
  }

  /** The bytes of all files, unpacked; every file ends with the end of a line. May be read once. */
  async *chunks(onProgress: (progress: InputProgress) => void): AsyncGenerator<Uint8Array, void> {
    try {
      yield* this.#read(onProgress)
    } catch (error) {
      this.#failure = error
      throw error
    }
  }

  async *#read(onProgress: (progress: InputProgress) => void): AsyncGenerator<Uint8Array, void> {
    for (const file of this.#files) {
      this.#begins.push({ file, line: this.#lines })
      let last = LF
      for await (const chunk of unpacked(file, this.#open(file))) {
        for (let at = chunk.indexOf(LF); at >= 0; at = chunk.indexOf(LF, at + 1)) this.#lines++
        this.#bytes += chunk.length
        last = chunk.at(-1) ?? last
        yield chunk
        onProgress({ lines: this.#lines, bytes: this.#bytes })
      }
      if (last === LF) continue
      this.#lines++
      yield Uint8Array.of(LF)
    }
  }

  /** Where a line of the whole is: `list.txt line 12`. */
  place(line: number): string {
    const begin = this.#begins.findLast(({ line: before }) => before < line)
    return begin === undefined || this.#files.length === 1 ? `line ${line}` : `${begin.file} line ${line - begin.line}`
  }

  async *#open(file: string): AsyncGenerator<Uint8Array, void> {
    const bytes: AsyncIterable<Uint8Array> = file === '-' ? this.#standard : createReadStream(file)
    try {
      yield* bytes
    } catch (error) {
      const { code, syscall } = error as NodeJS.ErrnoException
      if (code === undefined || syscall === undefined) throw error
      throw new ProblemError({ code: 'invalid', message: `Cannot read "${file}": ${code}` }, { cause: error })
    }
  }
}
