import type { Protection } from '@tocsin/core/evidence'
import { netRange, parseSubjectOf, reservedPrefix } from '@tocsin/core/subject'
import type { LedgerSubject } from '../ledger/ledger.ts'

/**
 * The protection that a subject has without anyone saying so: a reserved address (loopback, private, link-local,
 * multicast) means something else at every site, so a report about one is a mistake until many agree.
 */
export function protectionByNature({ type, value }: LedgerSubject): Protection | undefined {
  if ((type !== 'ip' && type !== 'net') || value === undefined) return undefined
  const subject = parseSubjectOf(type, value)
  if (!subject.ok) return undefined
  const { address, prefixLength } = netRange(subject.value)
  const reserved = reservedPrefix(address)
  return reserved !== undefined && prefixLength >= reserved ? 'certified' : undefined
}
