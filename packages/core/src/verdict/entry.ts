/**
 * A book entry: what the network says about one subject, in eight bytes beside its key.
 *
 *     first word   scoredAt, minutes since 1970 (26 bits, to 2097) · rests safe (1) · spare (1) · protection (2) ·
 *                  organisations (2)
 *     second word  score (7) · reason (5) · incriminated (1) · stops (1) · three lapse levels (18)
 *
 * A reader needs neither the evidence nor the scorer to let time pass: the levels say after how many hours the verdict
 * leaves `dangerous`, `highly-suspicious` and `suspicious`. That is sound because incriminating evidence can only fade
 * and exculpating evidence is standing, so a verdict moves one way; time alone is thus never published.
 *
 * An entry is a pure function of the evidence: `scoredAt` is the latest time that any record of it bears, neighbours'
 * records among them, not the time of day when the scorer ran. An entry that rests on standing facts alone has `scoredAt` 0 and holds for good, so that
 * importing a list again changes nothing and costs a replica nothing.
 */
import {
  type EvidenceRecord,
  fades,
  HOUR_MS,
  type Instant,
  type Protection,
  REASONS,
  type Reason,
} from '../evidence/index.ts'
import { type Assessment, assess, audible, type Case } from '../scoring/index.ts'
import { FOR_GOOD, lapseHours } from './lapse-hours.ts'
import { BAND_FLOORS, UNTESTED_SCORE, type Verdict, verdictOf } from './verdict.ts'

const MINUTE_MS = 60_000

/** The latest minute that 26 bits hold, in 2097. A clock that is beyond it is taken for that, not for one in 1970. */
const MINUTE_MAX = 2 ** 26 - 1

/** What the book holds about one subject. */
export interface Entry {
  /** 0 (bad) to 100 (benign) as of `scoredAt`. */
  readonly score: number
  readonly reason: Reason
  /** Whether incriminating evidence was live at `scoredAt`. */
  readonly incriminated: boolean
  /** Whether a lookup that meets this entry does not go on to less specific ones. */
  readonly stops: boolean
  /** The time from which `lapses` count; a whole minute; 0 where time changes nothing. */
  readonly scoredAt: Instant
  /** Levels (see `lapse-hours.ts`) at which the verdict leaves dangerous, highly suspicious, suspicious. */
  readonly lapses: readonly [number, number, number]
  /** Whether what remains after the last lapse is `safe` rather than `untested`. */
  readonly restsSafe: boolean
  /** Whether the subject is a protected one: the addresses of a protected net need a quorum as well. */
  readonly protection: Protection | undefined
  /** Independent trusted organisations that incriminated it at `scoredAt`: 3 stands for 3 and more. */
  readonly organisations: number
}

const PROTECTIONS = [undefined, 'popular', 'certified'] as const

/** The most organisations that an entry tells apart: no quorum asks for more. */
const ORGANISATIONS_MAX = 3

/** The eight bytes of an entry as two unsigned 32-bit words. */
export interface PackedEntry {
  readonly when: number
  readonly what: number
}

/** Packs an entry into its two words. */
export function packEntry(entry: Entry): PackedEntry {
  const [dangerous, highly, suspicious] = entry.lapses
  const minute = Math.min(MINUTE_MAX, Math.max(0, Math.floor(entry.scoredAt / MINUTE_MS)))
  const when =
    (minute << 6) |
    (entry.restsSafe ? 1 << 5 : 0) |
    (PROTECTIONS.indexOf(entry.protection) << 2) |
    Math.min(ORGANISATIONS_MAX, entry.organisations)
  const what =
    (entry.score << 25) |
    (REASONS.indexOf(entry.reason) << 20) |
    (entry.incriminated ? 1 << 19 : 0) |
    (entry.stops ? 1 << 18 : 0) |
    (dangerous << 12) |
    (highly << 6) |
    suspicious
  return { when: when >>> 0, what: what >>> 0 }
}

/** Reads an entry from its two words. A reason that this version does not know yet reads as `listed`. */
export function unpackEntry({ when, what }: PackedEntry): Entry {
  return {
    score: what >>> 25,
    reason: REASONS[(what >>> 20) & 31] ?? 'listed',
    incriminated: (what & (1 << 19)) !== 0,
    stops: (what & (1 << 18)) !== 0,
    scoredAt: (when >>> 6) * MINUTE_MS,
    lapses: [(what >>> 12) & 63, (what >>> 6) & 63, what & 63],
    restsSafe: (when & (1 << 5)) !== 0,
    protection: PROTECTIONS[(when >>> 2) & 3],
    organisations: when & 3,
  }
}

/**
 * The entry for a case, or `undefined` where there is nothing to say: no live evidence that matters to a lookup. What is
 * protected matters even where it is neither safe nor suspicious: it protects what lies in it.
 */
