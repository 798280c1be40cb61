import type { Protection } from '@tocsin/core/evidence'
import { netRange, parseSubjectOf, reservedPrefix } from '@tocsin/core/subject'
import type { LedgerSubject } from '../ledger/ledger.ts'

/**
 * The protection that a subject has without anyone saying so: a reserved address (loopback, private, link-local,
 * multicast) means something else at every site, so a report about one, or about a page on one, is a mistake until many
 * agree.
 */
export function protectionByNature({ type, value }: LedgerSubject): Protection | undefined {
  if (type === 'file' || value === undefined) return undefined
  const subject = type === 'ip' || type === 'net' ? parseSubjectOf(type, value) : parseSubjectOf('ip', hostOf(value))
  if (!subject.ok) return undefined
  const { address, prefixLength } = netRange(subject.value)
  const reserved = reservedPrefix(address)
  return reserved !== undefined && prefixLength >= reserved ? 'certified' : undefined
}

/** The host of a domain or url, an IPv6 address without its brackets. */
function hostOf(value: string): string {
  const host = value.split('/', 1)[0]!
  return host.startsWith('[') ? host.slice(1, -1) : host
}
