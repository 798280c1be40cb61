/**
 * Correlation: what follows for a subject from those that it was met with, in one mail, on one page, in one download.
 *
 *     net(N) = max(0, ΣV(bad) + R − ΣV(good)) of N's direct evidence; 0 where N is protected and lacks its quorum
 *              as S hears of it: what fades does so by its own half-life and by that of hearsay about S's type together
 *     d(N)   = ⌊net(N) · transfer(type of N → type of S) / damping(max(degree S, degree N))⌋
 *     v(r)   = ⌊trust(r) · min(cap, Σ_i ⌊d_i / 2^i⌋)⌋, d sorted descending, over all N that r says were met with S
 *
 * v(r) is a voice of r in a category of its own, so all that limits sources limits this too: ranks, trust, the term of
 * the untrusted. Who makes up relations can do no more than who makes up evidence. One hop: only direct evidence passes
 * on, so nothing echoes, and nothing derived is ever stored: what is taken back is gone from all who had it from there.
 *
 * Worked example: a site of trust 0.8 detects a file (net ⌊0.8 · 2500⌋ = 2000) in a mail with a sender, a link and the
 * link's host. Each has three neighbours, which damps nothing. The link: d = 2000 · 0.275 = 550, v = 440, log-odds −455,
 * score 61.
 *
 * A hub, as a mail provider or a content network, has more than {@link NEIGHBOURS_MAX} neighbours: it neither gives nor
 * takes. Set aside: scores of neighbours in place of direct evidence (walks in circles, depends on the order), a
 * noisy-or over neighbours (any hub saturates), damping by 1/degree (in a mail of six nothing would be left).
 */
import { type EvidenceRecord, type Instant, isDerived, kindOf, type Protection } from '../evidence/index.ts'
import type { SubjectType } from '../subject/index.ts'
import { heardOrganisations, lacksQuorum, protectionOf } from './quorum.ts'
import { dampingOf, heardForHours, transferOf } from './transfer.ts'
import type { SourceStanding } from './trust.ts'
import { type Via, type Voice, voicesOf, voiceValue } from './voices.ts'
import { strongestReason, weigh } from './weighing.ts'

/** Credible neighbours above which a subject is a hub. Of 95,743 real indicators none has more than 20 samples. */
export const NEIGHBOURS_MAX = 1000

/** A subject that was met together with the one that is judged. */
export interface Neighbour {
  readonly type: SubjectType
  /** Canonical text, or another one that is unique and the same on every node. */
  readonly text: string
  /** Its direct evidence, at most one record per (source, kind). */
  readonly records: readonly EvidenceRecord[]
  readonly protectedByNature?: Protection | undefined
  /** Its own credible neighbours: those that a trusted source or two organisations saw with it. */
  readonly degree: number
  /** The sources that saw the two together, each once. */
  readonly by: readonly string[]
}

/** The company in which a subject was met. */
export interface Relations {
  /** The type of the subject itself. */
  readonly type: SubjectType
  /** Its credible neighbours. */
  readonly degree: number
  /** All neighbours, credible or not, each once. */
  readonly neighbours: readonly Neighbour[]
}

interface Derived {
  readonly via: Via
  readonly weight: number
}

/** What sources say of a subject by saying with whom they met it; in an order that does not depend on any other. */
export function relationVoices(
  relations: Relations | undefined,
  standingOf: (source: string) => SourceStanding,
  now: Instant,
): Voice[] {
  if (relations === undefined || relations.degree > NEIGHBOURS_MAX) return []
  const bySource = new Map<string, Derived[]>()
  for (const neighbour of relations.neighbours) {
    const derived = derivedFrom(neighbour, relations, standingOf, now)
    if (derived === undefined) continue
    for (const source of neighbour.by) {
      const said = bySource.get(source)
      if (said === undefined) bySource.set(source, [derived])
      else said.push(derived)
    }
  }
  const sources = [...bySource].sort(([a], [b]) => (a < b ? -1 : 1))
  return sources.map(([source, said]) => voiceOf(source, said, standingOf(source)))
}

/** What others said of a neighbour: what the node derived passes on to nobody, else it would echo. */
function toldOf({ records }: Neighbour): readonly EvidenceRecord[] {
  return records.filter(record => !isDerived(kindOf(record.kind)))
}

/** The neighbours from which anything may follow, with what is told of them: of a hub none, and none that is a hub. */
export function audible(relations: Relations | undefined): readonly Neighbour[] {
  if (relations === undefined || relations.degree > NEIGHBOURS_MAX) return []
  return relations.neighbours
    .filter(({ type, degree }) => degree <= NEIGHBOURS_MAX && transferOf(type, relations.type) > 0)
    .map(neighbour => ({ ...neighbour, records: toldOf(neighbour) }))
}

function derivedFrom(
  neighbour: Neighbour,
  { type, degree }: Relations,
  standingOf: (source: string) => SourceStanding,
  now: Instant,
): Derived | undefined {
  const transfer = transferOf(neighbour.type, type)
  if (neighbour.degree > NEIGHBOURS_MAX || transfer === 0) return undefined
  const voices = voicesOf(toldOf(neighbour), standingOf, now, heardForHours(type))
  if (lacksQuorum(protectionOf(voices, neighbour.protectedByNature), heardOrganisations(voices))) return undefined
  const { bad, good, incriminating } = weigh(voices)
  const weight = Math.floor(
    (Math.max(0, bad - good) * transfer) / (1000 * dampingOf(Math.max(degree, neighbour.degree))),
  )
  if (weight === 0) return undefined
  const heard = incriminating.filter(({ voice }) => voice.value > 0)
  const organisations = new Set(heard.map(({ voice }) => voice.standing.organisation)).size
  return { weight, via: { subject: neighbour.text, reason: strongestReason(incriminating), organisations } }
}

/** Ranks within the source: many bad acquaintances weigh less than twice the worst. */
function voiceOf(source: string, said: readonly Derived[], standing: SourceStanding): Voice {
  const ranked = said.toSorted((a, b) => b.weight - a.weight || (a.via.subject < b.via.subject ? -1 : 1))
  const parts = ranked.map(({ via, weight }, rank) => ({ via, weight: Math.floor(weight / 2 ** Math.min(rank, 30)) }))
  const sum = parts.reduce((total, part) => total + part.weight, 0)
  const value = voiceValue('relation', standing, sum)
  return { source, standing, category: 'relation', direction: 'bad', value, parts }
}