export function entryOf(kase: Case): Entry | undefined {
  const times = recordsRead(kase)
    .filter(fades)
    .map(record => record.at!)
  const scoredAt = times.length === 0 ? 0 : Math.floor(Math.max(...times) / MINUTE_MS) * MINUTE_MS
  const first = assess(kase, scoredAt)
  const isUntested = verdictOf(first.score, first.incriminated) === 'untested'
  if (isUntested && !first.stops && (first.protection === undefined || kase.records.length === 0)) return undefined

  const verdictAfter = (hours: number) => verdictOfJudgment(assess(kase, scoredAt + hours * HOUR_MS))
  const last = times.length === 0 ? first : assess(settled(kase), scoredAt)
  const severity = SEVERITY[verdictOfJudgment(first)]
  // Severity only falls: a band that is not reached at first is never reached.
  const levelOf = (band: number) => (band > severity ? 0 : lastLevel(verdictAfter, last, band))
  return {
    score: first.score,
    reason: first.reason,
    incriminated: first.incriminated,
    stops: first.stops,
    scoredAt,
    lapses:
      times.length === 0
        ? [FOR_GOOD, FOR_GOOD, FOR_GOOD]
        : [levelOf(SEVERITY.dangerous), levelOf(SEVERITY['highly-suspicious']), levelOf(SEVERITY.suspicious)],
    restsSafe: verdictOfJudgment(last) === 'safe',
    protection: first.protection,
    organisations: Math.min(ORGANISATIONS_MAX, first.organisations),
  }
}

/** Every record that a judgment of the case may hear. */
function recordsRead({ records, relations }: Case): readonly EvidenceRecord[] {
  return relations === undefined ? records : [...records, ...audible(relations).flatMap(each => each.records)]
}

/** The case without all that fades: what is left of it in the end. */
function settled(kase: Case): Case {
  const { relations } = kase
  const standing = (records: readonly EvidenceRecord[]) => records.filter(record => !fades(record))
  const records = standing(kase.records)
  if (relations === undefined) return { ...kase, records }
  const neighbours = audible(relations).map(each => ({ ...each, records: standing(each.records) }))
  return { ...kase, records, relations: { ...relations, neighbours } }
}

/**
 * What a reader sees of an entry at a time: the verdict, and a score that lies in the verdict's band. What is suspicious
 * shows 71 at most, however much speaks for it: else a bad word about a subject that is just short of safe (and thus has
 * no entry, and shows 71) would raise its score.
 */
export function verdictAt(entry: Entry, now: Instant): { readonly verdict: Verdict; readonly score: number } {
  const ageHours = (now - entry.scoredAt) / HOUR_MS
  const first = verdictOf(entry.score, entry.incriminated)
  const { lapses } = entry
  if (SEVERITY[first] < SEVERITY.suspicious) return { verdict: first, score: entry.score }
  if (first === 'dangerous' && ageHours <= lapseHours(lapses[0])) return { verdict: first, score: entry.score }
  if (SEVERITY[first] >= SEVERITY['highly-suspicious'] && ageHours <= lapseHours(lapses[1])) {
    return { verdict: 'highly-suspicious', score: Math.max(entry.score, BAND_FLOORS['highly-suspicious']) }
  }
  if (ageHours <= lapseHours(lapses[2])) {
    const score = Math.max(entry.score, BAND_FLOORS.suspicious)
    return { verdict: 'suspicious', score: Math.min(score, UNTESTED_SCORE) }
  }
  if (entry.restsSafe) return { verdict: 'safe', score: Math.max(entry.score, BAND_FLOORS.safe) }
  return { verdict: 'untested', score: Math.max(entry.score, UNTESTED_SCORE) }
}

/** When the verdict that holds at `now` gives way to a milder one; `undefined` where time changes nothing. */
export function lapsesAt(entry: Entry, now: Instant): Instant | undefined {
  const { verdict } = verdictAt(entry, now)
  const place = ['dangerous', 'highly-suspicious', 'suspicious'].indexOf(verdict)
  if (place < 0 || entry.lapses[place] === FOR_GOOD) return undefined
  return entry.scoredAt + lapseHours(entry.lapses[place]!) * HOUR_MS
}

const SEVERITY: Readonly<Record<Verdict, number>> = {
  safe: 0,
  untested: 1,
  suspicious: 2,
  'highly-suspicious': 3,
  dangerous: 4,
}

function verdictOfJudgment(judgment: Assessment): Verdict {
  return verdictOf(judgment.score, judgment.incriminated)
}

/** The largest level up to which the verdict is at least as severe; found by bisection, for severity only falls. */
function lastLevel(verdictAfter: (hours: number) => Verdict, last: Assessment, severity: number): number {
  if (SEVERITY[verdictOfJudgment(last)] >= severity) return FOR_GOOD
  let low = 0
  let high = FOR_GOOD - 1
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (SEVERITY[verdictAfter(lapseHours(middle))] >= severity) low = middle
    else high = middle - 1
  }
  return low
}
