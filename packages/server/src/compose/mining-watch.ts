/** What miners hear of beside reputations: questions that found nothing, and what passes into the ledger. */

import { encodeHex } from '@tocsin/core/base'
import { isTrusted } from '@tocsin/core/scoring'
import { isHashOnly, parseSubjectOf, type Subject } from '@tocsin/core/subject'
import type { Answer } from '@tocsin/core/verdict'
import type { EvidenceWrite, LedgerSubject, LedgerWrite } from '../ledger/ledger.ts'
import type { Engine } from './engine.ts'
import type { MiningInbox } from './mining-inbox.ts'

type Put = MiningInbox['put']

/** The same answers; domains and pages of which nothing is known are noted as asked. */
export function askedAloud(answer: (subject: Subject) => Answer, put: Put): (subject: Subject) => Answer {
  return subject => {
    const given = answer(subject)
    const isNamed = subject.type === 'domain' || (subject.type === 'url' && !isHashOnly(subject))
    if (isNamed && isUnknown(given)) put('asked', subject)
    return given
  }
}

/** Whether an answer says that nobody knows anything, not even a policy list. */
export function isUnknown({ cause, matched, ruling }: Answer): boolean {
  return cause === 'none' && matched === undefined && ruling === undefined
}

/**
 * The same engine, whose writes are looked at on their way: files that reporters saw, and rows of lists that name a domain
 * together with one address. What reporters relate is no resolution: a mail has its sender's address, and domains that
 * have nothing to do with it.
 */
export function watched(engine: Engine, put: Put): Engine {
  const write = (words: LedgerWrite) => {
    const { source, evidence, receivedAt } = words
    if (source.origin === 'key') {
      for (const { subject, at = receivedAt } of evidence) {
        if (subject.type === 'file') put('seen', { file: encodeHex(subject.key), site: source.organisation, at })
      }
    } else if (source.origin === 'feed' || source.origin === 'import') {
      for (const one of evidence) if (one.relation !== undefined) tellResolution(one, words, put)
    }
    return engine.ledger.write(words)
  }
  return { ...engine, ledger: { ...engine.ledger, write } }
}

function tellResolution({ subject, relation, at }: EvidenceWrite, { source, receivedAt }: LedgerWrite, put: Put): void {
  const members = [subject, ...relation!.members]
  const addresses = members.filter(({ type }) => type === 'ip')
  const hosts = members.filter(({ type }) => type === 'domain')
  if (addresses.length !== 1 || hosts.length !== 1) return
  const [address, domain] = [parsed(addresses[0]!), parsed(hosts[0]!)]
  if (address === undefined || domain === undefined) return
  const site = { name: source.organisation, isTrusted: isTrusted(source) }
  put('resolutions', { domain, address, at: at ?? receivedAt, count: 1, site })
}

function parsed({ type, value }: LedgerSubject): Subject | undefined {
  const subject = value === undefined ? undefined : parseSubjectOf(type, value)
  return subject?.ok === true ? subject.value : undefined
}
