/** What every ledger does with digests of one file; a part of the contract. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Tlsh, tlshOf } from '@tocsin/core/similarity'
import { parseSubject, subjectKey } from '@tocsin/core/subject'
import type { LedgerUnderTest } from './ledger.contract.ts'
import type { EvidenceWrite, Ledger, LedgerSource, LedgerSubject, SubjectCase } from './ledger.ts'

const NOW = Date.UTC(2026, 5, 30)
const FEED: LedgerSource = { name: 'feed', origin: 'feed', organisation: 'feed', trustStep: 12 }
const OTHER: LedgerSource = { name: 'other', origin: 'feed', organisation: 'other', trustStep: 8 }
const THIRD: LedgerSource = { name: 'third', origin: 'feed', organisation: 'third', trustStep: 8 }
const FRESH: LedgerSource = { name: 'key:fresh@1', origin: 'key', organisation: 'fresh', trustStep: 4 }
const NEWER: LedgerSource = { name: 'key:newer@1', origin: 'key', organisation: 'newer', trustStep: 4 }

const SHA256 = `file:${'a'.repeat(64)}`
const ANOTHER = `file:${'b'.repeat(64)}`
const SHA1 = `file:sha1:${'1'.repeat(40)}`
const MD5 = `file:md5:${'5'.repeat(32)}`

function tlshFrom(seed: number): Tlsh {
  let state = seed
  const bytes = Uint8Array.from({ length: 4096 }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return state >>> 24
  })
  return tlshOf(bytes)!
}

function subject(text: string): LedgerSubject {
  const parsed = parseSubject(text)
  if (!parsed.ok) throw new Error(parsed.problem.message)
  return { type: parsed.value.type, key: subjectKey(parsed.value), value: parsed.value.value }
}

/** Evidence about a file that names it by other digests as well. */
function said(of: string, names: readonly string[] = [], more: Partial<EvidenceWrite> & { readonly tlsh?: Tlsh } = {}) {
  const { tlsh, ...rest } = more
  const digests = { names: names.map(subject), ...(tlsh === undefined ? {} : { tlsh }) }
  const write: EvidenceWrite = { subject: subject(of), kind: 'listed-malware', confidence: 1000, at: NOW, ...rest }
  return names.length === 0 && tlsh === undefined ? write : { ...write, digests }
}

const put = (ledger: Ledger, evidence: EvidenceWrite[], source = FEED) =>
  ledger.write({ source, receivedAt: NOW, evidence })

const text = (each: LedgerSubject) => `${each.type}:${each.value}`

async function caseOf(ledger: Ledger, of: string): Promise<SubjectCase | undefined> {
  const { type, key } = subject(of)
  return await ledger.caseOf(type, key)
}

/** Who says what of a name, `source kind confidence`. */
async function heard(ledger: Ledger, of: string): Promise<readonly string[]> {
  const records = (await caseOf(ledger, of))?.records ?? []
  return records.map(({ source, kind, confidence }) => `${source} ${kind} ${confidence}`).sort()
}

async function others(ledger: Ledger, of: string): Promise<readonly string[]> {
  return ((await caseOf(ledger, of))?.file?.others ?? []).map(text).sort()
}

async function isContested(ledger: Ledger, of: string): Promise<boolean | undefined> {
  return (await caseOf(ledger, of))?.file?.isContested
}

async function touched(ledger: Ledger, after: number): Promise<{ readonly texts: string[]; readonly place: number }> {
  const texts = new Set<string>()
  for (let place = after; ; ) {
    const next = await ledger.touchedSince(place, 1000)
    if (next.place === place) return { texts: [...texts].sort(), place }
    place = next.place
    for (const each of next.cases) texts.add(text(each.subject))
  }
}

const ALL = [SHA256, SHA1, MD5].sort()

