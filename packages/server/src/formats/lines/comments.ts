/** Blank lines, comments and words, as most lists of lines have them. */
import { BLANK, COMMENT } from '../content.ts'
import type { Content, Sample } from '../format.ts'

/** Lines of a sample that a format looks at; more say nothing new. */
const LOOKED_AT = 1000

/** What a line says that holds nothing beside blanks and a comment (`#`, `;`, `//`); `undefined` for any other. */
export function emptyContent(line: string): Content | undefined {
  let at = 0
  while (isBlank(line.charCodeAt(at))) at++
  if (at === line.length) return BLANK
  const first = line.charCodeAt(at)
  if (first === 0x23 || first === 0x3b || (first === 0x2f && line.charCodeAt(at + 1) === 0x2f)) return COMMENT
  // Blanks of other scripts and vertical ones are rare enough for the careful way.
  return first > 0x20 && first < 0x80 ? undefined : emptyOdd(line)
}

function emptyOdd(line: string): Content | undefined {
  const text = line.trimStart()
  if (text === '') return BLANK
  return /^(?:#|;|\/\/)/.test(text) ? COMMENT : undefined
}

/** A line without white space at its ends and without the comment that follows white space. */
export function withoutComment(line: string): string {
  const text = line.trim()
  const comment = text.search(/\s(?:#|;|\/\/)/)
  return comment < 0 ? text : text.slice(0, comment).trimEnd()
}

/** The words between white space. */
export function wordsOf(line: string): string[] {
  const text = line.trim()
  return text === '' ? [] : text.split(/\s+/)
}

/** Space or tabulator. `NaN`, behind the end, is none. */
export function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09
}

/** The lines of a sample that are neither blank nor comments, at most the first 1,000; `!` begins comments of some. */
export function meaningfulLines({ lines }: Sample, alsoComment?: string): readonly string[] {
  const found: string[] = []
  for (const line of lines) {
    if (emptyContent(line) !== undefined) continue
    if (alsoComment !== undefined && line.trimStart().startsWith(alsoComment)) continue
    if (found.push(line) === LOOKED_AT) break
  }
  return found
}

/** How large a part of the lines is of a form, 0 to 1; 0 for no lines. */
export function shareOf<T>(lines: readonly T[], isOfForm: (line: T) => boolean): number {
  return lines.length === 0 ? 0 : lines.filter(isOfForm).length / lines.length
}

/**
 * How sure a format is that has no mark of its own but the form of its lines: nearly `most`, or not at all where only half
 * of them or fewer are of the form.
 */
export function sureness(lines: readonly string[], isOfForm: (line: string) => boolean, most: number): number {
  const share = shareOf(lines, isOfForm)
  return share > 0.5 ? most * (0.9 + share / 10) : 0
}
