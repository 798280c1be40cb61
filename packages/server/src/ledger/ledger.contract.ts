/** What every ledger does. An adapter's test calls this with a way to open an empty one, and to open it again. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { KindName } from '@tocsin/core/evidence'
import { parseSubject, subjectKey } from '@tocsin/core/subject'
import { identityContract } from './identities.contract.ts'
import type { EvidenceWrite, Ledger, LedgerSource, LedgerSubject, SubjectCase } from './ledger.ts'
import { relationContract } from './relations.contract.ts'

/** One ledger under test: `reopen` closes it as a stop would and opens it again. */
export interface LedgerUnderTest extends AsyncDisposable {
  readonly ledger: Ledger
  reopen(): Promise<void>
}

const NOW = Date.UTC(2026, 5, 30)
const FEED: LedgerSource = { name: 'feed', origin: 'feed', organisation: 'feed', trustStep: 12 }
const OTHER: LedgerSource = { name: 'other', origin: 'key', organisation: 'o', trustStep: 4 }

function subject(text: string): LedgerSubject {
  const parsed = parseSubject(text)
  if (!parsed.ok) throw new Error(parsed.problem.message)
  return { type: parsed.value.type, key: subjectKey(parsed.value), value: parsed.value.value }
}

function said(text: string, more: Partial<EvidenceWrite> = {}): EvidenceWrite {
  return { subject: subject(text), kind: 'listed', confidence: 1000, at: undefined, ...more }
}

const text = (each: SubjectCase) => `${each.subject.type}:${each.subject.value}`

