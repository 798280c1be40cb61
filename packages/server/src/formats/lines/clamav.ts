/**
 * Signatures of ClamAV by hash: `.hdb` and `.hsb` (`hash:size:name`, whole files) and `.mdb` and `.msb` (`size:hash:name`,
 * sections of programs, which are no files). Lists of what is known to be good (`.fp`, `.sfp`) look the same and say the
 * opposite, so they are never found to be this format.
 */
import { oneSubject, quote, refused, skipped } from '../content.ts'
import type { Content } from '../format.ts'
import { quickSubject } from '../quick.ts'
import { readHash } from '../words.ts'
import { emptyContent, meaningfulLines, sureness } from './comments.ts'
import { lineFormat } from './line-format.ts'

const FILE = /^([\da-f]+):(\d+|\*):([^:\s][^:]*)(?::\d+(?:-\d+)?|:\d+:\d+)?$/i
const SECTION = /^(?:\d+|\*):[\da-f]{32,}:[^:\s]/i

/** Reads a line. Sizes and names are not read. */
export function readClamav(line: string): Content {
  const colon = line.indexOf(':')
  if (colon >= 32 && colon <= 64 && FILE.test(line)) {
    const subject = quickSubject(line, 0, colon)
    if (subject !== undefined) return oneSubject(subject)
  }
  return emptyContent(line) ?? readCarefully(line.trim())
}

function readCarefully(text: string): Content {
  if (SECTION.test(text)) return skipped('not-an-indicator')
  const match = FILE.exec(text)
  if (match !== null) return readHash(match[1]!)
  return refused('syntax', `it must be a signature as "md5:size:name", found ${quote(text)}`)
}

/** The format `clamav`. */
export const clamav = lineFormat({
  name: 'clamav',
  about: 'ClamAV signatures by hash (.hdb, .hsb): hash:size:name',
  detect: sample =>
    /\.s?fp$/.test(sample.name)
      ? 0
      : sureness(
          meaningfulLines(sample),
          line => /^(?:[\da-f]{32,64}:(?:\d+|\*)|(?:\d+|\*):[\da-f]{32,64}):/i.test(line),
          0.95,
        ),
  reads: readClamav,
})
