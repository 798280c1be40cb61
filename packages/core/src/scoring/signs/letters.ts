/** How ordinary the letters of a name are: pairs of letters, runs, digits. */
import { BIGRAMS } from './bigrams.ts'

/** What a pair is made of: the edge of the label, a–z, any digit, the hyphen, anything else. */
export const SYMBOLS = 30

/** Characters of a label that are looked at; a label has at most 63. */
const LETTERS_MAX = 63

/** The place of a character in the table of pairs. */
export function symbolOf(code: number): number {
  if (code >= 0x61 && code <= 0x7a) return code - 0x60
  if (code >= 0x30 && code <= 0x39) return 27
  return code === 0x2d ? 28 : 29
}

/** The mean surprise of the pairs of a label, edges included: hundredths of a nat per pair, 0 for an empty label. */
export function surpriseOf(label: string): number {
  const length = Math.min(label.length, LETTERS_MAX)
  if (length === 0) return 0
  let before = 0
  let sum = 0
  for (let at = 0; at <= length; at++) {
    const next = at === length ? 0 : symbolOf(label.charCodeAt(at))
    sum += BIGRAMS[before * SYMBOLS + next]!
    before = next
  }
  return Math.round(sum / (length + 1))
}

/** The most characters in a row that the pattern's class holds. */
export function longestRun(label: string, pattern: RegExp): number {
  return Math.max(0, ...Array.from(label.matchAll(pattern), found => found[0].length))
}

/** Different characters in a hundred of a label: a cheap stand-in for entropy that is exact on every engine. 0 for an empty label. */
export function varietyOf(label: string): number {
  return label === '' ? 0 : Math.floor((100 * new Set(label).size) / label.length)
}
