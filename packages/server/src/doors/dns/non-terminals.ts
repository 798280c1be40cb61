/**
 * Which names of the domain zone exist without being listed: the proper ancestors of all domains in the book. With only
 * `www.bad.example` in it, `bad.example.domain.<base>` must be NODATA, or a resolver that asks label by label never
 * gets to the listed name, while a random label must stay NXDOMAIN.
 *
 * It is a tree of hashes. A member (a domain of the book, by the first 8 bytes of its key) links to its parent's hash;
 * an ancestor (by a hash of its text) links to its own parent and counts its children. Adding a member adds the
 * ancestors that are missing; removing the last child removes the parent, and so on up. A removal needs the key alone,
 * because the text may not be known any more.
 *
 *     members     www.bad.example → bad.example      mail.bad.example → bad.example
 *     ancestors   bad.example → example, 2 children      example → (none), 1 child
 *
 * A million domains take 42 MB, and as much again if each has a parent of its own. Two texts with the same 64-bit hash
 * would be taken for one: a wrong NODATA at worst.
 */
import type { Hash64, Link } from './link-table.ts'
import { LinkTable } from './link-table.ts'

const NONE: Hash64 = { high: 0, low: 0 }

export class NonTerminals {
  readonly #members = new LinkTable()
  readonly #ancestors = new LinkTable()

  /** Whether names below this host (canonical, lower case) are in the book. */
  has(host: string): boolean {
    return this.#ancestors.size > 0 && this.#ancestors.has(hashesOf(host).at(-1) as Hash64)
  }

  /** Domains that are counted. */
  get members(): number {
    return this.#members.size
  }

  /** Memory of both tables in bytes. */
  get sizeBytes(): number {
    return this.#members.sizeBytes + this.#ancestors.sizeBytes
  }

  /**
   * Counts a domain of the book; a second time changes nothing. An entry without text, or whose host is an address, has
   * no ancestors to count: the names of addresses exist by their form.
   *
   * @param key 32 bytes, as `subjectKey` makes them.
   */
  add(key: Uint8Array, host: string | undefined): void {
    if (host === undefined || isAddress(host)) return
    const member = hashOfKey(key)
    if (this.#members.has(member)) return
    const chain = hashesOf(host)
    this.#members.set(member, { link: chain.at(-2) ?? NONE, count: 1 })
    for (let at = chain.length - 2; at >= 0; at--) {
      const ancestor = chain[at] as Hash64
      const known = this.#ancestors.get(ancestor)
      this.#ancestors.set(ancestor, { link: chain[at - 1] ?? NONE, count: (known?.count ?? 0) + 1 })
      if (known !== undefined) return
    }
  }

  /** Takes a domain out again; one that is not counted changes nothing. */
  remove(key: Uint8Array): void {
    const member = hashOfKey(key)
    const found = this.#members.get(member)
    if (found === undefined) return
    this.#members.delete(member)
    let ancestor = found.link
    while (ancestor.high !== 0 || ancestor.low !== 0) {
      const { link, count } = this.#ancestors.get(ancestor) as Link
      if (count > 1) {
        this.#ancestors.set(ancestor, { link, count: count - 1 })
        return
      }
      this.#ancestors.delete(ancestor)
      ancestor = link
    }
  }
}

function isAddress(host: string): boolean {
  const last = host.charCodeAt(host.lastIndexOf('.') + 1)
  return host.startsWith('[') || (last >= 0x30 && last <= 0x39)
}

function hashOfKey(key: Uint8Array): Hash64 {
  const view = new DataView(key.buffer, key.byteOffset, key.byteLength)
  return keyed(view.getUint32(0), view.getUint32(4))
}

/** The hashes of all suffixes of a host, the shortest first and the host itself last, in one pass from its end. */
function hashesOf(host: string): Hash64[] {
  const hashes: Hash64[] = []
  let a = 0x9e3779b9
  let b = 0x85ebca6b
  for (let i = host.length - 1; i >= 0; i--) {
    const code = host.charCodeAt(i)
    if (code === 0x2e) hashes.push(keyed(mixed(a), mixed(b)))
    a = Math.imul(a ^ code, 0x01000193)
    b = Math.imul((b << 5) ^ (b >>> 27) ^ code, 0x5bd1e995)
  }
  hashes.push(keyed(mixed(a), mixed(b)))
  return hashes
}

/** The last step of MurmurHash3 (32 bits): every bit of the input reaches every bit of the output. */
function mixed(value: number): number {
  let x = value ^ (value >>> 16)
  x = Math.imul(x, 0x85ebca6b)
  x ^= x >>> 13
  x = Math.imul(x, 0xc2b2ae35)
  return (x ^ (x >>> 16)) >>> 0
}

/** Never {@link NONE}. */
function keyed(high: number, low: number): Hash64 {
  return high === 0 && low === 0 ? { high: 0, low: 1 } : { high, low }
}
