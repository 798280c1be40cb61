/** First stage of the score: what each source says in each category, saturated and weighed by trust. */
import {
  CATEGORY_CAPS,
  type Category,
  type EvidenceRecord,
  type Instant,
  isDerived,
  type Kind,
  kindOf,
  type Reason,
  weightAt,
} from '../evidence/index.ts'
import { type SourceStanding, TRUST_STEPS } from './trust.ts'

/** A neighbour that something was derived from. */
export interface Via {
  /** Its canonical text. */
  readonly subject: string
  /** What weighs most against it. */
  readonly reason: Reason
  /** How many organisations incriminate it directly. */
  readonly organisations: number
}

/** What a voice rests on, with its weight before saturation and trust: a record, or a neighbour. */
export type Part = { readonly weight: number } & ({ readonly record: EvidenceRecord } | { readonly via: Via })

/** One source heard in one category and direction. */
export interface Voice {
  readonly source: string
  readonly standing: SourceStanding
  readonly category: Category
  readonly direction: Kind['direction']
  /** ⌊trust · min(cap, Σ m)⌋ in millinats, an integer of at least 0. */
  readonly value: number
  readonly parts: readonly Part[]
}

/**
 * Groups records by (source, category, direction), in an order that does not depend on the order of the records, so that
 * ties in the explanation fall the same way on every node.
 *
 * @param within see {@link weightAt}
 */
export function voicesOf(
  records: readonly EvidenceRecord[],
  standingOf: (source: string) => SourceStanding,
  now: Instant,
  within?: number,
): Voice[] {
  // Most subjects have one record, and a mail's worth of neighbours is judged for each of them.
  if (records.length < 2) return records.map(record => voiceOf([record], standingOf, now, within))
  const groups = new Map<string, EvidenceRecord[]>()
  for (const record of records.toSorted(bySourceThenKind)) {
    const kind = kindOf(record.kind)
    const name = `${kind.direction} ${kind.category} ${record.source}`
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [record])
    else group.push(record)
  }
  return Array.from(groups.values(), group => voiceOf(group, standingOf, now, within))
}

function bySourceThenKind(a: EvidenceRecord, b: EvidenceRecord): number {
  if (a.source !== b.source) return a.source < b.source ? -1 : 1
  return a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0
}

function voiceOf(
  group: readonly EvidenceRecord[],
  standingOf: (source: string) => SourceStanding,
  now: Instant,
  within?: number,
): Voice {
  const { category, direction } = kindOf(group[0]!.kind)
  const source = group[0]!.source
  const standing = standingOf(source)
  const parts = group.map(record => ({ record, weight: weightAt(record, now, within) }))
  const sum = parts.reduce((total, part) => total + part.weight, 0)
  return { source, standing, category, direction, value: voiceValue(category, standing, sum), parts }
}

/** ⌊trust · min(cap, sum)⌋. */
export function voiceValue(category: Category, { trustStep }: SourceStanding, sum: number): number {
  return Math.floor((trustStep * Math.min(CATEGORY_CAPS[category], sum)) / TRUST_STEPS)
}

/** The kind behind a part; none behind what was derived. */
export function kindOfPart(part: Part): Kind | undefined {
  return 'record' in part ? kindOf(part.record.kind) : undefined
}

/** Whether the node worked out what the voice says. A category is derived as a whole. */
export function isDerivedVoice({ parts }: Voice): boolean {
  return parts.every(part => {
    const kind = kindOfPart(part)
    return kind === undefined || isDerived(kind)
  })
}

/**
 * Orders voices by value, descending, ties by source name, and lets the i-th count 1/2^i: a second opinion is worth
 * half a first one. Saturation comes before ranking; the other way round, more evidence could lower the sum.
 */
export function rankedSum(voices: readonly Voice[]): { readonly sum: number; readonly shares: readonly Share[] } {
  if (voices.length === 1) return { sum: voices[0]!.value, shares: [{ voice: voices[0]!, value: voices[0]!.value }] }
  const ranked = voices.toSorted((a, b) => b.value - a.value || (a.source < b.source ? -1 : 1))
  const shares = ranked.map((voice, rank) => ({ voice, value: Math.floor(voice.value / 2 ** Math.min(rank, 30)) }))
  return { sum: shares.reduce((total, share) => total + share.value, 0), shares }
}

/** A voice and what it adds to the log-odds. */
export interface Share {
  readonly voice: Voice
  readonly value: number
}
