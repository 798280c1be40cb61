/** From an entry of the book to a threat of this protocol: whether it is one, of which kind, and for how long. Pure. */
import { type PublicSuffixes, parseSubjectOf, type SubjectType } from '@tocsin/core/subject'
import { type Entry, isBlockedAt, lapsesAt, type Policy, verdictAt } from '@tocsin/core/verdict'
import type { ThreatKind } from './lists.ts'

/** The types of subjects that can be a threat here: what has a full hash that the protocol knows, and files. */
export const THREAT_TYPES = ['domain', 'url', 'file'] as const satisfies readonly SubjectType[]

/** One of {@link THREAT_TYPES}. */
export type ThreatSubjectType = (typeof THREAT_TYPES)[number]

/** What is to be blocked. */
export interface Threat {
  readonly kind: ThreatKind
  /** Milliseconds since 1970; until then the policy blocks it, if nothing new is heard. Infinity for good. */
  readonly blockedUntil: number
}

/** Words of an entry's reason by kind; the rest is unwanted. What is listed and nobody says why for counts as malware. */
const KINDS: Readonly<Partial<Record<Entry['reason'], ThreatKind>>> = {
  listed: 'malware',
  malware: 'malware',
  botnet: 'malware',
  attack: 'malware',
  similar: 'malware',
  hosting: 'malware',
  phishing: 'phishing',
  scam: 'phishing',
  name: 'phishing',
}

/** Bands that a verdict can fall through: dangerous, highly suspicious, suspicious. */
const BANDS = 3

/**
 * The threat that an entry is under a policy; `undefined` where it is none. The entry's own verdict decides, and a policy
 * list that approves of it: all that could be milder stands in entries less specific than this one, and of those a lookup
 * takes the worst.
 *
 * @param value canonical text without the type; `undefined` where only the key is known, which no policy list names
 */
export function threatOf(
  type: ThreatSubjectType,
  value: string | undefined,
  entry: Entry,
  now: number,
  { policy, suffixes }: { readonly policy: Policy; readonly suffixes: PublicSuffixes },
): Threat | undefined {
  if (!isBlockedAt(verdictAt(entry, now).verdict, policy.level)) return undefined
  if (value !== undefined && isApproved(type, value, policy, suffixes)) return undefined
  return { kind: KINDS[entry.reason] ?? 'unwanted', blockedUntil: blockedUntil(entry, now, policy) }
}

function blockedUntil(entry: Entry, now: number, { level }: Policy): number {
  let at = now
  for (let band = 0; band < BANDS; band++) {
    const lapse = lapsesAt(entry, at)
    if (lapse === undefined) return Number.POSITIVE_INFINITY
    // A band holds up to and including its last moment.
    at = lapse + 1
    if (!isBlockedAt(verdictAt(entry, at).verdict, level)) return at
  }
  return at
}

function isApproved(type: ThreatSubjectType, value: string, { lists }: Policy, suffixes: PublicSuffixes): boolean {
  if (lists.length === 0) return false
  const subject = parseSubjectOf(type, value)
  if (!subject.ok) return false
  for (const list of lists) {
    const ruled = list.rule(subject.value, suffixes)
    if (ruled !== undefined) return ruled.ruling === 'approved'
  }
  return false
}
