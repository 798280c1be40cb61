import type { Protection } from '@tocsin/core/evidence'
import { netRange, type PublicSuffixes, parseSubjectOf, reservedPrefix } from '@tocsin/core/subject'
import type { LedgerSubject } from '../ledger/ledger.ts'

/** The protection that a subject has without anyone saying so. */
export type Nature = (subject: Pick<LedgerSubject, 'type' | 'value'>) => Protection | undefined

/**
 * Certified by nature are
 *
 * - reserved addresses (loopback, private, link-local, multicast): they mean something else at every site, so a report
 *   about one, or about a page on one, is a mistake until many agree;
 * - public suffixes, those of the private section too (`github.io`): whoever wants to may publish beneath them.
 */
export function natureBy(suffixes: PublicSuffixes): Nature {
  return subject => (isPublicSuffix(subject, suffixes) ? 'certified' : reservedNature(subject))
}

function isPublicSuffix({ type, value }: Parameters<Nature>[0], suffixes: PublicSuffixes): boolean {
  if (type !== 'domain' || value === undefined || /^[[\d.]+$|:/.test(value)) return false
  return suffixes.registrableDomain(value) === undefined
}

function reservedNature({ type, value }: Parameters<Nature>[0]): Protection | undefined {
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
