/** What an input is, by its first bytes: names lie, and feeds are served under any. */

/** Bytes that decide: the mark of tar is at 257, the check sum of its header needs all 512. */
export const HEAD_BYTES = 512

/** An archive that is read here, or one that is not and what to call it. */
export type Archive =
  | { readonly is: 'gzip' | 'zstd' | 'zip' | 'tar' }
  | { readonly is: 'unreadable'; readonly about: string }

/** Beginnings, as text of one character a byte. */
const MAGIC: readonly (readonly [begin: string, archive: Archive])[] = [
  ['\x1f\x8b\x08', { is: 'gzip' }], // RFC 1952 §2.3.1
  ['\x28\xb5\x2f\xfd', { is: 'zstd' }], // RFC 8878 §3.1.1
  ['PK\x03\x04', { is: 'zip' }], // APPNOTE 6.3.10 §4.3.7
  ['PK\x05\x06', { is: 'zip' }], // §4.3.16: a zip without entries
  ['PK\x07\x08', { is: 'unreadable', about: 'a zip in several volumes' }], // §8.5.4
  ['BZh', { is: 'unreadable', about: 'bzip2' }],
  ['\xfd7zXZ\x00', { is: 'unreadable', about: 'xz' }],
  ['LZIP', { is: 'unreadable', about: 'lzip' }],
  ['7z\xbc\xaf\x27\x1c', { is: 'unreadable', about: '7-Zip' }],
  ['Rar!\x1a\x07', { is: 'unreadable', about: 'RAR' }],
  ['\x04\x22\x4d\x18', { is: 'unreadable', about: 'lz4' }],
  ['MSCF\x00\x00\x00\x00', { is: 'unreadable', about: 'a Windows cabinet' }],
  ['\x1f\x9d', { is: 'unreadable', about: 'compress (.Z)' }],
]

/** The kind of archive that begins like this; undefined for whatever is none. */
export function archiveOf(head: Uint8Array): Archive | undefined {
  const begin = Buffer.from(head.subarray(0, 8)).toString('latin1')
  const found = MAGIC.find(([magic]) => begin.startsWith(magic))?.[1]
  if (found?.is === 'unreadable' && found.about === 'bzip2' && !isBzip2(head)) return undefined
  return found ?? (isTar(head) ? { is: 'tar' } : undefined)
}

/** A line of a list may begin with `BZh`; behind the level, bzip2 has the digits of π, or of its root at an empty end. */
function isBzip2(head: Uint8Array): boolean {
  const level = head[3] ?? 0
  const mark = Buffer.from(head.subarray(4, 10)).toString('hex')
  return level >= 0x31 && level <= 0x39 && (mark === '314159265359' || mark === '177245385090')
}

/** POSIX.1-1988 and GNU: `ustar` at 257, and the sum of all bytes, those of the sum itself taken as spaces, at 148. */
function isTar(head: Uint8Array): boolean {
  if (head.length < HEAD_BYTES) return false
  const block = Buffer.from(head.subarray(0, HEAD_BYTES))
  if (block.toString('latin1', 257, 262) !== 'ustar') return false
  const sum = block.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0)
  return Number.parseInt(block.toString('latin1', 148, 156), 8) === sum
}
