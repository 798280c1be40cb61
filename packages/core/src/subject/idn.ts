import { encodePunycode } from './punycode.ts'

/**
 * Names in any script as the ASCII that the DNS asks for (IDNA, UTS #46 in its non-transitional form).
 *
 * UTS #46 has a table of 9,000 rows. We get its mapping from what every JavaScript runtime carries, normalisation and case,
 * and name the exceptions here. Two things of it are left out on purpose: the tables of what is *disallowed* (a name that a
 * browser refuses to open does no harm by being known), and the rules for bidirectional text and joiners, for the same
 * reason. The tests compare every code point with Node's own table.
 */

/** Kept as they are, where plain case folding would change them: ß, ς (UTS #46 §4, non-transitional) and dotless ı. */
const KEPT = /[ßςı]/

/** UTS #46 status `ignored`: they are not seen, so they may not make another name. The joiners are kept (§4). */
const IGNORED = /(?![\u200c\u200d])\p{Default_Ignorable_Code_Point}/gu

/** More bytes than this are no name: a name has at most 253 characters of at most 4 bytes. Bounds the work below. */
const NAME_BYTES_MAX = 1024

/** RFC 1035 §2.3.4. */
const LABEL_BYTES_MAX = 63

/**
 * Maps a host name with characters beyond ASCII to ASCII, label by label. Dots are not tidied, and the result may hold
 * characters that no host may have (full-width ／ becomes /): the caller checks. `undefined` if a label cannot fit.
 */
export function asciiOfIdn(host: string): string | undefined {
  if (host.length > NAME_BYTES_MAX) return undefined
  const labels = mapCharacters(host).split('.')
  for (const [i, label] of labels.entries()) {
    if (isAscii(label)) continue
    const points = Array.from(label, character => character.codePointAt(0) as number)
    if (points.length > LABEL_BYTES_MAX) return undefined
    labels[i] = `xn--${encodePunycode(points)}`
  }
  return labels.join('.')
}

function mapCharacters(host: string): string {
  let mapped = ''
  for (const character of host) mapped += mapCharacter(character)
  return mapped.normalize('NFKC').replace(IGNORED, '').replaceAll('\u3002', '.')
}

/** One character normalised and folded. Only those that are themselves an exception are kept: mathematical 𝛓 is σ. */
function mapCharacter(character: string): string {
  if (character < '\u0080') return character.toLowerCase()
  if (KEPT.test(character)) return character
  if (character === 'ẞ') return 'ß'
  let folded = ''
  for (const part of character.normalize('NFKC')) folded += foldCase(part)
  return folded
}

/**
 * Full case folding of one character. Through upper case, so that ᾳ becomes αι and Cyrillic ᲀ becomes в; character by
 * character, because a whole word would get a final sigma. Cherokee alone folds to its upper case (Unicode 8).
 */
function foldCase(character: string): string {
  if (character === 'ı') return character
  const upper = character.toUpperCase()
  return upper >= '\u13a0' && upper <= '\u13f5' ? upper : upper.toLowerCase()
}

function isAscii(text: string): boolean {
  return !/[\u0080-\uffff]/.test(text)
}
