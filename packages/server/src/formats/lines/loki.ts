/**
 * Indicators of the scanners LOKI and THOR, as signature-base has them: `hash;comment`, `hash;score;comment`,
 * `host or address;comment`. Their expressions for names of files (`regex;score`) are no indicators.
 */
import { quote, refused, saying, skipped } from '../content.ts'
import type { Content, Sample } from '../format.ts'
import { readWord } from '../words.ts'
import { emptyContent, meaningfulLines, sureness } from './comments.ts'
import { lineFormat } from './line-format.ts'
import { readPlain } from './plain.ts'

const HASH = /^[\da-f]{32,}$/i

/** The most that a score says: 100. */
const SCORE_MAX = 100

/** Reads a line. */
export function readLoki(line: string): Content {
  const semicolon = line.indexOf(';')
  if (semicolon <= 0) return line.includes('\\') ? skipped('not-an-indicator') : readPlain(line)
  return emptyContent(line) ?? readFields(line, semicolon)
}

function readFields(line: string, semicolon: number): Content {
  const word = line.slice(0, semicolon).trim()
  const score = /^\s*(\d{1,3})\s*(?:;|$)/.exec(line.slice(semicolon + 1))?.[1]
  if (HASH.test(word)) return scored(readPlain(word), score, line)
  if (score !== undefined || /[\\*()[\]?|^$]/.test(word)) return skipped('not-an-indicator')
  return readWord(word)
}

function scored(content: Content, score: string | undefined, line: string): Content {
  if (score === undefined) return content
  const confidence = Number(score) / SCORE_MAX
  if (confidence > 1) return refused('syntax', `a score must be 0–${SCORE_MAX}, found ${quote(line)}`)
  return confidence === 0 ? skipped('not-for-detection') : saying(content, { confidence })
}

function detect(sample: Sample): number {
  if (/^#\s*LOKI\b/m.test(sample.text.slice(0, 1000))) return 0.98
  const looksLike = (line: string): boolean =>
    /^[\da-f]{32,64};/i.test(line) || /^[^;]*\\[^;]*;\d{1,3}(?:;|$)/.test(line)
  return sureness(meaningfulLines(sample), looksLike, 0.9)
}

/** The format `loki`. */
export const loki = lineFormat({
  name: 'loki',
  about:
    'signature-base: hash;comment, hash;score;comment and host;comment (expressions for file names are passed over)',
  detect,
  reads: readLoki,
})
