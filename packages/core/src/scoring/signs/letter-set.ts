/** Sets of letters as bits: a cheap answer before a comparison of texts. */

/** The characters of a text, a bit for each of a–z; others share those bits, so two sets may seem alike that are not. */
export function lettersOf(text: string): number {
  let letters = 0
  for (let at = 0; at < text.length; at++) letters |= 1 << ((text.charCodeAt(at) - 0x61) & 31)
  return letters
}

/** No fewer letters than this must be changed to make a text of one set one of the other. */
export function lettersApart(a: number, b: number): number {
  return Math.max(bitsOf(a & ~b), bitsOf(b & ~a))
}

function bitsOf(word: number): number {
  let count = 0
  for (let rest = word; rest !== 0; rest &= rest - 1) count++
  return count
}
