/**
 * What the site has blocked for a while by reporting it: a policy list that changes while it is asked. It stands behind the
 * site's configured list, so that what is approved there stays approved, and before the operator's. How long an entry
 * stays is for those to say who change it.
 */
import { encodeHex, ProblemError, unwrap } from '@tocsin/core/base'
import {
  expressionsOf,
  isHashOnly,
  netRange,
  PrefixTable,
  type PublicSuffixes,
  parseSubject,
  type Subject,
  subjectKey,
  subjectText,
} from '@tocsin/core/subject'
import { PolicyList } from '@tocsin/core/verdict'
import { sha256 } from './sha256.ts'

/** Subjects that one site may have blocked at a time. */
export const SITE_BLOCKS_MAX = 100_000

/** Subjects that come and go, as canonical texts. */
export interface BlocksChange {
  readonly added: readonly string[]
  readonly removed: readonly string[]
}

/** Told of each subject that comes and goes. */
export interface BlocksFollower {
  add(subject: Subject): void
  remove(subject: Subject): void
}

/** See the module. */
export class SiteBlocks extends PolicyList {
  readonly #texts = new Set<string>()
  readonly #nets = new PrefixTable<true>()
  /** Entries by the key of their page: the list may name it by its hash, or the question may. */
  readonly #pages = new Map<string, number>()
  readonly #follower: BlocksFollower | undefined

  constructor(follower?: BlocksFollower) {
    super('site', [], [])
    this.#follower = follower
  }

  /** Subjects that are blocked now. */
  get size(): number {
    return this.#texts.size
  }

  /** From now on these subjects, in any order. Throws like {@link SiteBlocks.change}. */
  replace(subjects: readonly string[]): void {
    const wanted = new Set(subjects)
    const added = [...wanted].filter(text => !this.#texts.has(text))
    this.change({ added, removed: [...this.#texts].filter(text => !wanted.has(text)) })
  }

  /**
   * Takes subjects out, then adds some; what is there, or gone, already is passed over. Throws a ProblemError of code
   * `invalid` for a text that is no subject, or for more than {@link SITE_BLOCKS_MAX}, and changes nothing then.
   */
  change({ added, removed }: BlocksChange): void {
    const leaving = subjectsOf(removed)
    const coming = subjectsOf(added)
    for (const text of leaving.keys()) if (!this.#texts.has(text)) leaving.delete(text)
    for (const text of coming.keys()) if (this.#texts.has(text) && !leaving.has(text)) coming.delete(text)
    refuseTooMany(this.#texts.size - leaving.size + coming.size)
    for (const [text, subject] of leaving) this.#remove(text, subject)
    for (const [text, subject] of coming) this.#add(text, subject)
  }

  override rule(subject: Subject, suffixes: PublicSuffixes): ReturnType<PolicyList['rule']> {
    // Most sites have blocked nothing, and every answer asks.
    if (this.#texts.size === 0) return undefined
    for (const expression of expressionsOf(subject, suffixes)) {
      const entry = this.#entryOf(expression)
      if (entry !== undefined) return { ruling: 'blocked', entry: `${entry}, reported by this site` }
    }
    return undefined
  }

  #entryOf(asked: Subject): string | undefined {
    const text = subjectText(asked)
    if (this.#texts.has(text)) return text
    if (asked.type === 'url') return this.#pages.size > 0 && this.#pages.has(pageOf(asked)) ? text : undefined
    if (asked.type !== 'ip' && asked.type !== 'net') return undefined
    const { address, prefixLength } = netRange(asked)
    const net = this.#nets.match(address).find(match => match.prefixLength <= prefixLength)
    return net === undefined ? undefined : `a net /${net.prefixLength} around ${asked.value}`
  }

  #add(text: string, subject: Subject): void {
    this.#texts.add(text)
    if (subject.type === 'net') {
      const { address, prefixLength } = netRange(subject)
      this.#nets.set(address, prefixLength, true)
    }
    if (subject.type === 'url') this.#pages.set(pageOf(subject), (this.#pages.get(pageOf(subject)) ?? 0) + 1)
    this.#follower?.add(subject)
  }

  #remove(text: string, subject: Subject): void {
    this.#texts.delete(text)
    if (subject.type === 'net') {
      const { address, prefixLength } = netRange(subject)
      this.#nets.delete(address, prefixLength)
    }
    if (subject.type === 'url') {
      const page = pageOf(subject)
      const left = this.#pages.get(page)! - 1
      if (left === 0) this.#pages.delete(page)
      else this.#pages.set(page, left)
    }
    this.#follower?.remove(subject)
  }
}

/** Throws a ProblemError of code `invalid` for more than {@link SITE_BLOCKS_MAX}. */
export function refuseTooMany(count: number): void {
  if (count <= SITE_BLOCKS_MAX) return
  const message = `Cannot block what the site reported: there must be at most ${SITE_BLOCKS_MAX} subjects, found ${count}`
  throw new ProblemError({ code: 'invalid', message })
}

function pageOf(page: Subject): string {
  return isHashOnly(page) ? page.value.slice('sha256:'.length) : encodeHex(subjectKey(page, sha256))
}

/** By canonical text. */
function subjectsOf(texts: readonly string[]): Map<string, Subject> {
  const subjects = texts.map(text => unwrap(parseSubject(text)))
  return new Map(subjects.map(subject => [subjectText(subject), subject]))
}
