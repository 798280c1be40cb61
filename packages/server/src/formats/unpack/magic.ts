/** What an input is, by its first bytes: names lie, and feeds are served under any. */

/** Bytes that decide: the mark of tar is at 257, the check sum of its header needs all 512. */
export const HEAD_BYTES = 512

/** An archive that is read here, or one that is not and what to call it. */
export type Archive =
  | { readonly is: 'gzip' | 'zstd' | 'xz' | 'zip' | '7z' | 'tar' }
  | { readonly is: 'unreadable'; readonly about: string }

/** Beginnings, as text of one character a byte. */
const MAGIC: readonly (readonly [begin: string, archive: Archive])[] = [
  ['\x1f\x8b\x08', { is: 'gzip' }], // RFC 1952 §2.3.1
  ['\x28\xb5\x2f\xfd', { is: 'zstd' }], // RFC 8878 §3.1.1
  ['PK\x03\x04', { is: 'zip' }], // APPNOTE 6.3.10 §4.3.7
  ['PK\x05\x06', { is: 'zip' }], // §4.3.16: a zip without entries
  ['PK\x07\x08', { is: 'unreadable', about: 'a zip in several volumes' }], // §8.5.4
  ['BZh', { is: 'unreadable', about: 'bzip2' }],
  ['\xfd7zXZ\x00', { is: 'xz' }],
  ['LZIP', { is: 'unreadable', about: 'lzip' }],
  ['7z\xbc\xaf\x27\x1c', { is: '7z' }],
  ['Rar!\x1a\x07', { is: 'unreadable', about: 'RAR' }],
  ['\x04\x22\x4d\x18', { is: 'unreadable', about: 'lz4' }],
  ['MSCF\x00\x00\x00\x00', { is: 'unreadable', about: 'a Windows cabinet' }],
  ['\x1f\x9d', { is: 'unreadable', about: 'compress (.Z)' }],
]

/** By first byte: every file of a scan is held against these, and few begin as any. */
const BY_FIRST = new Map(MAGIC.map(([magic]) => magic.charCodeAt(0)).map(byte => [byte, beginningWith(byte)]))

function beginningWith(byte: number): typeof MAGIC {
  return MAGIC.filter(([magic]) => magic.charCodeAt(0) === byte)
}

/** The kind of archive that begins like this; undefined for whatever is none. */
export function archiveOf(head: Uint8Array): Archive | undefined {
  const found = BY_FIRST.get(head[0] ?? -1)?.find(([magic]) => beginsWith(head, magic))?.[1]
  if (found === undefined || (found.is === 'unreadable' && found.about === 'bzip2' && !isBzip2(head))) {
    return isTar(head) ? { is: 'tar' } : undefined
  }
  return found
}

function beginsWith(head: Uint8Array, magic: string): boolean {
  for (let at = 0; at < magic.length; at++) if (head[at] !== magic.charCodeAt(at)) return false
  return true
}

/** A line of a list may begin with `BZh`; behind the level, bzip2 has the digits of π, or of its root at an empty end. */
function isBzip2(head: Uint8Array): boolean {
  const level = head[3] ?? 0
  const mark = Buffer.from(head.subarray(4, 10)).toString('hex')
  return level >= 0x31 && level <= 0x39 && (mark === '314159265359' || mark === '177245385090')
}

/** POSIX.1-1988 and GNU: `ustar` at 257, and the sum of all bytes, those of the sum itself taken as spaces, at 148. */
function isTar(head: Uint8Array): boolean {
  if (head.length < HEAD_BYTES || head[257] !== 0x75 || head[258] !== 0x73) return false
  const block = Buffer.from(head.subarray(0, HEAD_BYTES))
  if (block.toString('latin1', 257, 262) !== 'ustar') return false
  const sum = block.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 0x20 : byte), 0)
  return Number.parseInt(block.toString('latin1', 148, 156), 8) === sum
}
