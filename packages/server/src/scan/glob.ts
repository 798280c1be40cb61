/**
 * Patterns of what is left out. Without a slash a pattern is held against names (`*.iso`, `node_modules`), with one
 * against whole paths (`/srv/*\/cache`, `**\/.git/objects`): `*` is anything in one name, `**` anything across names, `?` one
 * character, `[a-z]` and `[!a-z]` one of a class. What is left out is not entered.
 */
import { ProblemError } from '@tocsin/core/base'
import { type BytePath, baseOf, pathOfText } from './byte-path.ts'

/** A byte with all that continue it, as in UTF-8; or one that continues nothing. Only one way to read, so `??` is no `é`. */
const CHARACTER = '(?:[^/\\x80-\\xbf][\\x80-\\xbf]*(?![\\x80-\\xbf])|(?<![\\xc0-\\xff][\\x80-\\xbf]*)[\\x80-\\xbf])'

/** Characters of a pattern, at most. */
const LENGTH_MAX = 1000

/** Decides what is left out. */
export type Exclusion = (path: BytePath) => boolean

/** Whatever one of the patterns fits. Throws `invalid` for a pattern that is none. */
export function exclusionOf(patterns: readonly string[]): Exclusion {
  const names = patterns.filter(pattern => !pattern.includes('/')).map(regexpOf)
  const paths = patterns.filter(pattern => pattern.includes('/')).map(regexpOf)
  if (patterns.length === 0) return () => false
  return path => {
    if (paths.some(pattern => pattern.test(path))) return true
    if (names.length === 0) return false
    const name = baseOf(path)
    return names.some(pattern => pattern.test(name))
  }
}

/** Whether a path, or a folder on the way to it from one of the roots, is left out. All are absolute. */
export function isWithinExcluded(path: string, roots: readonly string[], excludes: Exclusion): boolean {
  const root = roots.find(one => path === one || path.startsWith(one.endsWith('/') ? one : `${one}/`))
  if (root === undefined) return false
  const parts = path.slice(root.length).split('/').filter(Boolean)
  return parts.some((_, at) => excludes(pathOfText(`${root.replace(/\/$/, '')}/${parts.slice(0, at + 1).join('/')}`)))
}

function regexpOf(pattern: string): RegExp {
  if (pattern === '' || pattern.length > LENGTH_MAX)
    throw refused(pattern, `it must have 1 to ${LENGTH_MAX} characters`)
  const bytes = pathOfText(pattern.endsWith('/') ? pattern.slice(0, -1) : pattern)
  let source = ''
  for (let at = 0; at < bytes.length; ) {
    const [piece, length] = pieceAt(pattern, bytes, at)
    source += piece
    at += length
  }
  return new RegExp(`^${source}$`, 's')
}

/** The expression for what begins at a place, and how many characters of the pattern it is. */
function pieceAt(pattern: string, bytes: string, at: number): readonly [string, number] {
  const character = bytes[at]!
  if (bytes.startsWith('**/', at)) return ['(?:.*/)?', 3]
  if (bytes.startsWith('**', at)) return ['.*', 2]
  if (character === '*') return ['[^/]*', 1]
  if (character === '?') return [CHARACTER, 1]
  if (character === '[') return classAt(pattern, bytes, at)
  if (character === '\\' && at + 1 < bytes.length) return [literal(bytes[at + 1]!), 2]
  return [literal(character), 1]
}

function classAt(pattern: string, bytes: string, at: number): readonly [string, number] {
  const end = bytes.indexOf(']', at + 2)
  if (end < 0) throw refused(pattern, 'its "[" must be closed by "]"')
  const inside = bytes.slice(at + 1, end)
  if (/[^\x20-\x7e]/.test(inside)) throw refused(pattern, 'between "[" and "]" it must be ASCII')
  const isNegated = /^[!^]/.test(inside)
  const members = (isNegated ? inside.slice(1) : inside).replaceAll(/[\\\]^[]/g, '\\$&')
  try {
    const piece = isNegated ? `[^/${members}]` : `[${members}]`
    new RegExp(piece)
    return [piece, end + 1 - at]
  } catch {
    throw refused(pattern, `"[${inside}]" must be a class of characters`)
  }
}

function literal(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
}

function refused(pattern: string, why: string): ProblemError {
  return new ProblemError({ code: 'invalid', message: `Cannot exclude "${pattern}": ${why}` })
}
