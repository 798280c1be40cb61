/** Hashes of files, as `md5sum`, `sha1sum` and `sha256sum` print them. */
import { oneSubject, quote, refused } from '../content.ts'
import type { Content } from '../format.ts'
import { quickSubject } from '../quick.ts'
import { readHash } from '../words.ts'
import { emptyContent, isBlank, meaningfulLines, sureness } from './comments.ts'
import { lineFormat } from './line-format.ts'

/** A line of `sha256sum --tag`. */
const TAGGED = /^(?:MD5|SHA1|SHA224|SHA256|SHA384|SHA512) \(.*\) = ([\da-f]+)$/i

/** Reads a line. Names of files are not read. */
export function readHashes(line: string): Content {
  let to = 0
  while (line.charCodeAt(to) > 0x20) to++
  const subject =
    to >= 32 && (to === line.length || isBlank(line.charCodeAt(to))) ? quickSubject(line, 0, to) : undefined
  if (subject !== undefined && subject.startsWith('file:')) return oneSubject(subject)
  return emptyContent(line) ?? readCarefully(line.trim())
}

function readCarefully(text: string): Content {
  // A backslash before the hash says that the name behind it is escaped.
  const hash = TAGGED.exec(text)?.[1] ?? text.replace(/^\\/, '').split(/\s/, 1)[0]!
  if (/^[\da-f]{32,}$/i.test(hash)) return readHash(hash)
  return refused('not-a-subject', `it must begin with an MD5, SHA-1 or SHA-256 in hexadecimal, found ${quote(text)}`)
}

/** The format `hashes`. */
export const hashes = lineFormat({
  name: 'hashes',
  about: 'MD5, SHA-1 or SHA-256 of files, alone or before a name as sha256sum prints them',
  detect: sample => sureness(meaningfulLines(sample), looksLikeHash, 0.7),
  reads: readHashes,
})

function looksLikeHash(line: string): boolean {
  return /^\s*\\?(?:[\da-f]{32}|[\da-f]{40}|[\da-f]{64})(?:\s|$)/i.test(line) || TAGGED.test(line)
}
