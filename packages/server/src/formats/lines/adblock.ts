/**
 * Filter lists of ad blockers (Adblock Plus, uBlock Origin, AdGuard). Taken is a rule that blocks a whole host or one page,
 * whoever asks for it: `||example.com^`, `||example.com/page^$all`, `|https://example.com/page|`. What blocks only parts of
 * pages, only in some places, or by a pattern, says nothing about a subject.
 */
import { BLANK, COMMENT, oneSubject, quote, refused, skipped } from '../content.ts'
import type { Content, Sample } from '../format.ts'
import { quickHost } from '../quick.ts'
import { readUrl, readWord } from '../words.ts'
import { meaningfulLines, sureness } from './comments.ts'
import { lineFormat } from './line-format.ts'

/** Modifiers that leave a rule about the whole of its host or page. */
const WHOLE: ReadonlySet<string> = new Set(['all', 'document', 'doc', 'important', 'popup', 'third-party', '3p'])

/** Cosmetic rules and scriptlets: `##`, `#@#`, `#?#`, `#$#`, `#%#`, and both at once. */
const COSMETIC = /#@?[?$%]{0,2}#/

const MODIFIERS = /\$(~?[\w-]+(?:=[^,]*)?(?:,~?[\w-]+(?:=[^,]*)?)*)$/

/** Reads a line. */
export function readAdblock(line: string): Content {
  if (line.startsWith('||') && line.endsWith('^')) {
    const quick = quickHost(line, 2, line.length - 1)
    if (quick !== undefined) return oneSubject(quick)
  }
  const rule = line.trim()
  if (rule === '') return BLANK
  if (rule.startsWith('!') || /^#(?:\s|$)/.test(rule)) return COMMENT
  if (/^\[.*\]$/.test(rule)) return skipped('header')
  if (rule.startsWith('@@')) return skipped('exception')
  if (COSMETIC.test(rule)) return skipped('not-an-indicator')
  return readRule(rule)
}

function readRule(rule: string): Content {
  const modifiers = MODIFIERS.exec(rule)
  const isWhole = (modifiers?.[1] ?? '').split(',').every(word => word === '' || WHOLE.has(word))
  if (!isWhole) return skipped('not-an-indicator')
  const pattern = modifiers === null ? rule : rule.slice(0, modifiers.index)
  const body = pattern.replace(/^\|\|?/, '').replace(/[|^]+$/, '')
  if (/^\/.*\/$/.test(pattern) || /[*|^]/.test(body)) {
    return refused('pattern', `a rule must name one host or one page, found ${quote(rule)}`)
  }
  if (pattern.startsWith('||')) return body.includes('/') ? readUrl(body) : readWord(body)
  if (/^\|?(?:https?|wss?|ftp):\/\//.test(pattern)) return readUrl(body)
  if (pattern.startsWith('|') || body.includes('/')) {
    return refused('pattern', `a rule must begin with "||" or a scheme, found ${quote(rule)}`)
  }
  return readWord(body)
}

function detect(sample: Sample): number {
  const first = sample.lines.find(line => line.trim() !== '') ?? ''
  if (/^\[adblock/i.test(first.trim())) return 1
  const lines = meaningfulLines(sample, '!')
  const isRule = (line: string): boolean => /^(?:@@)?\|\|[^\s|]+/.test(line.trim()) || COSMETIC.test(line)
  // Some lists begin with thousands of bare hosts; their header tells them, for nobody else comments with "!".
  const hasHeader = sample.lines.slice(0, 50).some(line => /^!\s*(?:title|expires|homepage)\s*:/i.test(line))
  return hasHeader ? 0.95 : sureness(lines, isRule, 0.9)
}

/** The format `adblock`. */
export const adblock = lineFormat({
  name: 'adblock',
  about: 'filter rules as ||example.com^ and ||example.com/page^; exceptions and cosmetic rules are passed over',
  detect,
  reads: readAdblock,
})
