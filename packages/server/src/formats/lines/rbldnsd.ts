/** Zone files of rbldnsd: the data sets ip4set, ip4trie, ip4tset, ip6trie and dnset, told apart line by line. */
import { oneSubject, quote, refused, skipped } from '../content.ts'
import type { Content, Sample } from '../format.ts'
import { quickHost } from '../quick.ts'
import { rangeOf } from '../ranges.ts'
import { readHost, readWord } from '../words.ts'
import { emptyContent, meaningfulLines, shareOf, sureness } from './comments.ts'
import { lineFormat } from './line-format.ts'
import { readPlain } from './plain.ts'

/** Entries that every zone has for who tests it (RFC 5782 §5). */
const TEST_POINTS: ReadonlySet<string> = new Set(['127.0.0.2', '127.0.0.1', 'test', '.test', 'invalid', '.invalid'])

/** One to three numbers, as a shorthand for a network: 192.0.2 is 192.0.2.0/24. With a length it is as long as that says. */
const SHORT = /^(\d{1,3}(?:\.\d{1,3}){0,2})(?:\/(\d{1,2}))?$/

/** Reads a line. What stands behind the first word is what the zone answers, and not read. */
export function readRbldnsd(line: string): Content {
  const empty = emptyContent(line)
  if (empty !== undefined) return empty
  const word = firstWord(line)
  if (word.startsWith(':') || word.startsWith('$') || TEST_POINTS.has(word.toLowerCase())) return skipped('metadata')
  if (word.startsWith('!')) return skipped('exception')
  return readEntry(word)
}

function readEntry(word: string): Content {
  const host = word.startsWith('.') ? quickHost(word, 1, word.length) : undefined
  if (host !== undefined) return oneSubject(host)
  const quick = readPlain(word)
  if (quick.is === 'indicators') return quick
  const short = SHORT.exec(word)
  if (short !== null) return readShort(short[1]!, short[2])
  const range = /^([\d.]+)-([\d.]+)$/.exec(word)
  if (range !== null) return readShortRange(range[1]!, range[2]!)
  if (/^[\d./]+$/.test(word) || word.includes(':')) return readWord(word)
  // Names cover what is below them here, with or without ".": "*.x" alone leaves out x itself.
  return readHost(word.replace(/^\*?\./, ''))
}

/** `192.0.2` is a /24, `192.0` a /16, `192` a /8; `192.0/12` is as long as it says. */
function readShort(address: string, length: string | undefined): Content {
  const parts = address.split('.')
  const whole = [...parts, ...Array<string>(4 - parts.length).fill('0')].join('.')
  return readWord(`${whole}/${length ?? 8 * parts.length}`)
}

/** `192.0.2.1-192.0.2.9`, `192.0.2.1-9`, and short ends, of which the first is filled with 0 and the last with 255. */
function readShortRange(first: string, last: string): Content {
  const from = first.split('.')
  const given = last.split('.')
  const to = given.length === 1 ? [...from.slice(0, -1), last] : given
  if (from.length > 4 || to.length > 4) {
    return refused('range', `a range must be of addresses, found ${quote(`${first}-${last}`)}`)
  }
  const fill = (parts: readonly string[], with_: string): string =>
    [...parts, ...Array<string>(4 - parts.length).fill(with_)].join('.')
  return rangeOf(fill(from, '0'), fill(to, '255'))
}

function firstWord(line: string): string {
  return line.trim().split(/\s/, 1)[0]!
}

function detect(sample: Sample): number {
  const lines = meaningfulLines(sample)
  const marks = lines.filter(line =>
    /^:\d{1,3}(?:\.\d{1,3}){0,3}:|^\$(?:DATASET|SOA|NS|TIMESTAMP|MAXRANGE4)\b/.test(line),
  )
  if (marks.length === 0) return sureness(lines, line => SHORT.test(firstWord(line)), 0.7)
  return shareOf(lines, line => readRbldnsd(line).is !== 'refused') > 0.5 ? 0.97 : 0
}

/** The format `rbldnsd`. */
export const rbldnsd = lineFormat({
  name: 'rbldnsd',
  about: 'zone files of rbldnsd: ip4set, ip4trie, ip6trie and dnset, with ranges and short networks (192.0.2)',
  detect,
  reads: readRbldnsd,
})
