/**
 * What the door counts, in shared memory: each thread that answers writes a block of its own, whoever wants to know adds
 * them up. Numbers are doubles, exact up to 2⁵³; one writer each, so nothing is locked and nothing is lost.
 */
import { type Action, VERDICTS, type Verdict } from '@tocsin/core/verdict'
import { RCODE, type Rcode } from '../../protocols/dns/index.ts'
import type { Located } from './zone-places.ts'

/** What happens to messages beside being answered with a code. */
const EVENTS = ['ignored', 'quick', 'kept', 'slow', 'limited', 'slipped', 'refused', 'unsent', 'failed'] as const

const LOCATED = ['base', 'ip', 'domain', 'hash', 'other'] as const satisfies readonly Located[]
const RCODES = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED', 'BADVERS'] as const
const ACTIONS = ['allow', 'block'] as const satisfies readonly Action[]

const CODES_AT = EVENTS.length
const SIGHTINGS_AT = CODES_AT + LOCATED.length * RCODES.length
const NUMBERS = SIGHTINGS_AT + VERDICTS.length * ACTIONS.length

/** One of the events. */
export type DnsEvent = (typeof EVENTS)[number]

/** Where the events are, and where the codes of each zone begin. */
const EVENT_AT = placesOf(EVENTS, 0, 1)
const ZONE_AT = placesOf(LOCATED, CODES_AT, RCODES.length)

/** Counts since the start. */
export interface DnsCounters {
  /** Messages answered by one of the codes; those that rate limiting held back are among them. */
  readonly queries: number
  /**
   * `ignored`: answers, and what is too short to be a query. `quick`, `kept`, `slow`: answered from the filters, with an
   * answer of less than a second ago, and by the handler. `limited`: over the rate, and not sent; `slipped`: sent as TC
   * instead. `refused`: clients that may not ask. `unsent`: answers that the system did not take. `failed`: our errors.
   */
  readonly events: Readonly<Record<DnsEvent, number>>
  /** By zone (`other` for names of others and what has no name) and response code; what is not there is 0. */
  readonly rcodes: Readonly<Partial<Record<Located, Readonly<Record<string, number>>>>>
  /** Answers about a subject. */
  readonly lookups: readonly { readonly verdict: Verdict; readonly action: Action; readonly count: number }[]
}

/** The place of an answer about a subject among the counts; fits in a byte. */
export type Sighted = number

/** The place of an answer that is about no subject. */
export const NOT_SIGHTED: Sighted = 0

/** What is counted where the book knows nothing of a subject. */
export const UNKNOWN: Sighted = sighted('untested', 'allow')

/** Likewise, where the policy blocks it all the same. */
const UNKNOWN_BLOCKED: Sighted = sighted('untested', 'block')

export function sighted(verdict: Verdict, action: Action): Sighted {
  return SIGHTINGS_AT + VERDICTS.indexOf(verdict) * ACTIONS.length + ACTIONS.indexOf(action)
}

/** Whether that answer was "block". */
export function isBlockedSight(at: Sighted): boolean {
  return at !== NOT_SIGHTED && (at - SIGHTINGS_AT) % ACTIONS.length === ACTIONS.indexOf('block')
}

/** Whether nobody knew anything of that subject. */
export function isUntestedSight(at: Sighted): boolean {
  return at === UNKNOWN || at === UNKNOWN_BLOCKED
}

/** One thread's block. */
export class DnsCounts {
  /** To be handed to who reads. */
  readonly buffer: SharedArrayBuffer
  readonly #numbers: Float64Array

  constructor(buffer = new SharedArrayBuffer(NUMBERS * 8)) {
    this.buffer = buffer
    this.#numbers = new Float64Array(buffer)
  }

  event(event: DnsEvent, by = 1): void {
    this.#numbers[EVENT_AT[event]]! += by
  }

  answered(located: Located, rcode: Rcode): void {
    const code = rcode === RCODE.BADVERS ? RCODES.length - 1 : rcode
    this.#numbers[ZONE_AT[located] + code]! += 1
  }

  sighting(at: Sighted): void {
    if (at !== NOT_SIGHTED) this.#numbers[at]! += 1
  }
}

/** The sum of all blocks. */
export function readCounts(blocks: readonly SharedArrayBuffer[]): DnsCounters {
  const sums = new Float64Array(NUMBERS)
  for (const block of blocks) new Float64Array(block).forEach((number, at) => (sums[at]! += number))
  const rcodes: Partial<Record<Located, Record<string, number>>> = {}
  let queries = 0
  for (const [zone, located] of LOCATED.entries()) {
    for (const [code, name] of RCODES.entries()) {
      const count = sums[CODES_AT + zone * RCODES.length + code]!
      if (count === 0) continue
      rcodes[located] = { ...rcodes[located], [name]: count }
      queries += count
    }
  }
  const lookups = VERDICTS.flatMap(verdict =>
    ACTIONS.map(action => ({ verdict, action, count: sums[sighted(verdict, action)]! })),
  )
  const events = Object.fromEntries(EVENTS.map((event, at) => [event, sums[at]!])) as Record<DnsEvent, number>
  return { queries, events, rcodes, lookups: lookups.filter(({ count }) => count > 0) }
}

function placesOf<K extends string>(names: readonly K[], from: number, step: number): Readonly<Record<K, number>> {
  return Object.fromEntries(names.map((name, at) => [name, from + at * step])) as Record<K, number>
}
