/** The lists as they are asked for: made of the threats of the book, not at each question but now and then. */
import type { Sha256 } from '@tocsin/core/base'
import type { HashList, SizeConstraints } from '../../protocols/safebrowsing/index.ts'
import type { BookThreats } from './book-threats.ts'
import { unionOf } from './difference.ts'
import { LISTS, type ListContent, type ThreatKind, threatTypesOf } from './lists.ts'
import { updateOf } from './update.ts'
import { type ClientVersion, tokenOf } from './version.ts'
import { ListVersions } from './versions.ts'

/** What the lists are made from. */
export interface HashListOptions {
  readonly threats: Pick<BookThreats, 'current'>
  readonly clock: () => number
  readonly sha256: Sha256
  /** Seconds until a client that has all of a list should ask again. */
  readonly waitSeconds: number
  /** Seconds for which a version stands at least: a list is looked through no more often. */
  readonly refreshSeconds: number
}

/** A question for a list: place in `LISTS`, what the client has, what it can hold. */
export interface ListQuestion {
  readonly list: number
  readonly has: ClientVersion | undefined
  readonly sizeConstraints: SizeConstraints
}

/** Updates that are kept coded; nearly all clients have one of the last versions, or nothing. */
const UPDATES_KEPT = 32

interface Kept {
  readonly versions: ListVersions
  /** Place of the book that the version in force was made from. */
  place: string
  madeAt: number
  /** When the first threat in it is over. */
  until: number
  readonly updates: Map<string, HashList>
}

/** See above. */
export class HashLists {
  readonly #options: HashListOptions
  readonly #kept = new Map<ListContent, Kept>()

  constructor(options: HashListOptions) {
    this.#options = options
  }

  /** What a client is sent. */
  async update(question: ListQuestion): Promise<HashList> {
    const { name, content } = LISTS[question.list]!
    const { versions, updates } = await this.#fresh(content)
    const { list, has, sizeConstraints } = question
    const known = has !== undefined && versions.since(has.digest) !== undefined ? has : undefined
    const state = known === undefined ? 'nothing' : Buffer.from(tokenOf(known)).toString('hex')
    const label = `${list} ${state} ${sizeConstraints.maxUpdateEntries} ${sizeConstraints.maxDatabaseEntries}`
    const before = updates.get(label)
    if (before !== undefined) return before
    const update = updateOf(versions, { name, list, has: known, sizeConstraints }, this.#options)
    if (updates.size >= UPDATES_KEPT) updates.delete(updates.keys().next().value!)
    updates.set(label, update)
    return update
  }

  async #fresh(content: ListContent): Promise<Kept> {
    const { clock, sha256, threats, refreshSeconds } = this.#options
    const kept = this.#kept.get(content) ?? {
      versions: new ListVersions(sha256),
      place: '',
      madeAt: Number.NEGATIVE_INFINITY,
      until: Number.POSITIVE_INFINITY,
      updates: new Map(),
    }
    this.#kept.set(content, kept)
    const now = clock()
    // A clock that was set back must not hold a list up.
    const isYoung = now >= kept.madeAt && now < kept.madeAt + refreshSeconds * 1000
    if (content === 'nothing' || isYoung) return kept
    const { tables, place } = await threats.current()
    if (place === kept.place && now >= kept.madeAt && now < kept.until) return kept
    const types = content === 'files' ? (['file'] as const) : (['domain', 'url'] as const)
    const made = types.map(type => tables[type].prefixes(kindsOf(content), now))
    if (kept.versions.moveTo(unionOf(made.map(({ prefixes }) => prefixes)))) kept.updates.clear()
    kept.place = place
    kept.until = Math.min(...made.map(({ until }) => until))
    kept.madeAt = now
    return kept
  }
}

function kindsOf(content: ListContent): readonly ThreatKind[] {
  return content === 'malware' || content === 'phishing' || content === 'unwanted'
    ? [content]
    : ['malware', 'phishing', 'unwanted']
}

/** What there is: names and what they are about, without what is in them. */
export function listCatalogue(): readonly HashList[] {
  return LISTS.map(({ name, content, description }) => ({
    name,
    version: new Uint8Array(),
    partialUpdate: false,
    additions: undefined,
    compressedRemovals: undefined,
    minimumWaitSeconds: 0,
    sha256Checksum: new Uint8Array(),
    metadata: {
      threatTypes: threatTypesOf(content),
      description,
      hashLength: name.endsWith('-32b') ? 'THIRTY_TWO_BYTES' : 'FOUR_BYTES',
    },
  }))
}
