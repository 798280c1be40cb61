/**
 * Messages of Outlook (`.msg`) are compound files, as old Word documents are; they are told apart, not opened. [MS-CFB] 9.0 for the
 * container, [MS-OXMSG] 27.0 §2.2 for the names.
 */
import { ByteReader, CutOff } from './byte-reader.ts'
import type { RandomAccess } from './random-access.ts'

/** Names of streams that every message has, as they lie in the directory. */
const NAMES = ['__properties_version1.0', '__nameid_version1.0', '__recip_version1.0_', '__substg1.0_'].map(name =>
  Buffer.from(name, 'utf16le'),
)

/** Entries of the directory that are looked at: the first is the root, the next ones are its own. */
const DIRECTORY_BYTES = 1024

/** Where the directory of a compound file begins, by its first 512 bytes; undefined where it says nothing that can be. */
function directoryPlace(head: Uint8Array): number | undefined {
  if (head.length < 512) return undefined
  const fields = Buffer.from(head)
  const shift = fields.readUInt16LE(30)
  return shift === 9 || shift === 12 ? (fields.readUInt32LE(48) + 1) * 2 ** shift : undefined
}

/** Whether a compound file is a message. */
export async function isOutlookMessage(input: RandomAccess): Promise<boolean> {
  const place = directoryPlace(await input.read(0, Math.min(512, input.sizeBytes)))
  if (place === undefined || place >= input.sizeBytes) return false
  return hasNames(await input.read(place, Math.min(DIRECTORY_BYTES, input.sizeBytes - place)))
}

/** As {@link isOutlookMessage}, of a compound file that streams by. */
export async function isOutlookStream(chunks: AsyncIterable<Uint8Array>): Promise<boolean> {
  const reader = new ByteReader(chunks)
  try {
    const place = directoryPlace(await reader.take(512))
    if (place === undefined) return false
    while (reader.taken < place) if ((await reader.some(place - reader.taken)).length === 0) return false
    return hasNames(await reader.take(DIRECTORY_BYTES))
  } catch (error) {
    if (error instanceof CutOff) return false
    throw error
  }
}

function hasNames(directory: Uint8Array): boolean {
  return NAMES.some(name => Buffer.from(directory).includes(name))
}
