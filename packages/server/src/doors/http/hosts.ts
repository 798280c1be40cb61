/**
 * The Host header against DNS rebinding: a page from elsewhere can have its own name resolve to this node and then ask it
 * from a visitor's browser, but it cannot make the browser say another name. So only names that this node is known by
 * are answered.
 */
import { BlockList, isIP, isIPv4 } from 'node:net'

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4')
LOOPBACK.addAddress('::1', 'ipv6')

const WILDCARDS: ReadonlySet<string> = new Set(['0.0.0.0', '::'])

/** Whether an address is this machine's own loopback, IPv4 mapped into IPv6 included. */
export function isLoopback(address: string): boolean {
  if (address === '127.0.0.1') return true
  return isIP(address) !== 0 && LOOPBACK.check(address, isIPv4(address) ? 'ipv4' : 'ipv6')
}

/** Good Host headers that are remembered. */
const HEADERS_KEPT = 64

/** What a node is known by. */
export interface KnownHosts {
  /** The address or name that the node listens on. */
  readonly address: string
  /** More names or addresses, as behind a proxy. */
  readonly hosts: readonly string[]
}

/**
 * Makes the check of the Host header: loopback, the address listened on and the configured hosts pass, whatever the port.
 * A node that listens on all addresses also passes any address literal: rebinding takes a name.
 */
export function hostCheck({ address, hosts }: KnownHosts): (header: string | undefined) => boolean {
  const known = new Set([address, ...hosts].map(host => host.toLowerCase().replace(/\.$/, '')))
  const anyAddress = WILDCARDS.has(address)
  const isKnown = (header: string): boolean => {
    const host = hostOf(header)
    if (host === undefined) return false
    if (host === 'localhost' || known.has(host) || isLoopback(host)) return true
    return anyAddress && isIP(host) !== 0
  }
  // Nearly every request says the same; what strangers make up does not get in here, so it stays small.
  const seen = new Set<string>()
  return header => {
    if (header === undefined) return false
    if (seen.has(header)) return true
    if (!isKnown(header)) return false
    if (seen.size < HEADERS_KEPT) seen.add(header)
    return true
  }
}

/** The host of `host`, `host:port`, `[address]` or `[address]:port`, in lower case; `undefined` for anything else. */
function hostOf(header: string): string | undefined {
  const parts = /^(?:\[([0-9a-f:.]+)\]|([^:[\]/@\s]+?)\.?)(?::\d{1,5})?$/i.exec(header)
  return (parts?.[1] ?? parts?.[2])?.toLowerCase()
}
