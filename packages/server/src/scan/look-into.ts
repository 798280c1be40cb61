/**
 * What is in an archive or a mail: the hash of every file in it and of every archive in it, and what could not be opened. It builds on
 * the readers of `formats/unpack` and their budget, but goes on where they would reject: a list that is half damaged must not be
 * imported, while a scan wants to know the other half.
 */
import { createHash } from 'node:crypto'
import { ProblemError } from '@tocsin/core/base'
import { peek } from '../formats/unpack/chunks.ts'
import { decompressed } from '../formats/unpack/decompress.ts'
import { Budget, type UnpackLimits } from '../formats/unpack/limits.ts'
import { HEAD_BYTES } from '../formats/unpack/magic.ts'
import { mailMembers } from '../formats/unpack/mail.ts'
import type { UnpackedMember } from '../formats/unpack/member.ts'
import { isOutlookMessage, isOutlookStream } from '../formats/unpack/outlook.ts'
import { inMemory, piecesOf, type RandomAccess } from '../formats/unpack/random-access.ts'
import { sevenMembers } from '../formats/unpack/seven.ts'
import { tarMembers } from '../formats/unpack/tar.ts'
import { nameWithin } from '../formats/unpack/unpack.ts'
import { xzContent } from '../formats/unpack/xz.ts'
import { zipMembers } from '../formats/unpack/zip.ts'
import { type Container, containerOf } from './container.ts'
import type { Contents } from './jobs.ts'

/** Characters of a member's name that are kept. */
const NAME_LENGTH_MAX = 1024

/** Parts of an archive that could not be opened and are named, the rest is summed up. */
const NOTES_MAX = 100

/** The way into an archive within an archive. */
const INTO = '!'

const OUTLOOK = 'it is an Outlook message (.msg), which is not read here'

/**
 * Looks into an archive. What is damaged, encrypted, too deep or of a kind that is not read becomes a note with its place
 * (empty for the archive itself); so does the end of the limits, and then it leaves off. Rejects only with what the system says.
 */
export async function lookInto(
  name: string,
  container: Container,
  input: RandomAccess,
  limits: UnpackLimits,
): Promise<Contents> {
  const look = new Look(name, limits)
  await look.at(container, input)
  return look.found()
}

/** The limits are used up: whoever catches it lets it pass. */
class Spent extends Error {}

class Look {
  readonly #name: string
  readonly #budget: Budget
  readonly #members: (readonly [string, string])[] = []
  readonly #notes: (readonly [string, string])[] = []
  #unnamed = 0

  constructor(name: string, limits: UnpackLimits) {
    this.#name = name
    this.#budget = new Budget(name, limits)
  }

  async at(container: Container, input: RandomAccess): Promise<void> {
    await this.#noting('', async () => {
      if (container.is === 'zip' || container.is === '7z') {
        const membersIn = container.is === 'zip' ? zipMembers : sevenMembers
        const files = membersIn(this.#name, input, this.#budget, bytes => this.#budget.takePacked(bytes))
        await this.#each(files, '', 1)
      } else if (container.is === 'compound') {
        if (await isOutlookMessage(input)) throw refused(OUTLOOK)
      } else {
        const pieces = piecesOf(this.#name, input, 0, input.sizeBytes)
        await this.#inside(container, { name: this.#name, chunks: this.#counted(pieces) }, '', 0)
      }
    }).catch((error: unknown) => {
      if (!(error instanceof Spent)) throw error
    })
  }

