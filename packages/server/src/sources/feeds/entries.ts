/** From what a format read to what the intake is offered: which subjects, as what kind, how sure, seen when. */
import { type KindName, kindOf } from '@tocsin/core/evidence'
import { SUBJECT_TYPES, type SubjectType } from '@tocsin/core/subject'
import type { Digests, Indicator } from '../../formats/format.ts'
import type { Offer } from '../../intake/intake.ts'
import type { FeedSettings } from './settings.ts'

/** One entry of a feed. */
export interface Entry {
  readonly subject: string
  readonly kind: KindName
  readonly confidence: number
  readonly observedAt?: string | undefined
  readonly related?: readonly string[] | undefined
  readonly digests?: Digests | undefined
  /** The feed itself says that it is gone. */
  readonly gone: boolean
}

/** What the settings make of an indicator. */
export type Meaning =
  | { readonly is: 'entry'; readonly entry: Entry }
  | { readonly is: 'left-out' }
  | { readonly is: 'refused'; readonly reason: string }

/** Thousandths, as the ledger keeps them: a smaller difference is none. */
const STEPS = 1000

/**
 * Formats of lists of what is harmless. What they mean must be said: taken for bad, they would have the most visited
 * sites blocked; taken for good unasked, a bad list that turns into one overnight would shield whom it likes.
 */
const HARMLESS: ReadonlySet<string> = new Set(['misp-warninglist'])

/** A function that gives indicators of a format the meaning that the settings of their feed say. */
export function meaningFor(settings: FeedSettings): (indicator: Indicator, format: string) => Meaning {
  const taken = takenTypes(settings)
  const { kind, kinds = {} } = settings
  return ({ subject, kind: own, confidence, observedAt, related, digests, gone }, format) => {
    const type = subject.slice(0, subject.indexOf(':')) as SubjectType
    if (!taken.has(type)) return { is: 'left-out' }
    const said = kinds[type] ?? kind
    if (said === undefined && HARMLESS.has(format)) {
      return { is: 'refused', reason: `of a ${format} "kind" must be set: popular, certified or known-good` }
    }
    const name = said ?? own ?? 'listed'
    if (!kindOf(name).types.includes(type)) {
      return { is: 'refused', reason: `kind "${name}" is not said of a ${type}, found "${subject}"` }
    }
    const sure = Math.max(1, Math.round(confidenceOf(settings, confidence) * STEPS)) / STEPS
    const detail = { confidence: sure, observedAt, related, digests, gone: gone === true }
    return { is: 'entry', entry: { subject, kind: name, ...detail } }
  }
}

/** All that is said of an entry beside its name, for comparing copies. */
export function saidOf({ confidence, observedAt, related, digests }: Entry): string {
  if (observedAt === undefined && related === undefined && digests === undefined) return String(confidence)
  const said = `${confidence} ${observedAt ?? ''} ${related?.join(' ') ?? ''}`
  if (digests === undefined) return said
  const { md5 = '', sha1 = '', sha256 = '', tlsh = '' } = digests
  return `${said} ${md5} ${sha1} ${sha256} ${tlsh}`
}

/** An entry as it is offered. What is not dated was seen when it was fetched. */
export function offerOf({ subject, kind, confidence, observedAt, related, digests }: Entry, fetchedAt: string): Offer {
  return {
    subject,
    kind,
    confidence,
    observedAt: observedAt ?? fetchedAt,
    // The group is the subject's own, so that a relation is found again however often it is read.
    ...(related === undefined || related.length === 0 ? {} : { related, group: subject }),
    ...(digests === undefined ? {} : { digests }),
  }
}

function takenTypes({ include = SUBJECT_TYPES, exclude = [], hosts }: FeedSettings): ReadonlySet<SubjectType> {
  const taken = new Set(include)
  for (const type of exclude) taken.delete(type)
  if (!hosts) for (const type of ['ip', 'net', 'domain'] as const) taken.delete(type)
  return taken
}

/** The configured confidence, or the feed's own laid between the bounds; the lower bound where it says none. */
function confidenceOf({ confidence }: FeedSettings, own: number | undefined): number {
  if (typeof confidence === 'number') return confidence
  return confidence.low + (own ?? 0) * (confidence.high - confidence.low)
}
