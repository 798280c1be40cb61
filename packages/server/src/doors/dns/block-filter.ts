/**
 * Whether the site may have blocked what a packet asks about: false is certain, so that all else keeps the quick way
 * while the site's list is not empty. It changes an entry at a time, and everything in it is counted, because several
 * entries may have one hash.
 *
 *     addresses   IPv4 as numbers · nets by prefix length · how many of both reach into each /16, which is asked first
 *     names       a seeded hash of 32 bits of each host · and of each name above one: where a suffix is in neither, no longer
 *                 name is
 *     files       the first four bytes of a SHA-256
 *
 * What the quick way leaves to the handler in any case (IPv6, MD5, SHA-1, hosts that are addresses) is not in it.
 */
import { decodeHex } from '@tocsin/core/base'
import { addLabel, eachSuffix, type NameHash, startName } from '@tocsin/core/list'
import { netRange, type Subject } from '@tocsin/core/subject'

type Counted = Map<number, number>

/** See the module. */
export class BlockFilter {
  /** Changes so far: what was answered before the last one may be wrong. */
  version = 0
  /** Entries that concern the quick way; where there are none, nothing needs to be asked. */
  size = 0
  /** Of the names. */
  readonly seed: number
  readonly #slash16 = new Uint32Array(2 ** 16)
  readonly #addresses: Counted = new Map()
  /** By the mask of their length. */
  readonly #nets = new Map<number, Counted>()
  readonly #hosts: Counted = new Map()
  readonly #parents: Counted = new Map()
  readonly #files: Counted = new Map()
  readonly #hash: NameHash = { low: 0, high: 0 }

  /** @param seed random, so that nobody prepares names that collide. */
  constructor(seed: number) {
    this.seed = seed
  }

  /** One more entry. */
  add(subject: Subject): void {
    this.#change(subject, 1)
  }

  /** One entry less; it was added before. */
  remove(subject: Subject): void {
    this.#change(subject, -1)
  }

  mayBlockAddress(address: number): boolean {
    if (this.#slash16[address >>> 16] === 0) return false
    if (this.#addresses.has(address | 0)) return true
    for (const [mask, nets] of this.#nets) if (nets.has(address & mask)) return true
    return false
  }

  /** Whether the name of the first `count` labels may be blocked, or one above it that has two labels or more, or one below it. */
  mayBlockName(bytes: Uint8Array, labels: Uint16Array, count: number): boolean {
    const hash = this.#hash
    startName(hash, this.seed)
    for (let label = count - 1; label >= 0; label--) {
      const at = labels[label]!
      addLabel(hash, bytes, at + 1, at + 1 + bytes[at]!)
      const key = hash.low | 0
      if (label < count - 1 && this.#hosts.has(key)) return true
      if (!this.#parents.has(key)) return false
    }
    return true
  }

  /** @param digest a SHA-256. */
  mayBlockFile(digest: Uint8Array): boolean {
    return this.#files.has(wordOf(digest))
  }

  /** Whether hosts below the one of this hash are blocked: then it exists, whatever is said of itself (RFC 8020). */
  hasBelow({ low }: NameHash): boolean {
    return this.#parents.has(low | 0)
  }

  #change(subject: Subject, by: 1 | -1): void {
    this.version++
    switch (subject.type) {
      case 'ip':
      case 'net':
        return this.#changeNet(subject, by)
      case 'domain':
        return this.#changeName(subject.value, by)
      case 'file': {
        const digest = decodeHex(subject.value)
        if (digest === undefined) return
        this.size += by
        return tally(this.#files, wordOf(digest), by)
      }
      case 'url':
        return
    }
  }

  #changeNet(subject: Subject, by: 1 | -1): void {
    const { address, prefixLength } = netRange(subject)
    if (address.length !== 4) return
    const mask = prefixLength === 0 ? 0 : -1 << (32 - prefixLength)
    const first = wordOf(address) & mask
    this.size += by
    const reach = prefixLength < 16 ? 2 ** (16 - prefixLength) : 1
    for (let at = first >>> 16, end = at + reach; at < end; at++) this.#slash16[at]! += by
    if (prefixLength === 32) return tally(this.#addresses, first, by)
    const nets: Counted = this.#nets.get(mask) ?? new Map<number, number>()
    tally(nets, first, by)
    if (nets.size === 0) this.#nets.delete(mask)
    else this.#nets.set(mask, nets)
  }

  #changeName(host: string, by: 1 | -1): void {
    if (host.startsWith('[') || /(?:^|\.)\d[^.]*$/.test(host)) return
    this.size += by
    eachSuffix(host, this.seed, ({ low }, isWhole) => tally(isWhole ? this.#hosts : this.#parents, low | 0, by))
  }
}

function tally(counted: Counted, key: number, by: 1 | -1): void {
  const now = (counted.get(key) ?? 0) + by
  if (now > 0) counted.set(key, now)
  else counted.delete(key)
}

/** The first four bytes as a signed number. */
function wordOf(bytes: Uint8Array): number {
  return (bytes[0]! << 24) | (bytes[1]! << 16) | (bytes[2]! << 8) | bytes[3]!
}
