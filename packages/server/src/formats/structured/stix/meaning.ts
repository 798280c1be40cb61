/**
 * What a STIX pattern says to be bad: alternatives, each of which suffices. OR and IN give several. AND gives one where the
 * other part only tells the same thing more closely: more hashes of the file, its name, the port of the address. A file is
 * bad by its hash whatever else is said of it. Else two things that are bad together are not bad alone: refused.
 */
import type { SubjectType } from '@tocsin/core/subject'
import { type Refusal, refusal, subjectOfText } from '../values/subject-text.ts'
import type { Comparison, Expression, Joined } from './pattern.ts'

/** One thing that is bad: its subject, and others that are the same thing (hashes of one file). */
export interface Alternative {
  /** The type of the object that the pattern compares, as `file`. */
  readonly object: string
  /** In canonical text, the subject in front. */
  readonly subjects: readonly string[]
}

/** What an expression says: alternatives; only what is no subject, of these objects (`context`); or nothing that can be taken. */
export type Meaning =
  | { readonly is: 'alternatives'; readonly alternatives: readonly Alternative[] }
  | { readonly is: 'context'; readonly objects: readonly string[] }
  | Refusal

/** Alternatives of one pattern, at most. */
const ALTERNATIVES_MAX = 1000

/** Paths that hold a subject, by `object:path`. */
const PATHS: ReadonlyMap<string, SubjectType | undefined> = new Map([
  ['ipv4-addr:value', 'ip'],
  ['ipv6-addr:value', 'ip'],
  ['domain-name:value', 'domain'],
  ['url:value', 'url'],
  ['network-traffic:dst_ref.value', undefined],
  ['network-traffic:src_ref.value', undefined],
])

/** The names of hashes that a `file` subject has. */
const HASH = /^hashes\.(?:md5|sha-?1|sha-?256)$/i

/** What a pattern says. */
export function meaningOf(expression: Expression): Meaning {
  if (expression.is === 'comparison') return meaningOfComparison(expression)
  const parts = expression.parts.map(meaningOf)
  const bad = parts.find(part => part.is === 'refused')
  if (bad !== undefined) return bad
  return expression.is === 'OR' ? either(parts) : parts.reduce((a, b) => both(a, b, expression))
}

function meaningOfComparison(comparison: Comparison): Meaning {
  const { object, path, operator, values, negated } = comparison
  if (negated || operator === '!=' || operator === '<>') {
    return refusal('pattern', 'a pattern must say what is bad, and not what is other than bad (NOT, !=)')
  }
  const type = typeAt(object, path)
  if (type === 'none') return { is: 'context', objects: [object] }
  const texts = valuesOf(operator, values, type)
  if (texts === undefined) {
    return refusal('pattern', `a pattern must compare by =, IN or LIKE without wildcards, found ${operator}`)
  }
  const alternatives: Alternative[] = []
  for (const text of texts) {
    const subject = subjectOfText(text, type)
    if (typeof subject !== 'string') return subject
    alternatives.push({ object, subjects: [subject] })
  }
  return limited(alternatives)
}

function typeAt(object: string, path: string): SubjectType | undefined | 'none' {
  if (object === 'file' && HASH.test(path)) return 'file'
  const place = `${object}:${path}`
  return PATHS.has(place) ? PATHS.get(place) : 'none'
}

/** The texts that a comparison is true of; `undefined` where they cannot be listed. */
function valuesOf(
  operator: string,
  values: readonly string[],
  type: SubjectType | undefined,
): readonly string[] | undefined {
  if (operator === '=' || operator === '==' || operator === 'IN') return values
  if (operator === 'LIKE') return values.some(value => /[%_]/.test(value)) ? undefined : values
  return operator === 'ISSUBSET' && type !== 'file' && type !== 'url' ? values : undefined
}

function either(parts: readonly Meaning[]): Meaning {
  const alternatives = parts.flatMap(part => (part.is === 'alternatives' ? part.alternatives : []))
  if (alternatives.length > 0) return limited(alternatives)
  return { is: 'context', objects: parts.flatMap(part => (part.is === 'context' ? part.objects : [])) }
}

function both(a: Meaning, b: Meaning, { scope, is }: Joined): Meaning {
  if (a.is === 'refused') return a
  if (b.is === 'refused') return b
  if (a.is === 'context' && b.is === 'context') return { is: 'context', objects: [...a.objects, ...b.objects] }
  if (a.is === 'context') return narrowed(b as Extract<Meaning, { is: 'alternatives' }>, a.objects, scope, is)
  if (b.is === 'context') return narrowed(a, b.objects, scope, is)
  return same(a.alternatives, b.alternatives, scope) ?? together(is)
}

/** Alternatives that something else must be true of beside. */
function narrowed(
  meaning: Extract<Meaning, { readonly is: 'alternatives' }>,
  objects: readonly string[],
  scope: Joined['scope'],
  word: string,
): Meaning {
  const suffices = meaning.alternatives.every(({ object }) => {
    return object === 'file' || (scope === 'comparison' && objects.every(other => other === object))
  })
  return suffices ? meaning : together(word)
}

/** Two parts that say the same thing: the same subjects, or more hashes of one file. */
function same(a: readonly Alternative[], b: readonly Alternative[], scope: Joined['scope']): Meaning | undefined {
  const [one] = a
  const [other] = b
  if (a.length !== 1 || b.length !== 1 || one === undefined || other === undefined) return undefined
  if (one.subjects.join() === other.subjects.join()) return { is: 'alternatives', alternatives: a }
  if (one.object !== 'file' || other.object !== 'file' || scope !== 'comparison') return undefined
  // The longest hash in front: it names the file with the least doubt.
  const subjects = [...new Set([...one.subjects, ...other.subjects])].toSorted((x, y) => digits(y) - digits(x))
  return { is: 'alternatives', alternatives: [{ object: 'file', subjects }] }
}

function digits(subject: string): number {
  return subject.length - subject.lastIndexOf(':')
}

function together(word: string): Refusal {
  return refusal('pattern', `things joined by ${word} are bad together, and not each by itself`)
}

function limited(alternatives: readonly Alternative[]): Meaning {
  if (alternatives.length <= ALTERNATIVES_MAX) return { is: 'alternatives', alternatives }
  return refusal(
    'pattern',
    `a pattern must have at most ${ALTERNATIVES_MAX} alternatives, found ${alternatives.length}`,
  )
}
