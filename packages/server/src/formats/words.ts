/**
 * One word of a list as what it says: the careful reading. `quick.ts` has a short way for what most lists are made of,
 * which must give the same.
 */
import type { Result } from '@tocsin/core/base'
import { guessSubject, parseAddress, parseSubjectOf, type Subject, subjectText } from '@tocsin/core/subject'
import { oneSubject, quote, refused } from './content.ts'
import type { Content } from './format.ts'
import { netProblem } from './net-bounds.ts'
import { readRange } from './ranges.ts'
import { refang } from './refang.ts'

/** The hashes of the empty file: on many lists by accident, and on every machine by design. */
const EMPTY_FILE: ReadonlySet<string> = new Set([
  'md5:d41d8cd98f00b204e9800998ecf8427e',
  'sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709',
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
])

/** The canonical form of a host that a list can mean: two labels or more, the last not a number. */
const HOST = /^(?:[a-z0-9_-]+\.)+(?=[a-z0-9_-]*[a-z_-])[a-z0-9_-]+$/

/** A subject with its type before it. */
const TYPED = /^(?:ip|net|domain|url|file):/i

/** Reads an address, network, range, domain, URL or hash, typed (`ip:…`) or not, defanged or not. */
export function readWord(word: string): Content {
  if (/\s/.test(word) && !/^\S+\s+-\s+\S+$/.test(word)) return severalWords(word)
  if (TYPED.test(word)) return contentOf(word, guessSubject(word))
  const text = refang(word)
  const range = readRange(text)
  if (range !== undefined) return range
  if (/\s/.test(text)) return severalWords(text)
  const special = readPort(text) ?? longHash(text) ?? barePath(text) ?? netAndMore(text)
  if (special !== undefined) return special
  return contentOf(text, /^https?:\/\//.test(text) ? parseSubjectOf('url', text) : guessSubject(text))
}

/** Reads the name of a host: nothing else, no address either. */
export function readHost(word: string): Content {
  if (/\s/.test(word)) return severalWords(word)
  return contentOf(word, parseSubjectOf('domain', refang(word)))
}

/** Reads a page or a host behind a scheme or without one; never a network, whatever `192.0.2.1/24` looks like. */
export function readUrl(word: string): Content {
  if (/\s/.test(word)) return severalWords(word)
  const text = refang(word)
  return readPort(text) ?? contentOf(text, parseSubjectOf('url', text))
}

/** Reads a hash alone. */
export function readHash(word: string): Content {
  const parsed = parseSubjectOf('file', word)
  if (parsed.ok) return contentOf(word, parsed)
  const found = quote(word)
  return (
    longHash(word) ?? refused('not-a-subject', `it must be an MD5, SHA-1 or SHA-256 in hexadecimal, found ${found}`)
  )
}

function severalWords(text: string): Content {
  return refused('several-words', `it must be one word, with comments after "#", found ${quote(text)}`)
}

/** `192.0.2.1:443` and `[2001:db8::1]:80`, as lists of control servers have them, say the address. */
function readPort(text: string): Content | undefined {
  const match = /^(?:(\d+(?:\.\d+){3})|\[([\da-f:.]+)\]):(\d+)$/i.exec(text)
  if (match === null) return undefined
  if (Number(match[3]) > 65_535) return refused('port', `a port must be 0–65535, found ${quote(text)}`)
  const address = match[1] ?? match[2]!
  const strict = parseAddress(address)
  return contentOf(address, strict.ok ? parseSubjectOf('ip', address) : strict)
}

/** `/gate.php`: a page on whatever host says nothing of a subject. */
function barePath(text: string): Content | undefined {
  if (!/^\/(?!\/)/.test(text)) return undefined
  return refused('pattern', `a page must stand behind its host, found ${quote(text)}`)
}

/** `192.0.2.0/24,name` is a row of columns, and no page "24,name". */
function netAndMore(text: string): Content | undefined {
  if (!/^\d+(?:\.\d+){3}\/\d{1,3}[,;|:]/.test(text)) return undefined
  return refused('columns', `a network must stand alone, found ${quote(text)}`)
}

/** Hashes that nothing here is known by, told apart from words that are no hash at all. */
function longHash(text: string): Content | undefined {
  if (!/^(?:[\da-f]{56}|[\da-f]{96}|[\da-f]{128})$/i.test(text)) return undefined
  const name = { 56: 'SHA-224', 96: 'SHA-384', 128: 'SHA-512' }[text.length]
  return refused('not-a-subject', `a hash must be an MD5, SHA-1 or SHA-256, found a ${name}`)
}

function contentOf(text: string, parsed: Result<Subject>): Content {
  if (!parsed.ok) return refused('not-a-subject', parsed.problem.message)
  return unmeant(text, parsed.value) ?? oneSubject(subjectText(parsed.value))
}

/** What the parser of subjects takes, being made for what people type, but a list that somebody wrote cannot mean. */
function unmeant(text: string, subject: Subject): Content | undefined {
  const { type, value } = subject
  if (type === 'file') return emptyFile(value)
  if (type === 'net') return netProblem(subject)
  if (/^(?:[a-z][a-z\d]*:)?\/\//i.test(text) || TYPED.test(text)) return undefined
  if (type === 'ip') {
    if (text.includes(':') || value === text.replace(/\/32$/, '')) return undefined
    return refused('not-a-subject', `an address must be four numbers without leading zeros, found ${quote(text)}`)
  }
  const slash = value.indexOf('/')
  const host = slash < 0 ? value : value.slice(0, slash)
  // An address without its scheme may begin a page (198.51.100.7/x.sh), but is no name of a host.
  const isAddress = type === 'url' && /^\d/.test(host) && parseAddress(host).ok && text.startsWith(host)
  if (isAddress || HOST.test(host)) return undefined
  return refused('not-a-subject', `a host must have a whole name as in "host.example.com", found ${quote(text)}`)
}

function emptyFile(value: string): Content | undefined {
  return EMPTY_FILE.has(value) ? refused('empty-file', 'it is the hash of the empty file') : undefined
}
