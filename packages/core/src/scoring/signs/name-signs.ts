/** Signs of how a name is made: its letters, its length, its words, its suffix. */
import type { HostParts } from './host-parts.ts'
import { longestRun, surpriseOf, varietyOf } from './letters.ts'
import { graded, type Sign, sign } from './sign.ts'
import { latinOf } from './skeleton.ts'
import { wordsIn } from './words.ts'

/** Labels shorter than this say too little by their letters. */
const LETTERS_LENGTH_MIN = 4

/** All of them. */
export function nameSigns(parts: HostParts): Sign[] {
  return [...letterSigns(parts.label), ...sublabelSigns(parts), ...wordSigns(parts), ...suffixSigns(parts)]
}

function letterSigns(label: string): Sign[] {
  const letters = label.length >= LETTERS_LENGTH_MIN && !label.startsWith('xn--')
  const surprise = letters ? surpriseOf(label) : 0
  const consonants = longestRun(label, /[bcdfghjklmnpqrstvwxz]+/g)
  const digits = label.replace(/[^0-9]/g, '').length
  const hyphens = label.split('-').length - 1
  return [
    ...graded('unusual-letters', (surprise - 250) * 10, 'its letters follow each other as in no usual word'),
    ...(surprise >= 330 ? [sign('generated', 'it looks made by a program')] : []),
    ...graded('consonants', (consonants - 3) * 250, `it has ${consonants} consonants in a row`),
    ...graded(
      'digits',
      (digits * 1000) / Math.max(1, label.length),
      `${digits} of its ${label.length} characters are digits`,
    ),
    ...(/[a-z]\d+[a-z]/.test(label) ? [sign('digits-inside', 'it has digits between letters')] : []),
    ...(/^[a-z]+\d+$/.test(label) ? [sign('digits-behind', 'it is a word with a number')] : []),
    ...(/^\d+$/.test(label) ? [sign('all-digits', 'it is a number')] : []),
    ...graded('hyphens', hyphens * 333, `it has ${hyphens} hyphens`),
    ...graded('length', (label.length - 8) * 50, `it has ${label.length} characters`),
    ...(label.length <= 4 ? [sign('short', `it has ${label.length} characters`)] : []),
    ...(label.length >= 5 && label.length <= 7 ? [sign('five-to-seven', `it has ${label.length} characters`)] : []),
    ...(letters ? graded('variety', (varietyOf(label) - 50) * 20, 'few of its characters come twice') : []),
    ...(label.startsWith('xn--') ? [sign('other-script', 'it is in another script')] : []),
  ]
}

function sublabelSigns({ sublabels }: HostParts): Sign[] {
  const own = sublabels.filter(label => label !== 'www')
  const first = own[0] ?? ''
  return [
    ...(sublabels.includes('www') ? [sign('www', 'it begins with www')] : []),
    ...(own.length === 1 ? [sign('one-label-before', 'it is a host beneath a domain')] : []),
    ...graded('many-labels', (own.length - 1) * 333, `it has ${own.length} labels before the domain`),
    ...(first.length >= 4 && surpriseOf(first) >= 330
      ? [sign('generated-before', 'its first label looks made by a program')]
      : []),
    ...graded(
      'digits-before',
      (first.replace(/[^0-9]/g, '').length * 1000) / Math.max(1, first.length),
      'its first label has digits',
    ),
    ...graded('hyphens-before', (first.split('-').length - 1) * 333, 'its first label has hyphens'),
    ...graded('length-before', (first.length - 8) * 50, `its first label has ${first.length} characters`),
  ]
}

function wordSigns({ shown, sublabels }: HostParts): Sign[] {
  const words = wordsIn(latinOf(shown)).map(word => sign(`word:${word}`, `it says "${word}"`))
  const before = new Set(sublabels.flatMap(label => wordsIn(latinOf(label))))
  return [...words, ...Array.from(before, word => sign(`word-before:${word}`, `it says "${word}" before the domain`))]
}

/** The suffix and, of one with several labels, its last too: a rare suffix then leans on its top level. */
function suffixSigns({ suffix }: HostParts): Sign[] {
  const top = suffix.slice(suffix.lastIndexOf('.') + 1)
  const phrase = (name: string) => `of how often names under ".${name}" are bad`
  return [
    ...(suffix === '' ? [] : [sign(`top:${top}`, phrase(top))]),
    ...(suffix === top
      ? []
      : [sign(`suffix:${suffix}`, phrase(suffix)), sign('deep-suffix', 'its suffix has several labels')]),
  ]
}