  found(): Contents {
    const more: (readonly [string, string])[] =
      this.#unnamed === 0 ? [] : [['', `${this.#unnamed} more parts of it could not be opened`]]
    return { members: this.#members, notes: [...this.#notes, ...more] }
  }

  async #inside(container: Container, file: UnpackedMember, prefix: string, depth: number): Promise<void> {
    const { depthMax } = this.#budget.limits
    if (container.is === 'unreadable') throw refused(`it is ${container.about}, which is not read here`)
    if (depth >= depthMax) throw refused(`archives lie in one another more than ${depthMax} deep`)
    const { name, chunks } = file
    switch (container.is) {
      case 'gzip':
      case 'zstd': {
        const content = decompressed(name, chunks, container.is, this.#budget)
        return await this.#each(one({ name: nameWithin(name) || 'content', chunks: content }), prefix, depth + 1)
      }
      case 'xz': {
        const content = xzContent(name, chunks, this.#budget)
        return await this.#each(one({ name: nameWithin(name) || 'content', chunks: content }), prefix, depth + 1)
      }
      case 'tar':
        return await this.#each(tarMembers(name, chunks, this.#budget), prefix, depth + 1)
      case 'zip':
      case '7z': {
        const membersIn = container.is === 'zip' ? zipMembers : sevenMembers
        const files = membersIn(name, inMemory(await this.#spooled(chunks)), this.#budget, () => undefined)
        return await this.#each(files, prefix, depth + 1)
      }
      case 'mail':
      case 'mbox':
        return await this.#each(mailMembers(name, container.is, chunks, this.#budget), prefix, depth + 1)
      case 'compound':
        if (await isOutlookStream(chunks)) throw refused(OUTLOOK)
    }
  }

  async #each(files: AsyncIterable<UnpackedMember>, prefix: string, depth: number): Promise<void> {
    for await (const file of files) {
      const path = prefix + labelOf(file.name)
      await this.#noting(path, () => this.#member(path, file, depth))
    }
  }

  /** Hashes a member and, where it is an archive itself, what is in it, in one pass. */
  async #member(path: string, file: UnpackedMember, depth: number): Promise<void> {
    const sum = createHash('sha256')
    const kept = keptOpen(file.chunks, chunk => void sum.update(chunk))
    const { head, chunks } = await peek(kept, HEAD_BYTES)
    const container = file.kind === undefined ? containerOf(head) : { is: file.kind }
    if (container !== undefined) {
      const name = file.isNamed === false ? 'content' : file.name.slice(file.name.lastIndexOf('/') + 1)
      await this.#noting(path, () => this.#inside(container, { name, chunks }, path + INTO, depth))
    }
    // What the archive's reader left: the digest is that of the whole.
    for await (const _ of kept);
    this.#members.push([path, sum.digest('hex')])
  }

  /** Turns what is wrong with a part into a note; leaves off where the limits are used up. */
  async #noting(path: string, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (error instanceof Spent || !(error instanceof ProblemError)) throw error
      if (this.#notes.length < NOTES_MAX) this.#notes.push([path, reasonOf(error)])
      else this.#unnamed++
      if (this.#isSpent()) throw new Spent()
    }
  }

  #isSpent(): boolean {
    try {
      this.#budget.takeUnpacked(0)
      this.#budget.takeMembers(0)
      this.#budget.takePacked(0)
      return false
    } catch {
      return true
    }
  }

  async *#counted(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
    for await (const chunk of chunks) {
      this.#budget.takePacked(chunk.length)
      yield chunk
    }
  }

  async #spooled(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
    const pieces: Uint8Array[] = []
    for await (const chunk of chunks) {
      this.#budget.takeSpooled(chunk.length)
      pieces.push(chunk)
    }
    return Buffer.concat(pieces)
  }
}

/** Chunks that are told of as they pass, and that leaving off does not close: another reader may go on. */
function keptOpen(chunks: AsyncIterable<Uint8Array>, onChunk: (chunk: Uint8Array) => void): AsyncIterable<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]()
  const next = async () => {
    const result = await iterator.next()
    if (result.done !== true) onChunk(result.value)
    return result
  }
  return { [Symbol.asyncIterator]: () => ({ next }) }
}

async function* one(file: UnpackedMember): AsyncGenerator<UnpackedMember, void> {
  yield file
}

function refused(why: string): ProblemError {
  return new ProblemError({ code: 'invalid', message: why })
}

/** Without the words that name the file, which the note's place does. */
function reasonOf({ message }: ProblemError): string {
  return message.replace(/^Cannot unpack ".*?": /s, '')
}

/** A name as it is shown: of bounded length. It is never a path to anything. */
function labelOf(name: string): string {
  return name.length > NAME_LENGTH_MAX ? `${name.slice(0, NAME_LENGTH_MAX)}…` : name
}
