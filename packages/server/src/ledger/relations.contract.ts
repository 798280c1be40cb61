/** What every ledger does with relations; a part of the contract. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseSubject, subjectKey } from '@tocsin/core/subject'
import type { LedgerUnderTest } from './ledger.contract.ts'
import type { EvidenceWrite, Ledger, LedgerSource, LedgerSubject, SubjectCase } from './ledger.ts'

const NOW = Date.UTC(2026, 5, 30)
const SITE: LedgerSource = { name: 'key:site@1', origin: 'key', organisation: 'site', trustStep: 12 }
const FRESH: LedgerSource = { name: 'key:fresh@1', origin: 'key', organisation: 'fresh', trustStep: 4 }
const NEWER: LedgerSource = { name: 'key:newer@1', origin: 'key', organisation: 'newer', trustStep: 4 }

const FILE = `file:${'a'.repeat(64)}`
const LINK = 'url:example.com/invoice'
const HOST = 'domain:example.com'
const SENDER = 'ip:192.0.2.1'

function subject(text: string): LedgerSubject {
  const parsed = parseSubject(text)
  if (!parsed.ok) throw new Error(parsed.problem.message)
  return { type: parsed.value.type, key: subjectKey(parsed.value), value: parsed.value.value }
}

/** Evidence about the first of them, met with the others. */
function met(group: string, [about, ...others]: readonly string[], kind: EvidenceWrite['kind'] = 'listed') {
  const relation = { group, members: others.map(subject) }
  return { subject: subject(about!), kind, confidence: 1000, at: undefined, relation } satisfies EvidenceWrite
}

function said(text: string, kind: EvidenceWrite['kind'] = 'listed'): EvidenceWrite {
  return { subject: subject(text), kind, confidence: 1000, at: undefined }
}

const put = (ledger: Ledger, evidence: EvidenceWrite[], source = SITE) =>
  ledger.write({ source, receivedAt: NOW, evidence })

const text = (each: Pick<SubjectCase, 'subject'>) => `${each.subject.type}:${each.subject.value}`

async function company(ledger: Ledger, of: string): Promise<readonly string[]> {
  const { type, key } = subject(of)
  return ((await ledger.caseOf(type, key))?.relations?.neighbours ?? []).map(text).sort()
}

async function degree(ledger: Ledger, of: string): Promise<number | undefined> {
  const { type, key } = subject(of)
  return (await ledger.caseOf(type, key))?.relations?.degree
}

async function touched(ledger: Ledger, after: number): Promise<{ readonly texts: string[]; readonly place: number }> {
  const texts = new Set<string>()
  for (let place = after; ; ) {
    const next = await ledger.touchedSince(place, 1000)
    if (next.place === place) return { texts: [...texts].sort(), place }
    place = next.place
    for (const each of next.cases) texts.add(text(each))
  }
}