/** Registers the suite. */
export function ledgerContract(name: string, open: () => Promise<LedgerUnderTest>): void {
  relationContract(name, open)
  identityContract(name, open)
  describe(`${name} keeps the contract of Ledger`, () => {
    const put = (ledger: Ledger, evidence: EvidenceWrite[], source = FEED) =>
      ledger.write({ source, receivedAt: NOW, evidence })

    it('gives back what was written, with its source and kind', async () => {
      await using under = await open()
      const event = said('ip:192.0.2.1', { kind: 'spam-trap-hit', confidence: 900, at: NOW - 5 })
      await put(under.ledger, [said('ip:192.0.2.1'), event])
      const held = await under.ledger.caseOf('ip', subject('ip:192.0.2.1').key)
      assert.equal(text(held!), 'ip:192.0.2.1')
      assert.deepEqual(
        held!.records.toSorted((a, b) => (a.kind < b.kind ? -1 : 1)),
        [
          { kind: 'listed', source: 'feed', confidence: 1000, at: undefined },
          { kind: 'spam-trap-hit', source: 'feed', confidence: 900, at: NOW - 5 },
        ],
      )
      assert.equal(await under.ledger.caseOf('ip', subject('ip:192.0.2.2').key), undefined)
    })

    it('keeps it over a stop', async () => {
      await using under = await open()
      await put(under.ledger, [said('url:example.com/a?b=c')])
      await under.reopen()
      const held = await under.ledger.caseOf('url', subject('url:example.com/a?b=c').key)
      assert.equal(held?.records.length, 1)
      assert.deepEqual(
        (await under.ledger.sources()).map(source => source.name),
        ['feed'],
      )
    })

    it('tells a repeat by its id, per source, and takes it anew once it was retracted', async () => {
      await using under = await open()
      const again = () => put(under.ledger, [said('ip:192.0.2.1', { id: 'x' })])
      assert.deepEqual(await again(), ['new'])
      assert.deepEqual(await again(), ['duplicate'])
      assert.deepEqual(await put(under.ledger, [said('ip:192.0.2.1', { id: 'x' })], OTHER), ['new'])
      await under.reopen()
      assert.deepEqual(await again(), ['duplicate'])
      await under.ledger.retract('feed', [{ subject: subject('ip:192.0.2.1'), kind: 'listed' }])
      assert.deepEqual(await again(), ['new'])
      assert.equal((await under.ledger.caseOf('ip', subject('ip:192.0.2.1').key))?.records.length, 2)
    })

    it('merges repeats of a kind in any order, keeping what weighs more later', async () => {
      const event = (confidence: number, at: number) => said('ip:192.0.2.1', { kind: 'brute-force', confidence, at })
      const orders = [
        [event(1000, NOW - 9e9), event(400, NOW)],
        [event(400, NOW), event(1000, NOW - 9e9)],
      ]
      for (const order of orders) {
        await using under = await open()
        for (const each of order) await put(under.ledger, [each])
        const held = await under.ledger.caseOf('ip', subject('ip:192.0.2.1').key)
        assert.deepEqual(held?.records, [{ kind: 'brute-force', source: 'feed', confidence: 400, at: NOW }])
      }
    })

    it('retracts by subject and kind, of that source alone', async () => {
      await using under = await open()
      const kinds: KindName[] = ['listed', 'listed-malware']
      await put(
        under.ledger,
        kinds.map(kind => said('file:' + 'a'.repeat(64), { kind })),
      )
      await put(under.ledger, [said('file:' + 'a'.repeat(64))], OTHER)
      const gone = await under.ledger.retract('feed', [{ subject: subject('file:' + 'a'.repeat(64)), kind: 'listed' }])
      assert.equal(gone, 1)
      const held = await under.ledger.caseOf('file', subject('file:' + 'a'.repeat(64)).key)
      assert.deepEqual(held!.records.map(each => `${each.source} ${each.kind}`).sort(), [
        'feed listed-malware',
        'other listed',
      ])
    })

    it('retracts at a commit whatever the generation does not hold', async () => {
      await using under = await open()
      const list = async (...names: string[]) => {
        const generation = await under.ledger.begin(FEED)
        await under.ledger.write({ source: FEED, receivedAt: NOW, evidence: names.map(each => said(each)), generation })
        return under.ledger.commit(generation)
      }
      await put(under.ledger, [said('ip:192.0.2.2')], OTHER)
      assert.equal(await list('ip:192.0.2.1', 'ip:192.0.2.2', 'ip:192.0.2.3'), 0)
      assert.equal(await list('ip:192.0.2.3', 'ip:192.0.2.4'), 2)
      const left = await Promise.all(
        ['ip:192.0.2.1', 'ip:192.0.2.2', 'ip:192.0.2.3', 'ip:192.0.2.4'].map(async each => {
          const held = await under.ledger.caseOf('ip', subject(each).key)
          return held?.records.map(record => record.source).join()
        }),
      )
      assert.deepEqual(left, ['', 'other', 'feed', 'feed'])
      assert.equal(await list(), 2)
    })

    it('takes a confidence that a new generation lowers', async () => {
      await using under = await open()
      for (const confidence of [1000, 300]) {
        const generation = await under.ledger.begin(FEED)
        const evidence = [said('ip:192.0.2.1', { confidence })]
        await under.ledger.write({ source: FEED, receivedAt: NOW, evidence, generation })
        await under.ledger.commit(generation)
      }
      const held = await under.ledger.caseOf('ip', subject('ip:192.0.2.1').key)
      assert.equal(held?.records[0]?.confidence, 300)
    })

    it('refuses to go on with a generation that another one has replaced', async () => {
      await using under = await open()
      const first = await under.ledger.begin(FEED)
      await under.ledger.begin(FEED)
      const write = { source: FEED, receivedAt: NOW, evidence: [said('ip:192.0.2.1')], generation: first }
      await assert.rejects(under.ledger.write(write), /generation 1 of "feed"/)
      await assert.rejects(under.ledger.commit(first), /generation 1 of "feed"/)
    })

    it('does not refuse a report because the list that shares its transaction was replaced', async () => {
      await using under = await open()
      const stale = await under.ledger.begin(FEED)
      await under.ledger.begin(FEED)
      const write = (n: number) => put(under.ledger, [said(`ip:192.0.2.${n}`)], OTHER)
      const evidence = [said('ip:198.51.100.1')]
      const outcomes = await Promise.allSettled([
        write(1),
        under.ledger.write({ source: FEED, receivedAt: NOW, evidence, generation: stale }),
        write(2),
      ])
      assert.deepEqual(
        outcomes.map(each => each.status),
        ['fulfilled', 'rejected', 'fulfilled'],
      )
      assert.equal((await under.ledger.counts()).evidence, 2)
    })

    it('forgets what a generation held of a write that failed, so that it still counts as its first', async () => {
      await using under = await open()
      await put(under.ledger, [said('ip:192.0.2.1')])
      const generation = await under.ledger.begin(FEED)
      const evidence = [said('ip:192.0.2.1', { confidence: 300 }), said('ip:192.0.2.2')]
      const unheard = said('ip:192.0.2.3', { kind: 'no-such-kind' as KindName })
      const writing = (items: EvidenceWrite[]) =>
        under.ledger.write({ source: FEED, receivedAt: NOW, evidence: items, generation })
      await assert.rejects(writing([...evidence, unheard]))
      await writing(evidence.slice(0, 1))
      await under.ledger.commit(generation)
      const held = await under.ledger.caseOf('ip', subject('ip:192.0.2.1').key)
      assert.equal(held?.records[0]?.confidence, 300)
      assert.equal((await under.ledger.counts()).evidence, 1)
    })

    it('keeps what a source says beside a generation while that is open', async () => {
      await using under = await open()
      await put(under.ledger, [said('ip:192.0.2.1')])
      const generation = await under.ledger.begin(FEED)
      await put(under.ledger, [said('ip:192.0.2.2')])
      assert.equal(await under.ledger.commit(generation), 1)
      assert.equal((await under.ledger.caseOf('ip', subject('ip:192.0.2.2').key))?.records.length, 1)
    })

    it('does not let a commit retract what the next generation of the source writes', async () => {
      await using under = await open()
      const list = (from: number) => Array.from({ length: 100 }, (_, n) => said(`ip:192.0.${from}.${n}`))
      const first = await under.ledger.begin(FEED)
      await under.ledger.write({ source: FEED, receivedAt: NOW, evidence: list(1), generation: first })
      const committing = under.ledger.commit(first)
      const second = await under.ledger.begin(FEED)
      await assert.rejects(
        under.ledger.write({ source: FEED, receivedAt: NOW, evidence: list(3), generation: first }),
        /generation 1 of "feed"/,
      )
      await under.ledger.write({ source: FEED, receivedAt: NOW, evidence: list(2), generation: second })
      assert.equal(await committing, 0)
      assert.equal(await under.ledger.commit(second), 100)
      assert.equal((await under.ledger.counts()).evidence, 100)
    })

    it('knows no source of which nothing came, as of a list that broke off before its first line', async () => {
      await using under = await open()
      assert.equal(await under.ledger.commit(await under.ledger.begin(FEED)), 0)
      assert.deepEqual(await under.ledger.sources(), [])
    })

    it('says whether its journal tells all since a place, and tells all anew', async () => {
      await using under = await open()
      assert.equal(await under.ledger.covers(0), true)
      assert.equal(await under.ledger.covers(1), false)
      await put(under.ledger, [said('ip:192.0.2.1'), said('ip:192.0.2.2')])
      assert.deepEqual(await Promise.all([0, 1, 2, 3].map(place => under.ledger.covers(place))), [
        true,
        true,
        true,
        false,
      ])
      const { place } = await under.ledger.touchedSince(2, 10)
      // What has been seen is swept out with some later write.
      for (let n = 3; n < 23; n++) await put(under.ledger, [said(`ip:192.0.2.${n}`)])
      assert.equal(await under.ledger.covers(place), true)
      assert.equal(await under.ledger.covers(0), false)
      await under.reopen()
      assert.equal(await under.ledger.covers(0), false)
      await under.ledger.touchAll()
      const { cases } = await under.ledger.touchedSince(22, 100)
      assert.equal(cases.length, 22)
    })

    it('journals each subject that changed, once per look, and nothing that did not', async () => {
      await using under = await open()
      await put(under.ledger, [said('ip:192.0.2.1'), said('ip:192.0.2.2')])
      await put(under.ledger, [said('ip:192.0.2.1', { kind: 'listed-spam' })])
      const first = await under.ledger.touchedSince(0, 100)
      assert.deepEqual(first.cases.map(text).sort(), ['ip:192.0.2.1', 'ip:192.0.2.2'])
      await put(under.ledger, [said('ip:192.0.2.1')])
      assert.deepEqual(await under.ledger.touchedSince(first.place, 100), { cases: [], place: first.place })
      await under.ledger.retract('feed', [{ subject: subject('ip:192.0.2.2'), kind: 'listed' }])
      await under.reopen()
      const second = await under.ledger.touchedSince(first.place, 100)
      assert.deepEqual(
        second.cases.map(each => [text(each), each.records.length]),
        [['ip:192.0.2.2', 0]],
      )
    })

    it('journals all that a source said when its trust changes', async () => {
      await using under = await open()
      await put(under.ledger, [said('ip:192.0.2.1'), said('ip:192.0.2.2')])
      const { place } = await under.ledger.touchedSince(0, 100)
      await put(under.ledger, [], { ...FEED, trustStep: 3 })
      const { cases } = await under.ledger.touchedSince(place, 100)
      assert.deepEqual(cases.map(text).sort(), ['ip:192.0.2.1', 'ip:192.0.2.2'])
      assert.equal((await under.ledger.sources())[0]?.trustStep, 3)
    })

    it('goes through a long journal in pieces', async () => {
      await using under = await open()
      await put(
        under.ledger,
        Array.from({ length: 50 }, (_, n) => said(`ip:192.0.2.${n}`)),
      )
      const seen: string[] = []
      let place = 0
      for (;;) {
        const next = await under.ledger.touchedSince(place, 20)
        if (next.place === place) break
        place = next.place
        seen.push(...next.cases.map(text))
      }
      assert.equal(new Set(seen).size, 50)
    })

    it('counts subjects and evidence per source', async () => {
      await using under = await open()
      await put(under.ledger, [said('ip:192.0.2.1'), said('ip:192.0.2.1'), said('ip:192.0.2.2')])
      await under.ledger.retract('feed', [{ subject: subject('ip:192.0.2.2'), kind: 'listed' }])
      const counts = await under.ledger.counts()
      assert.equal(counts.subjects, 2)
      assert.equal(counts.evidence, 1)
      assert.deepEqual(counts.sources, [{ ...FEED, evidence: 1 }])
    })

    it('writes all of a transaction or nothing', async () => {
      await using under = await open()
      const unheard = said('ip:192.0.2.2', { kind: 'no-such-kind' as KindName })
      await assert.rejects(put(under.ledger, [said('ip:192.0.2.1'), unheard]))
      assert.equal((await under.ledger.caseOf('ip', subject('ip:192.0.2.1').key))?.records.length ?? 0, 0)
      assert.equal((await under.ledger.counts()).evidence, 0)
      assert.deepEqual(await put(under.ledger, [said('ip:192.0.2.1')]), ['new'])
    })
  })
}
