/** What a name or a page says by its text alone: pure, from its signs and their fitted weights. */
import type { Protection } from '@tocsin/core/evidence'
import { hostSigns, isBareAddress, SIGN_INTERCEPT, urlSigns, type WeighedSign, weighSigns } from '@tocsin/core/scoring'
import { isHashOnly, type PublicSuffixes, parseSubjectOf, type Subject } from '@tocsin/core/subject'

/**
 * Log-odds in millinats from which a name is called suspicious. By the shipped weights of `docs/accuracy.md`, on named hosts
 * with one new name among ten good ones: 0.39 % false alarms and 50 % found on the days before the test, 0.44 % and 32 %
 * on the test (0.06 % of established names, but 3.9 % of newly registered ones). Half a per cent is met at 1,673 and at
 * 1,933; this is the next round figure above both.
 */
export const SUSPICIOUS_FROM = 2000

/** Log-odds of full confidence; below, in proportion. Assumed: beyond, nine in ten are bad and more signs add no more. */
export const SURE_FROM = 4000

/** Signs that are told, the strongest first. */
const TOLD_MAX = 4

/** What is known of subjects that nobody may suspect by their name. */
export interface NameSurroundings {
  readonly suffixes: PublicSuffixes
  readonly protectionOf: (subject: Subject) => Protection | undefined
}

/** A name that speaks against itself. */
export interface NameJudgment {
  /** The shortest part of what was asked that is suspicious: the domain, the host, or else the page. */
  readonly subject: Subject
  /** Millinats, at least {@link SUSPICIOUS_FROM}, not bounded above. */
  readonly logOdds: number
  /** Thousandths, 500 to 1000. */
  readonly confidence: number
  /** The signs that spoke against it, as in `it reads like "paypal" in look-alike letters`. */
  readonly signs: readonly string[]
}

/**
 * Judges what was asked from its registrable domain to the host to the page, and stops at the first that is suspicious:
 * it stands for what lies below. `undefined` where none is, where any of them is protected, for public suffixes and for
 * what has no name. Never throws.
 */
export function judgeName(asked: Subject, surroundings: NameSurroundings): NameJudgment | undefined {
  if ((asked.type !== 'domain' && asked.type !== 'url') || isHashOnly(asked)) return undefined
  const candidates = candidatesOf(asked, surroundings.suffixes)
  if (candidates.some(subject => surroundings.protectionOf(subject) !== undefined)) return undefined
  for (const subject of candidates) {
    const judged = judgeOne(subject, surroundings)
    if (judged !== undefined) return judged
  }
  return undefined
}

/** The registrable domain of a host or page; the address itself where its host is one, `undefined` for a public suffix. */
export function ownerOf({ value }: Subject, suffixes: PublicSuffixes): string | undefined {
  const host = hostOf(value)
  return isBareAddress(host) ? host : suffixes.registrableDomain(host)
}

function judgeOne(subject: Subject, surroundings: NameSurroundings): NameJudgment | undefined {
  const { suffixes } = surroundings
  const { value, type } = subject
  const weighed = weighSigns(type === 'url' ? urlSigns(value, suffixes) : hostSigns(value, suffixes)).signs
  const tenant = isTenant(subject, surroundings)
  // Without the bound of a weighing, which is for scores, and hides how much speaks against a name.
  const heard = weighed.filter(sign => !NO_SIGNS.has(sign.name) && !(tenant && isOfPlace(sign)))
  const logOdds = heard.reduce((sum, { value: part }) => sum + part, SIGN_INTERCEPT)
  if (logOdds < SUSPICIOUS_FROM) return undefined
  const confidence = Math.min(1000, Math.round((1000 * logOdds) / SURE_FROM))
  const against = heard.filter(({ value: part }) => part > 0)
  return { subject, logOdds, confidence, signs: against.slice(0, TOLD_MAX).map(({ phrase }) => phrase) }
}

/** Lines of a weighing that are no signs: what all names have (it is in the intercept), and the bound. */
const NO_SIGNS: ReadonlySet<string> = new Set(['plain', 'bound'])

/** Whose suffix is a popular site where anyone may have a name: many bad tenants say little of the next one. */
function isTenant(subject: Subject, { suffixes, protectionOf }: NameSurroundings): boolean {
  const owner = ownerOf(subject, suffixes)
  const suffix = owner?.slice(owner.indexOf('.') + 1) ?? ''
  if (!suffix.includes('.') || isBareAddress(owner ?? '')) return false
  const parsed = parseSubjectOf('domain', suffix)
  return parsed.ok && protectionOf(parsed.value) !== undefined
}

function isOfPlace({ name, value }: WeighedSign): boolean {
  return value > 0 && (name === 'deep-suffix' || name.startsWith('suffix:'))
}

/** From the least specific. A bare address is judged by its pages alone, and shields them where it is protected. */
function candidatesOf(asked: Subject, suffixes: PublicSuffixes): readonly Subject[] {
  const owner = ownerOf(asked, suffixes)
  if (owner === undefined) return []
  const host = hostOf(asked.value)
  const names = isBareAddress(host) ? [] : owner === host ? [host] : [owner, host]
  const domains = names.flatMap(name => {
    const parsed = parseSubjectOf('domain', name)
    return parsed.ok && parsed.value.type === 'domain' ? [parsed.value] : []
  })
  return asked.type === 'url' ? [...domains, asked] : domains
}

function hostOf(value: string): string {
  const slash = value.indexOf('/')
  return slash < 0 ? value : value.slice(0, slash)
}
