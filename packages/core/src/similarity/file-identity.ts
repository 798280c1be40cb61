/**
 * Which hashes name the same file: what is known under an MD5 or a SHA-1 is merged with what is known under the SHA-256,
 * where it is sure enough that they are one file. `docs/decisions/0013-file-identity.md` tells who might lie and what
 * for; the rules are:
 *
 * 1. What we hashed ourselves is so (`content`). What a trusted source says counts by its organisation; what any other
 *    reporter says never counts.
 * 2. A link needs one organisation, or as many as the most protected of all the hashes that it would tie together.
 * 3. A file has one hash of each kind. Where links tie two of one kind together they are **contested**: then two
 *    organisations are asked for, then three, and at last only content counts. Where even content ties two of one kind,
 *    which takes a collision, none is joined.
 *
 * A pure function of the claims in force: their order does not matter, and a claim taken back leaves no trace. Each hash is
 * in one group, and all of a group agree on it, because each step only divides what the step before tied together.
 */

/** A file's hash as canonical text: `md5:` and 32 hex digits, `sha1:` and 40, or the 64 digits of a SHA-256 alone. */
export type HashName = string

/** Why somebody's word counts. */
export type IdentityBasis = 'content' | 'trusted' | 'reported'

/** Somebody says that two hashes are of one file. */
export interface IdentityClaim {
  readonly names: readonly [HashName, HashName]
  readonly source: string
  readonly organisation: string
  readonly basis: IdentityBasis
}

/** What a hash is joined with. */
export interface FileGroup {
  /**
   * - `alone`: no link in force; evidence stays under its own name.
   * - `joined`: all of `names` are one file.
   * - `contested`: links contradict each other; `names` are what the better founded of them join, perhaps only itself.
   */
  readonly state: 'alone' | 'joined' | 'contested'
  /** Sorted, the hash itself among them: at most one of each kind. */
  readonly names: readonly HashName[]
  /** The SHA-256 of the file, where one is known: the name under which all of it is scored. */
  readonly sha256: HashName | undefined
}

/** How many organisations a link to this name takes: 1, or the quorum of a protected file. Above 3, content alone counts. */
export type NeededOf = (name: HashName) => number

/** One word for a link. */
export type IdentityVote = Pick<IdentityClaim, 'organisation' | 'basis'>

/** The hashes that a hash is said to be one with, and who says so. */
export type LinksOf = (name: HashName) => Iterable<readonly [HashName, Iterable<IdentityVote>]>

/** The most organisations that are asked for: the quorum of a certified subject. Beyond it only content counts. */
const ORGANISATIONS_MAX = 3

/** What each source says about one pair of names. */
type Link = Map<string, IdentityClaim>

/** All claims in force. Not persistent: rebuilt from the ledger, or the model of the query that does the same there. */
export class FileIdentities {
  readonly #links = new Map<HashName, Map<HashName, Link>>()
  readonly #neededOf: NeededOf

  constructor(neededOf: NeededOf = () => 1) {
    this.#neededOf = neededOf
  }

  /**
   * Takes a claim up; the same source's earlier word about the same two is replaced. What is only reported is not kept,
   * so that nobody without trust fills the memory. Two equal names say nothing.
   */
  claim(claim: IdentityClaim): void {
    const [a, b] = claim.names
    if (claim.basis === 'reported') this.retract(claim.source, claim.names)
    if (claim.basis === 'reported' || a === b) return
    const link = this.#links.get(a)?.get(b) ?? new Map<string, IdentityClaim>()
    link.set(claim.source, claim)
    this.#set(a, b, link)
    this.#set(b, a, link)
  }

  /** Takes a source's word about these two back; nothing happens where it never gave it. */
  retract(source: string, [a, b]: readonly [HashName, HashName]): void {
    const link = this.#links.get(a)?.get(b)
    link?.delete(source)
    if (link?.size !== 0) return
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const others = this.#links.get(from)
      others?.delete(to)
      if (others?.size === 0) this.#links.delete(from)
    }
  }

  /** The file that a hash names. */
  groupOf(name: HashName): FileGroup {
    return fileGroupOf(name, from => this.#votes(from), this.#neededOf)
  }

  *#votes(from: HashName): Iterable<readonly [HashName, Iterable<IdentityVote>]> {
    for (const [to, link] of this.#links.get(from) ?? []) yield [to, link.values()]
  }

  #set(from: HashName, to: HashName, link: Link): void {
    const others = this.#links.get(from)
    if (others === undefined) this.#links.set(from, new Map([[to, link]]))
    else others.set(to, link)
  }
}

/**
 * The file that a hash names, by the rules above, wherever the claims are kept.
 *
 * @param linksOf the hashes that a hash is said to be one with, each once, with all who say so. It must hold in both
 *   directions, and is asked for few hashes, for some of them more than once.
 */
export function fileGroupOf(name: HashName, linksOf: LinksOf, neededOf: NeededOf): FileGroup {
  let contested = false
  for (let organisations = 1; organisations <= ORGANISATIONS_MAX; organisations++) {
    const tied = tiedTo(name, organisations, linksOf)
    if (tied === undefined) contested = true
    else if (Math.max(...tied.map(neededOf)) <= organisations) return group(contested, tied)
  }
  return group(contested, tiedTo(name, Number.POSITIVE_INFINITY, linksOf) ?? [name])
}

/**
 * All hashes that links of so many organisations, or of content, lead to from a name; `undefined` as soon as there are
 * two of one kind. So at most four names are visited, however many an attacker ties together.
 */
function tiedTo(name: HashName, organisations: number, linksOf: LinksOf): HashName[] | undefined {
  const found = [name]
  const kinds = new Set([kindOf(name)])
  for (let at = 0; at < found.length; at++) {
    for (const [to, votes] of linksOf(found[at]!)) {
      if (found.includes(to) || !isInForce(votes, organisations)) continue
      if (kinds.has(kindOf(to))) return undefined
      kinds.add(kindOf(to))
      found.push(to)
    }
  }
  return found.sort()
}

/** Whether content, or so many trusted organisations, say that these two are one. */
function isInForce(votes: Iterable<IdentityVote>, organisations: number): boolean {
  const trusted = new Set<string>()
  for (const { basis, organisation } of votes) {
    if (basis === 'content') return true
    if (basis === 'trusted') trusted.add(organisation)
  }
  return trusted.size >= organisations
}

function kindOf(name: HashName): 'md5' | 'sha1' | 'sha256' {
  if (name.startsWith('md5:')) return 'md5'
  return name.startsWith('sha1:') ? 'sha1' : 'sha256'
}

function group(contested: boolean, names: readonly HashName[]): FileGroup {
  const state = contested ? 'contested' : names.length === 1 ? 'alone' : 'joined'
  return { state, names, sha256: names.find(name => kindOf(name) === 'sha256') }
}
