/** What one line of a list says, in each form that lists have. Pure: text in, subjects or a reason out. */
import type { Result } from '@tocsin/core/base'
import { guessSubject, parseSubjectOf, type Subject, type SubjectType, subjectText } from '@tocsin/core/subject'
import type { Breakage } from './lines.ts'

/** The forms of lists. */
export const LIST_FORMATS = ['plain', 'hosts', 'hashes'] as const

/**
 * One of {@link LIST_FORMATS}.
 *
 * - `plain`: one address, network, domain, URL or hash per line.
 * - `hosts`: as `/etc/hosts`, names behind an address that leads nowhere.
 * - `hashes`: MD5, SHA-1 or SHA-256, alone or before a file name as `sha256sum` prints them; the name is not read.
 */
export type ListFormat = (typeof LIST_FORMATS)[number]

/** Why a line was refused, for counting. */
export type RefusalCause = Breakage | 'range' | 'port' | 'several-words' | 'not-a-subject' | 'empty-file' | 'not-taken'

/** What a line says. `refused` tells a person why; `skipped` says nothing on purpose: blank, a comment, `localhost`. */
export type LineContent =
  | { readonly is: 'subjects'; readonly subjects: readonly string[] }
  | { readonly is: 'skipped' }
  | { readonly is: 'refused'; readonly cause: RefusalCause; readonly reason: string }

/** Addresses that hosts files use to mean "nowhere". */
const SINKS: ReadonlySet<string> = new Set(['0.0.0.0', '127.0.0.1', '::', '::1'])

/** Names that every hosts file has for the machine itself and its network. */
const OWN_NAMES: ReadonlySet<string> = new Set([
  'localhost',
  'localhost.localdomain',
  'localhost4',
  'localhost6',
  'local',
  'broadcasthost',
  'ip6-localhost',
  'ip6-loopback',
  'ip6-localnet',
  'ip6-mcastprefix',
  'ip6-allnodes',
  'ip6-allrouters',
  'ip6-allhosts',
  '0.0.0.0',
])

/** The hashes of the empty file: on many lists by accident, and on every machine by design. */
const EMPTY_FILE: ReadonlySet<string> = new Set([
  'md5:d41d8cd98f00b204e9800998ecf8427e',
  'sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709',
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
])

const SKIPPED: LineContent = { is: 'skipped' }

/** The canonical form of a host that a list can mean: two labels or more, the last not a number. */
const HOST = /^(?:[a-z0-9_-]+\.)+(?=[a-z0-9_-]*[a-z_-])[a-z0-9_-]+$/

/** Whether a line holds anything beside blanks and a comment (`#`, `;`, `//`). */
export function isMeaningful(line: string): boolean {
  return !/^\s*(?:$|#|;|\/\/)/.test(line)
}

/** Whether a line looks as a hosts file's do. */
export function looksLikeHosts(line: string): boolean {
  const [address, name] = withoutComment(line).split(/\s+/)
  return SINKS.has(address!) && name !== undefined
}

/** Whether a line begins with a hash. */
export function looksLikeHash(line: string): boolean {
  return isHash(line.trimStart().split(/\s/, 1)[0]!)
}

/** Reads one line. */
export function readLine(format: ListFormat, line: string): LineContent {
  if (!isMeaningful(line)) return SKIPPED
  switch (format) {
    case 'plain':
      return subjectsOf([withoutComment(line)])
    case 'hosts':
      return readHosts(withoutComment(line))
    case 'hashes':
      return readHash(line.trim())
  }
}

function readHosts(line: string): LineContent {
  const [address, ...names] = line.split(/\s+/) as [string, ...string[]]
  const foreign = names.filter(name => !OWN_NAMES.has(name.toLowerCase()))
  if (names.length > 0 && foreign.length === 0) return SKIPPED
  if (!SINKS.has(address) || names.length === 0) {
    return refused(
      'not-a-subject',
      `it must be an address that leads nowhere (0.0.0.0) and names, found ${quote(line)}`,
    )
  }
  return subjectsOf(foreign, 'domain')
}

function readHash(line: string): LineContent {
  const hash = line.split(/\s/, 1)[0]!
  if (isHash(hash)) return subjectsOf([hash], 'file')
  return refused('not-a-subject', `it must begin with an MD5, SHA-1 or SHA-256 in hexadecimal, found ${quote(line)}`)
}

/** All or nothing: one bad name refuses its line, so that a line is never taken by halves. */
function subjectsOf(texts: readonly string[], type?: SubjectType): LineContent {
  const subjects: string[] = []
  for (const text of texts) {
    const unreadable = refusalOfText(text)
    if (unreadable !== undefined) return unreadable
    const subject = parse(text, type)
    if (!subject.ok) return refused('not-a-subject', subject.problem.message)
    const unmeant = refusalOfSubject(text, subject.value)
    if (unmeant !== undefined) return unmeant
    subjects.push(subjectText(subject.value))
  }
  return { is: 'subjects', subjects }
}

/** As `guessSubject`, with a short cut for what most lists are made of. */
function parse(text: string, type: SubjectType | undefined): Result<Subject> {
  if (type !== undefined) return parseSubjectOf(type, text)
  return /^https?:\/\//.test(text) ? parseSubjectOf('url', text) : guessSubject(text)
}

/** Text that no parser of subjects should see, with the way out. */
function refusalOfText(text: string): LineContent | undefined {
  if (/\s/.test(text)) {
    return refused('several-words', `it must be one word, with comments after "#", found ${quote(text)}`)
  }
  if (/^[\d.]+-[\d.]+$|^[\da-f:]*:[\da-f:]*-[\da-f:]+$/i.test(text)) {
    return refused('range', `a range of addresses must be written as networks (192.0.2.0/24), found ${quote(text)}`)
  }
  if (/^(?:\d+(?:\.\d+){3}|\[[\da-f:.]+\]):\d+$/i.test(text)) {
    return refused('port', `an address must stand without a port (or as a URL with its scheme), found ${quote(text)}`)
  }
  return undefined
}

/** What the parser of subjects takes, being made for what people type, but a list that somebody wrote cannot mean. */
function refusalOfSubject(text: string, { type, value }: Subject): LineContent | undefined {
  if (EMPTY_FILE.has(value)) return refused('empty-file', 'it is the hash of the empty file')
  if (/^(?:[a-z][a-z\d]*:)?\/\/|^(?:ip|net|domain|url|file):/i.test(text)) return undefined
  if (type === 'ip' && !text.includes(':') && value !== text) {
    return refused('not-a-subject', `an address must be four numbers without leading zeros, found ${quote(text)}`)
  }
  if (type !== 'domain' && type !== 'url') return undefined
  const slash = value.indexOf('/')
  const host = slash < 0 ? value : value.slice(0, slash)
  // An address without its scheme may begin a page (198.51.100.7/x.sh), but is no name of a host.
  const isAddress = type === 'url' && /^\d+(?:\.\d+){3}$/.test(host) && text.startsWith(host)
  if (!isAddress && !HOST.test(host)) {
    return refused('not-a-subject', `a host must have a whole name as in "host.example.com", found ${quote(text)}`)
  }
  return undefined
}

function isHash(text: string): boolean {
  return /^(?:[\da-f]{32}|[\da-f]{40}|[\da-f]{64})$/i.test(text)
}

function withoutComment(line: string): string {
  const text = line.trim()
  const comment = text.search(/\s(?:#|;|\/\/)/)
  return comment < 0 ? text : text.slice(0, comment).trimEnd()
}

function refused(cause: RefusalCause, reason: string): LineContent {
  return { is: 'refused', cause, reason }
}

function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}
