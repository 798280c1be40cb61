/** One subject a line, with or without a comment behind it: what most lists are. */
import { oneSubject } from '../content.ts'
import type { Content, Sample } from '../format.ts'
import { quickWholeHash, quickWord } from '../quick.ts'
import { readWord } from '../words.ts'
import { emptyContent, isBlank, meaningfulLines, shareOf, withoutComment } from './comments.ts'
import { lineFormat } from './line-format.ts'

/** As in lists that say how many lists an address is on: the word, a tabulator, a number. */
const COUNTED = /^(\S+)\t+\d{1,9}$/

/** What follows the word of such a line. */
const COUNT = /^\t+\d{1,9}$/

/** Reads a line by the short way where it can. */
export function readPlain(line: string): Content {
  const hash = line.length >= 32 ? quickWholeHash(line) : undefined
  if (hash !== undefined) return oneSubject(hash)
  let from = 0
  while (isBlank(line.charCodeAt(from))) from++
  let to = from
  while (line.charCodeAt(to) > 0x20) to++
  if (to > from && endsAt(line, to)) {
    const subject = quickWord(line, from, to)
    if (subject !== undefined) return oneSubject(subject)
  }
  return readPlainCarefully(line)
}

/** Reads a line, whatever it holds. */
export function readPlainCarefully(line: string): Content {
  const empty = emptyContent(line)
  if (empty !== undefined) return empty
  const text = withoutComment(line)
  return readWord(COUNTED.exec(text)?.[1] ?? text)
}

/** Whether nothing but blanks and a comment follows, or a count. */
function endsAt(line: string, to: number): boolean {
  let at = to
  while (isBlank(line.charCodeAt(at))) at++
  if (at === line.length) return true
  const code = line.charCodeAt(at)
  if (code >= 0x30 && code <= 0x39) return COUNT.test(line.slice(to))
  return at > to && (code === 0x23 || code === 0x3b || (code === 0x2f && line.charCodeAt(at + 1) === 0x2f))
}

function detect(sample: Sample): number {
  const lines = meaningfulLines(sample)
  const contents = lines.map(readPlain)
  // A report of prose has a subject here and there, and the address of its author too.
  if (contents.filter(isSentence).length * 2 > lines.length) return 0
  // What no other format claims is plain, and says line by line what is wrong with it.
  return 0.05 + 0.5 * shareOf(contents, content => content.is === 'indicators')
}

function isSentence(content: Content): boolean {
  return content.is === 'refused' && content.cause === 'several-words'
}

/** The format `plain`. */
export const plain = lineFormat({
  name: 'plain',
  about: 'an address, network, range, domain, URL or hash a line; comments after #, ; or //; defanged or not',
  detect,
  reads: readPlain,
})