/** Registers this part of the suite. */
export function relationContract(name: string, open: () => Promise<LedgerUnderTest>): void {
  describe(`${name} keeps the contract of relations`, () => {
    it('gives each member of a group those of its neighbours of whom something is said, and who saw them', async () => {
      await using under = await open()
      await put(under.ledger, [met('mail', [FILE, LINK, HOST, SENDER])])
      for (const member of [LINK, HOST, SENDER]) assert.deepEqual(await company(under.ledger, member), [FILE])
      assert.deepEqual(await company(under.ledger, FILE), [])
      const { type, key } = subject(LINK)
      const held = await under.ledger.caseOf(type, key)
      assert.deepEqual(held?.records, [])
      assert.deepEqual(held.relations, {
        degree: 3,
        neighbours: [
          {
            subject: subject(FILE),
            records: [{ kind: 'listed', source: SITE.name, confidence: 1000, at: undefined }],
            degree: 3,
            by: [SITE.name],
          },
        ],
      })
      await under.reopen()
      assert.deepEqual(await company(under.ledger, LINK), [FILE])
    })

    it('joins what several statements say of one group, and keeps groups of different sources apart', async () => {
      await using under = await open()
      await put(under.ledger, [met('m', [FILE]), met('m', [LINK]), met('m', [HOST], 'listed-malware')])
      await put(under.ledger, [met('m', [SENDER])], FRESH)
      assert.deepEqual(await company(under.ledger, FILE), [HOST, LINK])
      assert.deepEqual(await company(under.ledger, SENDER), [])
    })

    it('journals all members, and the neighbours of whatever changes later', async () => {
      await using under = await open()
      await put(under.ledger, [met('mail', [FILE, LINK, SENDER])])
      const first = await touched(under.ledger, 0)
      assert.deepEqual(first.texts, [FILE, SENDER, LINK].sort())
      await put(under.ledger, [said(FILE, 'listed-malware')], FRESH)
      const second = await touched(under.ledger, first.place)
      assert.deepEqual(second.texts, first.texts)
      await put(under.ledger, [said('ip:192.0.2.99')], FRESH)
      assert.deepEqual((await touched(under.ledger, second.place)).texts, ['ip:192.0.2.99'])
    })

    it('gives what is touched after a stop as well', async () => {
      await using under = await open()
      await put(under.ledger, [met('mail', [FILE, LINK, SENDER])])
      const { place } = await touched(under.ledger, 0)
      await under.ledger.retract(SITE.name, [{ subject: subject(FILE), kind: 'listed' }])
      await under.reopen()
      assert.deepEqual((await touched(under.ledger, place)).texts, [FILE, SENDER, LINK].sort())
    })

    it('takes relations back with the statement that made them, and touches all whom they tied', async () => {
      await using under = await open()
      await put(under.ledger, [met('mail', [FILE, LINK, SENDER]), said(SENDER, 'listed-spam')])
      const { place } = await touched(under.ledger, 0)
      assert.deepEqual(await company(under.ledger, LINK), [FILE, SENDER].sort())
      await under.ledger.retract(SITE.name, [{ subject: subject(FILE), kind: 'listed' }])
      assert.deepEqual(await company(under.ledger, LINK), [])
      assert.deepEqual((await touched(under.ledger, place)).texts, [FILE, SENDER, LINK].sort())
    })

    it('keeps the relations of another kind that the same source says of the same subject', async () => {
      await using under = await open()
      await put(under.ledger, [met('a', [FILE, LINK]), met('b', [FILE, SENDER], 'listed-malware')])
      await under.ledger.retract(SITE.name, [{ subject: subject(FILE), kind: 'listed' }])
      assert.deepEqual(await company(under.ledger, LINK), [])
      assert.deepEqual(await company(under.ledger, SENDER), [FILE])
    })

    it('takes back all that a source related where nothing of it is left', async () => {
      await using under = await open()
      await put(under.ledger, [met('mail', [FILE, LINK, SENDER])])
      await put(under.ledger, [said(FILE)], FRESH)
      await under.ledger.commit(await under.ledger.begin(SITE))
      assert.deepEqual(await company(under.ledger, LINK), [])
    })

    it('takes an unchanged row of a list for the same meeting, and forgets whom a changed one names no more', async () => {
      await using under = await open()
      const list = async (group: string, ...others: string[]) => {
        const generation = await under.ledger.begin(SITE)
        const evidence = [met(group, [FILE, ...others]), said('ip:192.0.2.9')]
        await under.ledger.write({ source: SITE, receivedAt: NOW, evidence, generation })
        await under.ledger.commit(generation)
      }
      await list('at one', LINK, HOST)
      const { place } = await touched(under.ledger, 0)
      await list('at two', LINK, HOST)
      assert.deepEqual((await touched(under.ledger, place)).texts, [])
      await list('at three', LINK)
      assert.deepEqual(await company(under.ledger, HOST), [])
      assert.deepEqual(await company(under.ledger, LINK), [FILE])
    })

    it('counts as neighbours those that a trusted source or two organisations saw', async () => {
      await using under = await open()
      await put(under.ledger, [met('x', [FILE, LINK, HOST, SENDER])], FRESH)
      assert.equal(await degree(under.ledger, LINK), 0)
      await put(under.ledger, [met('y', [FILE, LINK])], NEWER)
      assert.equal(await degree(under.ledger, LINK), 1)
      assert.deepEqual(await company(under.ledger, HOST), [FILE])
      await put(under.ledger, [], { ...FRESH, trustStep: 12 })
      assert.equal(await degree(under.ledger, LINK), 3)
      await put(under.ledger, [], FRESH)
      assert.equal(await degree(under.ledger, LINK), 1)
    })

    it('touches neighbours of neighbours where so many more are met that each of them counts less', async () => {
      await using under = await open()
      const seven = [SENDER, ...Array.from({ length: 6 }, (_, n) => `ip:198.51.100.${n}`)]
      await put(under.ledger, [met('1', [FILE, ...seven])])
      const { place } = await touched(under.ledger, 0)
      await put(under.ledger, [met('2', [FILE, LINK])])
      assert.ok((await touched(under.ledger, place)).texts.includes(SENDER))
    })

    it('reads nothing for a hub, touches nothing for its sake, and takes it up again once it is none', async () => {
      await using under = await open()
      const member = (n: number) => `ip:10.1.${n >> 8}.${n & 255}`
      const groups = Array.from({ length: 20 }, (_, g) => Array.from({ length: 55 }, (_each, n) => member(g * 55 + n)))
      await put(
        under.ledger,
        groups.map((members, g) => met(`g${g}`, [HOST, ...members])),
      )
      const { place } = await touched(under.ledger, 0)
      assert.deepEqual(await company(under.ledger, member(3)), [HOST])
      const { type, key } = subject(member(3))
      const held = await under.ledger.caseOf(type, key)
      assert.equal(held?.relations?.neighbours[0]?.degree, 1001)
      await put(under.ledger, [said(HOST, 'listed-spam')])
      const after = await touched(under.ledger, place)
      assert.deepEqual(after.texts, [HOST])
      await under.ledger.retract(SITE.name, [{ subject: subject(HOST), kind: 'listed' }])
      assert.equal((await touched(under.ledger, after.place)).texts.length, 1 + 20 * 55)
      assert.deepEqual(await company(under.ledger, member(3)), [])
    })

    it('takes no more relations of one subject from an untrusted source than its limit', async () => {
      await using under = await open()
      const groups = Array.from({ length: 200 }, (_, n) => met(`g${n}`, [HOST, `ip:10.2.0.${n}`]))
      await put(under.ledger, groups, FRESH)
      await put(
        under.ledger,
        Array.from({ length: 200 }, (_, n) => said(`ip:10.2.0.${n}`)),
      )
      assert.equal((await company(under.ledger, HOST)).length, 32)
    })
  })
}
