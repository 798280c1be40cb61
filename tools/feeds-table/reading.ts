/** Reads a file of lists as a node would: unpacks it, finds the format of each file in it, and reads that to its end. */
import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { ProblemError } from '@tocsin/core/base'
import { detectFormat, SAMPLE_BYTES_MAX, sampleOf } from '../../packages/server/src/formats/detect.ts'
import type { Format } from '../../packages/server/src/formats/format.ts'
import { unpackFile } from '../../packages/server/src/formats/unpack/unpack.ts'
import { Counts } from './counts.ts'

/** Formats in which a record may go on over several lines. */
const CONTINUED: ReadonlySet<string> = new Set(['rpz', 'routeros', 'unbound'])

const LF = 10

/** A list: a file, or a file in an archive. */
export interface Member {
  readonly name: string
  readonly bytes: Uint8Array
}

/** The files in a file, unpacked; the file itself where it is no archive. */
export async function* membersOf(path: string): AsyncGenerator<Member, void> {
  await using file = await open(path)
  const { size } = await file.stat()
  const read = async (position: number, length: number) => {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.allocUnsafe(length), position, length })
    return buffer.subarray(0, bytesRead)
  }
  for await (const { name, chunks } of unpackFile(basename(path), { sizeBytes: size, read })) {
    yield { name, bytes: Buffer.concat(await Array.fromAsync(chunks, chunk => Uint8Array.from(chunk))) }
  }
}

/**
 * The counts of a file, those of all its members together. Rejects with a plain `Error` where they do not add up: then
 * a parser lost a line, which is what nothing here may do.
 */
export async function readLists(path: string): Promise<Counts> {
  const counts = new Counts()
  for await (const member of membersOf(path)) counts.include(readMember(member))
  return counts
}

/** The counts of one list. */
export function readMember({ name, bytes }: Member): Counts {
  const found = detectFormat(sampleOf(name, bytes))
  if (!found.ok) {
    const counts = new Counts()
    counts.unread.push({ member: name, why: found.problem.message })
    return counts
  }
  try {
    return readAs(found.value, name, bytes)
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    const counts = new Counts()
    counts.unread.push({ member: name, why: error.message })
    return counts
  }
}

function readAs(format: Format, name: string, bytes: Uint8Array): Counts {
  const counts = new Counts()
  counts.formats.set(format.name, 1)
  const reader = format.open({})
  let last = 0
  const take = (records: ReturnType<typeof reader.push>) => {
    for (const record of records) {
      // Several records of one object share its number.
      if (record.place < last) throw new Error(`"${name}": record ${record.place} comes behind record ${last}`)
      last = record.place
      counts.add(name, record)
    }
  }
  for (let at = 0; at < bytes.length; at += SAMPLE_BYTES_MAX)
    take(reader.push(bytes.subarray(at, at + SAMPLE_BYTES_MAX)))
  take(reader.end())
  checkLines(format, name, bytes, counts)
  return counts
}

/** Counts the lines by themselves: each is a record of a format of lines, or goes on in one. */
function checkLines({ name: format, unit }: Format, name: string, bytes: Uint8Array, { records }: Counts): void {
  if (unit !== 'line') return
  const lines = linesOf(bytes)
  if (records === lines || (CONTINUED.has(format) && records < lines)) return
  throw new Error(`"${name}": format "${format}" must make a record of each of ${lines} lines, found ${records}`)
}

function linesOf(bytes: Uint8Array): number {
  let lines = bytes.length > 0 && bytes.at(-1) !== LF ? 1 : 0
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) lines++
  return lines
}