/** Registers this part of the suite. */
export function identityContract(name: string, open: () => Promise<LedgerUnderTest>): void {
  describe(`${name} keeps the contract of file identity`, () => {
    it('answers alike under every name of a file, over a stop as well', async () => {
      await using under = await open()
      await put(under.ledger, [said(SHA256, [MD5, SHA1])])
      await put(under.ledger, [said(MD5, [], { kind: 'listed', at: undefined })], OTHER)
      const all = ['feed listed-malware 1000', 'other listed 1000']
      for (const each of ALL) assert.deepEqual(await heard(under.ledger, each), all, each)
      await under.reopen()
      for (const each of ALL) {
        assert.deepEqual(await heard(under.ledger, each), all, each)
        assert.deepEqual(
          await others(under.ledger, each),
          ALL.filter(one => one !== each),
        )
      }
      assert.deepEqual(await heard(under.ledger, ANOTHER), [])
    })

    it('gives what is touched under every name, with the evidence of all', async () => {
      await using under = await open()
      await put(under.ledger, [said(SHA256, [MD5, SHA1])])
      const { cases } = await under.ledger.touchedSince(0, 1000)
      assert.deepEqual(cases.map(each => text(each.subject)).sort(), ALL)
      for (const each of cases) assert.equal(each.records.length, 1)
    })

    it('touches all names where one is touched, and nobody where nothing changes', async () => {
      await using under = await open()
      await put(under.ledger, [said(SHA256, [MD5, SHA1])])
      const first = await touched(under.ledger, 0)
      await put(under.ledger, [said(SHA1, [], { kind: 'listed' })], FRESH)
      const second = await touched(under.ledger, first.place)
      assert.deepEqual(second.texts, ALL)
      await put(under.ledger, [said(SHA256, [MD5, SHA1])])
      assert.deepEqual((await touched(under.ledger, second.place)).texts, [])
    })

    it('journals all names anew for a book that is made from nothing', async () => {
      await using under = await open()
      await put(under.ledger, [said(SHA256, [MD5, SHA1])])
      const { place } = await touched(under.ledger, 0)
      await under.ledger.touchAll()
      assert.deepEqual((await touched(under.ledger, place)).texts, ALL)
    })

    it('merges what one source says of one kind under several names, as repeats are', async () => {
      await using under = await open()
      await put(under.ledger, [said(SHA256, [MD5], { confidence: 400 }), said(MD5, [], { confidence: 900 })])
      for (const each of [SHA256, MD5]) {
        assert.deepEqual(await heard(under.ledger, each), ['feed listed-malware 900'])
      }
    })

    it('joins hashes step by step, also where no SHA-256 is known yet', async () => {
      await using under = await open()
      await put(under.ledger, [said(MD5, [SHA1])])
      assert.deepEqual(await others(under.ledger, MD5), [SHA1])
      const { place } = await touched(under.ledger, 0)
      await put(under.ledger, [said(SHA256, [SHA1], { kind: 'listed' })], OTHER)
      assert.deepEqual((await touched(under.ledger, place)).texts, ALL)
      for (const each of ALL) assert.equal((await heard(under.ledger, each)).length, 2)
    })

    it('takes the identity back with the evidence that said it, and touches all whom it tied', async () => {
      await using under = await open()
      await put(under.ledger, [said(SHA256, [MD5, SHA1])])
      await put(under.ledger, [said(MD5)], OTHER)
      const { place } = await touched(under.ledger, 0)
      await under.ledger.retract(FEED.name, [{ subject: subject(SHA256), kind: 'listed-malware' }])
      assert.deepEqual((await touched(under.ledger, place)).texts, ALL)
      assert.deepEqual(await heard(under.ledger, MD5), ['other listed-malware 1000'])
      assert.deepEqual(await heard(under.ledger, SHA256), [])
      assert.equal((await caseOf(under.ledger, MD5))?.file, undefined)
    })

    it('keeps the identity while another statement says it', async () => {
      await using under = await open()
      await put(under.ledger, [said(SHA256, [MD5]), said(SHA256, [MD5], { kind: 'listed' })])
      await under.ledger.retract(FEED.name, [{ subject: subject(SHA256), kind: 'listed' }])
      assert.deepEqual(await others(under.ledger, MD5), [SHA256])
    })

    it('forgets what a row of a list named before and names no more', async () => {
      await using under = await open()
      const list = async (...names: string[]) => {
        const generation = await under.ledger.begin(FEED)
        await under.ledger.write({ source: FEED, receivedAt: NOW, evidence: [said(SHA256, names)], generation })
        await under.ledger.commit(generation)
      }
      await list(MD5, SHA1)
      await list(SHA1)
      assert.deepEqual(await others(under.ledger, SHA256), [SHA1])
      assert.deepEqual(await heard(under.ledger, MD5), [])
      await under.ledger.commit(await under.ledger.begin(FEED))
      assert.deepEqual(await others(under.ledger, SHA1), [])
    })

    it('believes no untrusted source, and none of them together', async () => {
      await using under = await open()
      for (const source of [FRESH, NEWER]) await put(under.ledger, [said(SHA256, [MD5])], source)
      assert.deepEqual(await heard(under.ledger, MD5), [])
      assert.equal((await caseOf(under.ledger, SHA256))?.file, undefined)
    })

    it('joins neither of two files that are said to have one MD5, until more say so of one', async () => {
      await using under = await open()
      await put(under.ledger, [said(SHA256, [MD5])])
      await put(under.ledger, [said(ANOTHER, [MD5])], OTHER)
      for (const each of [SHA256, ANOTHER, MD5]) {
        assert.deepEqual(await others(under.ledger, each), [], each)
        assert.equal(await isContested(under.ledger, each), true, each)
      }
      assert.deepEqual(await heard(under.ledger, MD5), [])
      await put(under.ledger, [said(SHA256, [MD5])], THIRD)
      assert.deepEqual(await others(under.ledger, MD5), [SHA256])
      assert.deepEqual(await heard(under.ledger, ANOTHER), ['other listed-malware 1000'])
    })

    it('joins again what was contested once the contradiction is taken back', async () => {
      await using under = await open()
      await put(under.ledger, [said(SHA256, [MD5])])
      await put(under.ledger, [said(ANOTHER, [MD5])], OTHER)
      const { place } = await touched(under.ledger, 0)
      await under.ledger.retract(OTHER.name, [{ subject: subject(ANOTHER), kind: 'listed-malware' }])
      assert.deepEqual((await touched(under.ledger, place)).texts, [SHA256, ANOTHER, MD5].sort())
      assert.deepEqual(await others(under.ledger, MD5), [SHA256])
      assert.equal(await isContested(under.ledger, MD5), false)
    })

    it('ties nothing to what is known good on the word of one, whichever came first', async () => {
      for (const order of [0, 1]) {
        await using under = await open()
        const good = () => put(under.ledger, [said(SHA256, [], { kind: 'known-good', at: undefined })], THIRD)
        if (order === 0) await good()
        await put(under.ledger, [said(MD5, [SHA256])])
        if (order === 1) await good()
        assert.deepEqual(await others(under.ledger, SHA256), [], `order ${order}`)
        for (const source of [OTHER, THIRD]) await put(under.ledger, [said(MD5, [SHA256])], source)
        assert.deepEqual(await others(under.ledger, SHA256), [MD5], `order ${order}`)
      }
    })

    it('follows a source that loses its trust', async () => {
      await using under = await open()
      await put(under.ledger, [said(SHA256, [MD5], { tlsh: tlshFrom(1) })])
      const { place } = await touched(under.ledger, 0)
      await put(under.ledger, [], { ...FEED, trustStep: 4 })
      assert.deepEqual((await touched(under.ledger, place)).texts, [SHA256, MD5].sort())
      assert.deepEqual(await heard(under.ledger, MD5), [])
      assert.equal((await caseOf(under.ledger, SHA256))?.file, undefined)
    })

    it('holds a name that is said to be thousands of files for none of them', async () => {
      await using under = await open()
      const files = Array.from({ length: 2000 }, (_, n) => `file:${n.toString(16).padStart(64, '0')}`)
      await put(
        under.ledger,
        files.map(file => said(file, [MD5])),
      )
      assert.deepEqual(await others(under.ledger, MD5), [])
      assert.equal(await isContested(under.ledger, MD5), true)
      assert.deepEqual(await heard(under.ledger, MD5), [])
      for (const file of [files[0]!, files[1999]!]) assert.deepEqual(await others(under.ledger, file), [])
    })

    it('tells what a file is like under each of its names, where trusted sources agree', async () => {
      await using under = await open()
      const [one, another] = [tlshFrom(1), tlshFrom(2)]
      await put(under.ledger, [said(MD5, [], { tlsh: another })], FRESH)
      await put(under.ledger, [said(SHA256, [MD5], { tlsh: one })])
      const { place } = await touched(under.ledger, 0)
      for (const each of [SHA256, MD5]) assert.deepEqual((await caseOf(under.ledger, each))?.file?.tlsh, one)
      await put(under.ledger, [said(SHA256, [], { tlsh: another })], OTHER)
      assert.deepEqual((await touched(under.ledger, place)).texts, [SHA256, MD5].sort())
      assert.equal((await caseOf(under.ledger, MD5))?.file?.tlsh, undefined)
      await under.ledger.retract(FEED.name, [{ subject: subject(SHA256), kind: 'listed-malware' }])
      assert.deepEqual((await caseOf(under.ledger, SHA256))?.file?.tlsh, another)
    })

    it('gives the company of a file under each of its names', async () => {
      await using under = await open()
      const link = 'url:example.com/invoice'
      const relation = { group: 'download', members: [subject(link)] }
      await put(under.ledger, [said(MD5, [SHA256], { relation }), said(link)])
      for (const each of [MD5, SHA256]) {
        const met = (await caseOf(under.ledger, each))?.relations?.neighbours ?? []
        assert.deepEqual(
          met.map(({ subject: one }) => text(one)),
          [link],
          each,
        )
      }
      for (let place = 0; ; ) {
        const next = await under.ledger.touchedSince(place, 1)
        if (next.place === place) break
        place = next.place
        for (const { subject: one, relations } of next.cases) assert.equal(relations?.neighbours.length, 1, text(one))
      }
      const back = (await caseOf(under.ledger, link))?.relations?.neighbours ?? []
      assert.equal(back.length, 1)
    })
  })
}
