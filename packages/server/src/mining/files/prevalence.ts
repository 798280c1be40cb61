/**
 * How widespread a file is: how many sites saw it, since when. Facts for people; no evidence and no score.
 *
 * Bounded: what one site alone saw goes first, the longest unseen before others, so that a site that makes files up
 * displaces what lone sites saw and nothing that two agree on. In memory alone; a restart counts anew.
 */
import type { Instant } from '@tocsin/core/evidence'

/** Sites that are told apart for one file; from there on it is widespread. */
export const SITES_MAX = 64

/** Files that one site alone saw, and files that several did, at most. */
const LONE_MAX = 100_000
const SHARED_MAX = 400_000

/** Letters of a site's name that count. */
const SITE_LENGTH_MAX = 128

/** What is known of a file. */
export interface Prevalence {
  /** Different sites, {@link SITES_MAX} standing for that many and more. */
  readonly sites: number
  readonly firstSeenAt: Instant
  readonly lastSeenAt: Instant
}

interface Counted {
  readonly sites: Set<string>
  first: Instant
  last: Instant
}

/** See above. */
export class FilePrevalence {
  readonly #lone: Map<string, Counted>
  readonly #shared: Map<string, Counted>
  readonly #bounds: { readonly lone: number; readonly shared: number }

  constructor(bounds = { lone: LONE_MAX, shared: SHARED_MAX }) {
    this.#lone = new Map()
    this.#shared = new Map()
    this.#bounds = bounds
  }

  /** Files that are remembered. */
  get size(): number {
    return this.#lone.size + this.#shared.size
  }

  /** Notes that a site saw a file. `file`: any text that names it, as its key in hexadecimal; `site`: its organisation. */
  seen(file: string, site: string, at: Instant): void {
    const counted = this.#take(file) ?? { sites: new Set(), first: at, last: at }
    if (counted.sites.size < SITES_MAX) counted.sites.add(site.slice(0, SITE_LENGTH_MAX))
    counted.first = Math.min(counted.first, at)
    counted.last = Math.max(counted.last, at)
    const [files, most] = counted.sites.size > 1 ? [this.#shared, this.#bounds.shared] : [this.#lone, this.#bounds.lone]
    files.set(file, counted)
    if (files.size > most) files.delete(files.keys().next().value!)
  }

  /** What is known of a file; `undefined` where no site told of it, or so long ago that it was forgotten. */
  of(file: string): Prevalence | undefined {
    const counted = this.#shared.get(file) ?? this.#lone.get(file)
    if (counted === undefined) return undefined
    return { sites: counted.sites.size, firstSeenAt: counted.first, lastSeenAt: counted.last }
  }

  /** Takes a file out, to be put back behind all others. */
  #take(file: string): Counted | undefined {
    const counted = this.#shared.get(file) ?? this.#lone.get(file)
    this.#shared.delete(file)
    this.#lone.delete(file)
    return counted
  }
}
