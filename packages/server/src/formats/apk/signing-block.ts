/**
 * The APK signing block, where schemes v2 and v3 keep who signed (https://source.android.com/docs/security/features/apksigning/v2):
 *
 *     … entries · size (8) · pairs · size (8) · "APK Sig Block 42" · zip directory · end of directory
 *     pair = length (8) · id (4) · value;  value = signers, each of signed data = digests · certificates · …
 *
 * Sequences and what is in them have their length in four bytes before them. The first certificate of a signer is its own.
 */
import { cannotRead, Span } from './little-endian.ts'

/** The schemes, the one that Android goes by first. */
const SCHEMES = [
  ['v3.1', 0x1b93ad61],
  ['v3', 0xf05368c0],
  ['v2', 0x7109871a],
] as const

/** The name of a scheme of the signing block. */
export type BlockScheme = (typeof SCHEMES)[number][0]

const MAGIC = 'APK Sig Block 42'
const END_BYTES = 22
const COMMENT_BYTES_MAX = 65_535
const BLOCK_BYTES_MAX = 16 * 2 ** 20
const PAIRS_MAX = 128

/** As many as Android takes. */
const SIGNERS_MAX = 10

/** Certificates (DER) of the signers by scheme, in the order of {@link SCHEMES}; empty where there is no block. */
export function certificatesInBlock(apk: Uint8Array): readonly (readonly [BlockScheme, readonly Uint8Array[]])[] {
  const file = new Span(apk)
  const directory = directoryBegin(file)
  if (directory < 32 || latin1(file.part(directory - MAGIC.length, MAGIC.length)) !== MAGIC) return []
  const size = file.length64(directory - 24)
  const begin = directory - size - 8
  if (size < 24 || size > BLOCK_BYTES_MAX || begin < 0 || file.length64(begin) !== size) {
    throw cannotRead('its signing block must say the same size at both ends, and does not')
  }
  const values = pairsOf(file.part(begin + 8, size - 24))
  return SCHEMES.flatMap(([name, id]) => {
    const value = values.get(id)
    return value === undefined ? [] : [[name, signersOf(value)] as const]
  })
}

/** Where the directory of the zip begins, by the end record whose comment ends with the file. */
function directoryBegin(file: Span): number {
  const last = file.length - END_BYTES
  for (let at = last; at >= 0 && at >= last - COMMENT_BYTES_MAX; at--) {
    if (file.u32(at) !== 0x06054b50 || file.u16(at + 20) !== last - at) continue
    const directory = file.u32(at + 16)
    if (directory > at) throw cannotRead('its zip directory must lie before its end record, and does not')
    return directory
  }
  throw cannotRead('it must be a zip with an end record, and has none')
}

/** Values by id, of which there may be one each: what one reader takes and another passes over is a disguise. */
function pairsOf(pairs: Span): ReadonlyMap<number, Span> {
  const values = new Map<number, Span>()
  for (let at = 0, count = 0; at < pairs.length; count++) {
    if (count === PAIRS_MAX) throw cannotRead(`its signing block must have at most ${PAIRS_MAX} pairs, found more`)
    const length = pairs.length64(at)
    if (length < 4) throw cannotRead(`a pair of its signing block must have 4 bytes or more, found ${length}`)
    const id = pairs.u32(at + 8)
    if (values.has(id)) throw cannotRead(`its signing block must have one value of each id, found two of ${id}`)
    values.set(id, pairs.part(at + 12, length - 4))
    at += 8 + length
  }
  return values
}

function signersOf(value: Span): Uint8Array[] {
  const signers = itemsOf(prefixed(value, 0), SIGNERS_MAX)
  return signers.map(signer => {
    const signedData = prefixed(signer, 0)
    const digests = prefixed(signedData, 0)
    const [certificate] = itemsOf(prefixed(signedData, 4 + digests.length), PAIRS_MAX)
    if (certificate === undefined) throw cannotRead('a signer must have a certificate, and has none')
    return certificate.bytes
  })
}

function itemsOf(sequence: Span, most: number): Span[] {
  const items: Span[] = []
  for (let at = 0; at < sequence.length; ) {
    if (items.length === most)
      throw cannotRead(`a sequence of its signing block must have at most ${most} items, found more`)
    const item = prefixed(sequence, at)
    items.push(item)
    at += 4 + item.length
  }
  return items
}

function prefixed(span: Span, at: number): Span {
  return span.part(at + 4, span.u32(at))
}

function latin1({ bytes }: Span): string {
  return String.fromCharCode(...bytes)
}
