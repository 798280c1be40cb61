import { isHashOnly } from './hash-only.ts'
import { canonicalHost } from './host.ts'
import { parseDottedQuad } from './ipv4.ts'
import { unescapePercent } from './percent.ts'
import type { Subject } from './subject.ts'
import { brandSubject } from './subject.ts'

/** The Public Suffix List, private section included, as whoever holds it answers. */
export interface PublicSuffixes {
  /** The public suffix of a canonical host and one label more; `undefined` if the host is a suffix itself or has no dot. */
  registrableDomain(host: string): string | undefined
}

/** Safe Browsing v5, "Host-Suffix Path-Prefix Expressions": the exact host and up to four more. */
const SUFFIX_HOSTS_MAX = 4

/** Likewise: the root and up to three leading directories. */
const DIRECTORIES_MAX = 4

/**
 * The subjects that a lookup asks about, most specific first, without repetition.
 *
 * - `url`: up to 5 hosts × 6 paths, all paths of one host before the next host; `host/` is a `domain` subject;
 * - `domain`: up to 5 hosts: itself, then up to 4 that end in its registrable domain, longest first;
 * - a host that is an address: only itself, and at last the `ip` subject of that address, whose pages it shares;
 * - `ip`, `net`, `file`, and a page named by its hash alone: only itself. The nets of an address are found by range, not by key.
 */
export function expressionsOf(subject: Subject, suffixes: PublicSuffixes): readonly Subject[] {
  if ((subject.type !== 'domain' && subject.type !== 'url') || isHashOnly(subject)) return [subject]
  const slash = subject.type === 'url' ? subject.value.indexOf('/') : subject.value.length
  const host = subject.value.slice(0, slash)
  const paths = subject.type === 'url' ? pathsOf(subject.value.slice(slash)) : ['/']
  const address = addressOf(host)
  const found: Subject[] = []
  for (const askedHost of address !== undefined ? [host] : hostsOf(host, suffixes)) {
    for (const path of paths) {
      found.push(path === '/' ? brandSubject('domain', askedHost) : brandSubject('url', askedHost + path))
    }
  }
  if (address !== undefined) found.push(address)
  return found
}

/** The `ip` subject of a canonical host that is an address. */
function addressOf(host: string): Subject | undefined {
  if (host.startsWith('[')) return brandSubject('ip', host.slice(1, -1))
  return parseDottedQuad(host) === undefined ? undefined : brandSubject('ip', host)
}

function hostsOf(host: string, suffixes: PublicSuffixes): string[] {
  const hosts = [host]
  const registrable = suffixes.registrableDomain(host)
  if (registrable === undefined || registrable === host || !host.endsWith(`.${registrable}`)) return hosts
  const shorter = [registrable]
  let at = host.length - registrable.length - 1
  while (shorter.length < SUFFIX_HOSTS_MAX && at > 0) {
    at = host.lastIndexOf('.', at - 1)
    if (at < 0) break
    shorter.push(host.slice(at + 1))
  }
  for (const suffix of shorter.reverse()) if (isNameOfItsOwn(suffix)) hosts.push(suffix)
  return hosts
}

/** The end of an odd host need not be a host: "2.3.4.5" of "1.2.3.4.5" is an address that has nothing to do with it. */
function isNameOfItsOwn(host: string): boolean {
  const again = canonicalHost(unescapePercent(host))
  return again.ok && again.value === host && addressOf(host) === undefined
}

/** With the query, without it, then the leading directories, longest first. */
function pathsOf(pathAndQuery: string): string[] {
  const queryAt = pathAndQuery.indexOf('?')
  const path = queryAt < 0 ? pathAndQuery : pathAndQuery.slice(0, queryAt)
  const directories: string[] = []
  for (let at = 0; at >= 0 && directories.length < DIRECTORIES_MAX; at = path.indexOf('/', at + 1)) {
    directories.unshift(path.slice(0, at + 1))
  }
  if (directories[0] !== path) directories.unshift(path)
  return queryAt < 0 ? directories : [pathAndQuery, ...directories]
}
