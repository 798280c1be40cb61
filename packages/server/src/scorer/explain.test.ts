import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { EvidenceRecord } from '@tocsin/core/evidence'
import { parseSubject } from '@tocsin/core/subject'
import type { LedgerSource, SubjectCase } from '../ledger/ledger.ts'
import { explainCase } from './explain.ts'

const NOW = Date.UTC(2026, 5, 30)
const parsed = parseSubject('ip:192.0.2.1')
assert.ok(parsed.ok)
const subject = parsed.value

function held(sources: readonly LedgerSource[]): SubjectCase {
  const records = sources.map(
    ({ name }): EvidenceRecord => ({
      kind: 'brute-force',
      source: name,
      confidence: 1000,
      at: NOW,
    }),
  )
  return { subject: { ...subject, key: new Uint8Array(32) }, records }
}

const reporters = (count: number): LedgerSource[] =>
  Array.from({ length: count }, (_, n) => ({
    name: `key:site-${n}@1`,
    origin: 'key',
    organisation: `o-${n}`,
    trustStep: 4,
  }))

describe('explainCase()', () => {
  it('tells what would change, names feeds, and never a reporter', () => {
    const feed: LedgerSource = { name: 'feed', origin: 'feed', organisation: 'feed', trustStep: 12 }
    const sources = [feed, ...reporters(1)]
    const { changes, contributions } = explainCase(subject, held(sources), sources, () => undefined, NOW)
    assert.ok(changes.some(each => /if feed drops it/.test(each)))
    assert.doesNotMatch(JSON.stringify([changes, contributions]), /site-0/)
  })

  it('explains what thousands reported with every contribution, in the time of a few judgments', () => {
    const sources = reporters(3000)
    const begun = performance.now()
    const { changes, contributions } = explainCase(subject, held(sources), sources, () => undefined, NOW)
    assert.ok(performance.now() - begun < 5000, 'each source was tried')
    assert.equal(contributions.length, 3001)
    assert.ok(changes.length < 5)
  })

  it('names a neighbour and what is known of it, and what the verdict were without it', () => {
    const file = parseSubject(`file:${'a'.repeat(64)}`)
    assert.ok(file.ok)
    const [reporter] = reporters(1)
    const trusted = { ...reporter!, trustStep: 12 }
    const records = [{ kind: 'malware-detected', source: trusted.name, confidence: 1000, at: NOW }] as const
    const neighbour = { subject: { ...file.value, key: new Uint8Array(32) }, records, degree: 1, by: [trusted.name] }
    const met = { ...held([]), relations: { degree: 1, neighbours: [neighbour] } }
    const { changes, contributions, reason } = explainCase(subject, met, [trusted], () => undefined, NOW)
    assert.equal(reason, 'malware')
    assert.deepEqual(contributions[1], {
      term: 'relation',
      value: 320,
      via: { subject: `file:${'a'.repeat(64)}`, reason: 'malware', organisations: 1 },
    })
    assert.ok(changes.some(each => /becomes untested .* if nothing speaks against file:aaaa/.test(each)))
    assert.doesNotMatch(JSON.stringify([changes, contributions]), /site-0/)
  })

  it('tells each lapse in words, and what is missing to a quorum', () => {
    const feed: LedgerSource = { name: 'feed', origin: 'feed', organisation: 'feed', trustStep: 12 }
    const { changes } = explainCase(subject, held([feed]), [feed], () => undefined, NOW)
    assert.match(changes[0]!, /^lapses to highly-suspicious in \d+ days \(2026-[^)]+Z\) unless it is seen again$/)
    assert.match(changes[1]!, /^lapses to suspicious in \d+ days /)
    assert.match(changes[2]!, /^lapses to untested in \d+ days /)
    const guarded = explainCase(subject, held([feed]), [feed], () => 'certified', NOW).changes
    assert.ok(
      guarded.includes(
        'becomes dangerous (score 37 or less) if 2 more independent trusted organisations say so, for it is certified',
      ),
      guarded.join('\n'),
    )
  })

  it('judges for the past without what came later, and for the time to come as if nothing came', () => {
    const feed: LedgerSource = { name: 'feed', origin: 'feed', organisation: 'feed', trustStep: 12 }
    const case_ = held([feed])
    const at = (time: number) => explainCase(subject, case_, [feed], () => undefined, time)
    assert.deepEqual([at(NOW - 1).score, at(NOW - 1).contributions.length], [71, 1])
    assert.ok(at(NOW).score < at(NOW + 40 * 86_400_000).score)
    const stale: SubjectCase = { ...case_, records: [{ ...case_.records[0]!, kind: 'listed-attack', at: NOW }] }
    const before = explainCase(subject, stale, [feed], () => undefined, NOW - 1)
    assert.equal(before.contributions[1]!.observedAt, undefined, 'its list was still followed')
  })
})
