/**
 * What may leave the site. Pure: a subject in, what is said of it outside or why nothing is.
 *
 * Clear text leaves of public addresses and of public names alone. A page leaves as the SHA-256 of its host and path, with
 * its host beside it; its query, user and fragment never do, hashed or not: a query often names a person. What is not
 * known to be public stays.
 */
import { encodeHex, type Sha256 } from '@tocsin/core/base'
import {
  containsAddress,
  isHashOnly,
  type NetRange,
  netRange,
  parseAddress,
  parseSubjectOf,
  reservedPrefix,
  type Subject,
  subjectKey,
  subjectText,
} from '@tocsin/core/subject'
import { embeddedIn } from './embedded.ts'

/** What is the site's own. */
export interface SiteNames {
  /** Host names in lower case; all below them as well. */
  readonly ownDomains: readonly string[]
  /** Subjects of type `ip` or `net`. */
  readonly ownNetworks: readonly Subject[]
  /** Whether a host ends in a name that somebody may register in: a suffix of the Public Suffix List. */
  readonly isUnderPublicSuffix: (host: string) => boolean
  readonly sha256: Sha256
}

/** Why something stays. */
export const STAYS = {
  'private-address': 'it is an address that means something else on every network',
  'private-name': 'it is not a public name',
  own: "it is one of the site's own addresses or names",
  wide: 'it is wider than /16, or /32 in IPv6',
  'front-page': 'without its query the page would be the whole host; report the host if it is bad',
} as const

/** One of {@link STAYS}. */
export type Stay = keyof typeof STAYS

/** What leaves, or why nothing does. */
export type Leaving =
  | {
      readonly stays: false
      /** Its text, as others may read it. */
      readonly subject: string
      /** Of a page: its host as a subject's text. */
      readonly host?: string
      /** Of a page: its text without user, query and fragment, unless it may name somebody. It leaves by a submission alone. */
      readonly page?: string
    }
  | { readonly stays: Stay }

/** Names that are used inside networks, whatever a list says (RFC 6762, RFC 8375, RFC 6761; ICANN on `.internal`, 2024). */
const INSIDE = /(?:^|\.)(?:internal|local|localhost|localdomain|lan|home|corp|intranet|private|arpa)$/

/** Names of documentation and tests (RFC 2606): as ordinary as the documentation networks are. */
const DOCUMENTATION = /\.(?:example|test|invalid)$/

/** Two labels or more, of the characters that registries give out. */
const NAME = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)+$/

/** Prefix lengths by bytes of the address: a wider network may hold private ones. */
const WIDEST: Readonly<Record<number, number>> = { 4: 16, 16: 32 }

/** A mailbox or a user in the path, as of a link to unsubscribe or to another page, or an escaped fragment. */
const NAMING = /@|%23/

/** What may leave, for one site. */
export class Border {
  readonly #site: SiteNames
  readonly #networks: readonly NetRange[]
  readonly #domains: ReadonlySet<string>

  constructor(site: SiteNames) {
    this.#site = site
    this.#networks = site.ownNetworks.map(netRange)
    this.#domains = new Set(site.ownDomains)
  }

  /** Never throws for a subject that a parser made. */
  judge(subject: Subject): Leaving {
    switch (subject.type) {
      case 'ip':
      case 'net':
        return leaving(subject, this.#whyNet(netRange(subject)))
      case 'domain':
        return leaving(subject, this.#whyHost(subject.value))
      case 'url':
        return isHashOnly(subject) ? leaving(subject, undefined) : this.#page(subject.value)
      case 'file':
        return leaving(subject, undefined)
    }
  }

  #page(value: string): Leaving {
    const host = value.slice(0, value.indexOf('/'))
    const why = this.#whyHost(host)
    if (why !== undefined) return { stays: why }
    const page = parseSubjectOf('url', value.replace(/\?.*$/s, ''))
    if (!page.ok || page.value.type !== 'url') return { stays: 'front-page' }
    const hash = encodeHex(subjectKey(page.value, this.#site.sha256))
    const text = subjectText(page.value)
    const said = { subject: `url:sha256:${hash}`, host: textOfHost(host) }
    return { stays: false, ...said, ...(NAMING.test(text) ? {} : { page: text }) }
  }

  #whyHost(host: string): Stay | undefined {
    const address = parseAddress(host.startsWith('[') ? host.slice(1, -1) : host)
    if (address.ok) return this.#whyNet({ address: address.value, prefixLength: 8 * address.value.length })
    if (!NAME.test(host) || INSIDE.test(host)) return 'private-name'
    if (this.#isOwn(host)) return 'own'
    return DOCUMENTATION.test(host) || this.#site.isUnderPublicSuffix(host) ? undefined : 'private-name'
  }

  #isOwn(host: string): boolean {
    for (let name = host; ; name = name.slice(name.indexOf('.') + 1)) {
      if (this.#domains.has(name)) return true
      if (!name.includes('.')) return false
    }
  }

  #whyNet(range: NetRange): Stay | undefined {
    const { address, prefixLength } = range
    if (prefixLength < WIDEST[address.length]!) return 'wide'
    if (isPrivate(address)) return 'private-address'
    for (const inside of embeddedIn(range)) {
      const why = this.#whyNet(inside)
      if (why !== undefined) return why
    }
    const overlaps = (own: NetRange) => containsAddress(own, address) || containsAddress(range, own.address)
    return this.#networks.some(overlaps) ? 'own' : undefined
  }
}

function leaving(subject: Subject, why: Stay | undefined): Leaving {
  return why === undefined ? { stays: false, subject: subjectText(subject) } : { stays: why }
}

/** A host that is an address leaves as one. */
function textOfHost(host: string): string {
  const address = parseAddress(host.startsWith('[') ? host.slice(1, -1) : host)
  return address.ok ? `ip:${host.replace(/^\[|\]$/g, '')}` : `domain:${host}`
}

/** Reserved, or shared by the customers of one provider (100.64.0.0/10, RFC 6598). */
function isPrivate(address: Uint8Array): boolean {
  if (reservedPrefix(address) !== undefined) return true
  if (address.length === 4) return address[0] === 100 && address[1]! >> 6 === 1
  const first = (address[0]! << 8) | address[1]!
  // Site-local addresses, RFC 3879.
  return first >> 6 === 0xfec0 >> 6
}
