/**
 * Bad neighbourhoods: ranges of which so many addresses are bad that the others are worth a doubt.
 *
 * Counted are the addresses that somebody has incriminated directly and that are blocked at medium now; said is
 * `bad-neighbourhood` of their /24 or /64, and never of anything wider. Of ranges that are protected, in part or as a
 * whole, nothing is said: a cloud, a mail provider or a content network is not its tenants.
 */
import type { Instant } from '@tocsin/core/evidence'
import { netRange, netSubject, PrefixTable, parseSubjectOf, type SubjectType } from '@tocsin/core/subject'
import type { Entry, Verdict } from '@tocsin/core/verdict'
import { badUntil, minuteOf } from '../bad-until.ts'
import type { Findings } from '../miner.ts'
import type { BookMiner } from '../reader.ts'
import { confidenceOf24, confidenceOf64 } from './confidence.ts'
import { CountedRanges } from './ranges.ts'

/** Minutes between two looks at what has lapsed. */
const SWEEP_MINUTES = 10

/** What is blocked at medium. */
const BAD: readonly Verdict[] = ['dangerous', 'highly-suspicious']

const KIND = 'bad-neighbourhood'

/** What the miner is built from. */
export interface NeighbourhoodParts {
  readonly findings: Findings
  readonly clock: () => Instant
  /** 32 random bits. */
  readonly seed: number
}

/** See the module. */
export class NeighbourhoodMiner implements BookMiner {
  readonly types: readonly SubjectType[] = ['ip', 'net']
  readonly #parts: NeighbourhoodParts
  readonly #ranges: CountedRanges
  /** Protected nets as wide as a range or wider. */
  #protected = new PrefixTable<true>()
  /** Texts of all protected nets, whichever their length. */
  readonly #protectedNets = new Set<string>()
  /** Ranges to look at: text of the range → its first address. */
  readonly #changed = new Map<string, Uint8Array>()
  /** Ranges of which something is said. */
  readonly #said = new Map<string, Uint8Array>()
  #sweptAt = 0

  constructor(parts: NeighbourhoodParts) {
    this.#parts = parts
    this.#ranges = new CountedRanges(parts.seed, address => void this.#changed.set(netOf(address).value, address))
  }

  /** Bytes of the tables that grow with the book. */
  get bytes(): number {
    return this.#ranges.bytes
  }

  forget(): void {
    this.#ranges.clear()
    this.#protected = new PrefixTable()
    this.#protectedNets.clear()
    this.#changed.clear()
    this.#said.clear()
  }

  entry(type: SubjectType, _key: Uint8Array, value: string | undefined, entry: Entry | undefined): void {
    const subject = value === undefined ? undefined : parseSubjectOf(type, value)
    if (subject === undefined || !subject.ok) return
    const { address, prefixLength } = netRange(subject.value)
    const isProtected = entry?.protection !== undefined
    if (type === 'ip') this.#ranges.note(address, badUntil(entry, BAD, this.#parts.clock()), isProtected)
    else this.#noteNet(subject.value.value, address, prefixLength, isProtected)
  }

  turn(now: Instant): void {
    const minute = minuteOf(now)
    if (minute >= this.#sweptAt + SWEEP_MINUTES) {
      this.#ranges.sweep(minute)
      this.#sweptAt = minute
    }
    for (const [text, address] of this.#changed) this.#judge(text, address)
    this.#changed.clear()
  }

  #judge(text: string, address: Uint8Array): void {
    const { findings } = this.#parts
    const confidence = this.#confidence(address)
    if (confidence >= 1) {
      this.#said.set(text, address)
      findings.say({ subject: netOf(address), kind: KIND, confidence })
    } else if (this.#said.delete(text)) {
      findings.unsay(netOf(address), KIND)
    }
  }

  #confidence(address: Uint8Array): number {
    const { bad, holdsProtected } = this.#ranges.of(address)
    const confidence =
      address.length === 4 ? confidenceOf24({ in24: bad, ...this.#ranges.around(address) }) : confidenceOf64(bad)
    const isOpen = confidence > 0 && !holdsProtected && this.#protected.match(address).length === 0
    return isOpen ? confidence : 0
  }

  #noteNet(text: string, address: Uint8Array, prefixLength: number, isProtected: boolean): void {
    const wasProtected = this.#protectedNets.has(text)
    if (wasProtected === isProtected) return
    if (isProtected) this.#protectedNets.add(text)
    else this.#protectedNets.delete(text)
    if (prefixLength > lengthOf(address)) {
      this.#ranges.guard(address, isProtected ? 1 : -1)
      return
    }
    if (isProtected) this.#protected.set(address, prefixLength, true)
    else this.#protected.delete(address, prefixLength)
    // What is said of ranges in it is looked at again. What was not said for its sake comes with the next change there.
    for (const [said, of] of this.#said) this.#changed.set(said, of)
  }
}

/** The prefix length of the ranges that are spoken of. */
function lengthOf(address: Uint8Array): 24 | 64 {
  return address.length === 4 ? 24 : 64
}

function netOf(address: Uint8Array) {
  return netSubject(address, lengthOf(address))
}
