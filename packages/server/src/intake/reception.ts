/** The intake itself: admits, then writes the ledger. */
import { fail, ok } from '@tocsin/core/base'
import { type Instant, kindOf } from '@tocsin/core/evidence'
import type { EvidenceWrite, Generation, Ledger, LedgerSubject } from '../ledger/ledger.ts'
import { admit, admitSubject } from './admission.ts'
import type { Identity } from './identity.ts'
import type { Intake, Offer, Receipt } from './intake.ts'

/** What an intake is built from. */
export interface ReceptionParts {
  readonly ledger: Pick<Ledger, 'write' | 'retract' | 'begin' | 'commit'>
  readonly clock: () => Instant
  readonly sha256: (bytes: Uint8Array) => Uint8Array
}

/** Opens the entrance for one identity. */
export function intakeFor(identity: Identity, { ledger, clock, sha256 }: ReceptionParts): Intake {
  return {
    async put(offers: readonly Offer[], generation?: Generation): Promise<Receipt> {
      const now = clock()
      const evidence: EvidenceWrite[] = []
      const refused: { index: number; reason: string }[] = []
      for (const [index, offer] of offers.entries()) {
        const admitted = admit(offer, { identity, now, sha256 }, generation !== undefined)
        if (admitted.ok) evidence.push(admitted.value)
        else refused.push({ index, reason: admitted.problem.message })
      }
      if (evidence.length === 0) return { accepted: 0, duplicate: 0, refused }
      const outcome = await ledger.write({ source: identity.source, receivedAt: now, evidence, generation })
      const duplicate = outcome.filter(word => word === 'duplicate').length
      return { accepted: outcome.length - duplicate, duplicate, refused }
    },

    async retract(items) {
      const found: { subject: LedgerSubject; kind: NonNullable<ReturnType<typeof kindOf>>['name'] }[] = []
      for (const item of items) {
        const subject = admitSubject(item.subject, { identity, sha256 })
        if (!subject.ok) return subject
        const kind = kindOf(item.kind)
        if (kind === undefined) return fail('invalid', `kind "${item.kind}" is not in the catalogue`)
        found.push({ subject: subject.value, kind: kind.name })
      }
      return ok(await ledger.retract(identity.source.name, found))
    },

    begin: () => ledger.begin(identity.source),
    commit: generation => ledger.commit(generation),
  }
}
