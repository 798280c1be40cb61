/** Which format an input is in, by its beginning. */
import { fail, ok, type Result } from '@tocsin/core/base'
import { ALL_FORMATS } from './all.ts'
import { isDocument } from './documents.ts'
import type { Format, Sample } from './format.ts'

/** Bytes of a sample, at most. */
export const SAMPLE_BYTES_MAX = 65_536

/** Below this part of control characters a text is a text with a few broken lines, which are refused one by one. */
const CONTROL_SHARE_MAX = 0.1

/** The first bytes of what must be unpacked or converted before it can be read. */
const MAGIC: readonly (readonly [string, readonly number[]])[] = [
  ['a gzip archive', [0x1f, 0x8b]],
  ['a zip archive', [0x50, 0x4b, 0x03, 0x04]],
  ['a zstd archive', [0x28, 0xb5, 0x2f, 0xfd]],
  ['an xz archive', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['a bzip2 archive', [0x42, 0x5a, 0x68, 0x39]],
  ['a 7z archive', [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
  ['a PDF', [0x25, 0x50, 0x44, 0x46, 0x2d]],
  ['a program', [0x7f, 0x45, 0x4c, 0x46]],
  ['UTF-16 text', [0xff, 0xfe]],
  ['UTF-16 text', [0xfe, 0xff]],
]

/** Endings that say how a file is packed, and not what is in it. */
const PACKED = /\.(?:gz|zst|zstd|xz|bz2|zip)$/

/**
 * A sample of an input: `name` is a path or an address, `bytes` its beginning, of which the first 64 KiB count. Fewer bytes
 * are taken for the whole input, so that the last line of them is whole without its end.
 */
export function sampleOf(name: string, bytes: Uint8Array): Sample {
  const taken = bytes.subarray(0, SAMPLE_BYTES_MAX)
  const text = new TextDecoder().decode(taken)
  const lines = text.split('\n').map(line => (line.endsWith('\r') ? line.slice(0, -1) : line))
  if (lines.at(-1) === '' || taken.length === SAMPLE_BYTES_MAX) lines.pop()
  return { name: baseName(name), bytes: taken, text, lines }
}

/**
 * The format that is surest of the sample. Fails as `invalid` for what is no list at all: a web page or XML, an archive,
 * other bytes that are no text, a document by its name or by its lines, most of which are sentences.
 */
export function detectFormat(sample: Sample, formats: readonly Format[] = ALL_FORMATS): Result<Format> {
  const found = notText(sample)
  if (found !== undefined) return fail('invalid', `Cannot read list: it must be text, found ${found}`)
  if (isDocument(sample.name)) {
    const why = `its name must be that of a list, found "${sample.name}"; a list it is all the same if its format is said`
    return fail('invalid', `Cannot read list: ${why}`)
  }
  let best: Format | undefined
  let most = 0
  for (const format of formats) {
    const sureness = format.detect(sample)
    if (sureness <= most) continue
    best = format
    most = sureness
  }
  return best === undefined ? fail('invalid', 'Cannot read list: no format knows how it begins') : ok(best)
}

function notText({ bytes, text }: Sample): string | undefined {
  const magic = MAGIC.find(([, first]) => first.every((byte, at) => bytes[at] === byte))
  if (magic !== undefined) return magic[0]
  const begin = text.slice(0, 1000).replace(/^(?:\s|[#;!].*\n)+/, '')
  if (begin.startsWith('<')) return 'what begins as a web page or XML does'
  let controls = 0
  for (const byte of bytes)
    if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d && byte !== 0x0c) controls++
  return controls > bytes.length * CONTROL_SHARE_MAX ? 'other bytes' : undefined
}

function baseName(name: string): string {
  const path = name.replace(/[?#].*$/, '')
  return (path.split(/[/\\]/).at(-1) ?? '').toLowerCase().replace(PACKED, '')
}
