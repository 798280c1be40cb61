import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { encodeHex } from '../base/index.ts'
import { type EvidenceRecord, isEvent, KINDS, type Kind, kindOf, mergeRecords } from '../evidence/index.ts'
import type { SourceStanding } from '../scoring/index.ts'
import { netRange, PrefixTable, parseSubject, type Subject, subjectKey } from '../subject/index.ts'
import { type Answer, answerFor, type EntryReader, type NetMatch } from './answer.ts'
import { entryOf, packEntry, unpackEntry } from './entry.ts'

const NOW = Date.UTC(2026, 5, 30)
const RUNS = { seed: 20261122, numRuns: 2000 }

/** Evidence about a subject, as the ledger keeps it. */
interface Said {
  readonly about: string
  readonly record: EvidenceRecord
}

/** A question and all that it matches, itself among it. */
const FAMILIES = [
  {
    question: 'url:a.b.example.com/x/y?z=1',
    about: [
      'url:a.b.example.com/x/y?z=1',
      'url:a.b.example.com/x/y',
      'url:a.b.example.com/x/',
      'domain:a.b.example.com',
      'url:b.example.com/x/',
      'domain:b.example.com',
      'domain:example.com',
    ],
  },
  {
    question: 'url:192.0.2.7/x',
    about: ['url:192.0.2.7/x', 'domain:192.0.2.7', 'ip:192.0.2.7', 'net:192.0.2.0/24', 'net:192.0.0.0/16'],
  },
  { question: 'ip:192.0.2.7', about: ['ip:192.0.2.7', 'net:192.0.2.0/28', 'net:192.0.2.0/24', 'net:192.0.0.0/16'] },
  { question: 'net:2001:db8:1::/48', about: ['net:2001:db8:1::/48', 'net:2001:db8::/40', 'net:2001:db8::/32'] },
] as const

const KIND_ROWS: readonly Kind[] = KINDS
const BAD = KIND_ROWS.filter(kind => kind.direction === 'bad')
const GOOD = KIND_ROWS.filter(kind => kind.direction === 'good')
const standingOf = (source: string): SourceStanding => ({
  trustStep: [2, 4, 7, 8, 12, 15][Number(source.slice(1)) % 6]!,
  organisation: `o${Number(source.slice(1)) % 5}`,
})

const someSaid = (about: readonly string[], kinds: readonly Kind[]): fc.Arbitrary<Said> =>
  fc
    .record({
      about: fc.constantFrom(...about),
      kind: fc.constantFrom(...kinds.map(kind => kind.name)),
      source: fc.nat(8).map(n => `s${n}`),
      confidence: fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 60 })),
    })
    .map(({ about: text, kind, source, confidence }) => {
      // All of one time: within a band an entry shows the score of the time that it was scored for.
      const at = isEvent(kindOf(kind)) ? NOW : undefined
      return { about: text, record: { kind, source, confidence, at } }
    })

const subjectOf = (text: string): Subject => {
  const parsed = parseSubject(text)
  assert.ok(parsed.ok)
  return parsed.value
}

/** A book of what is said, through the eight bytes of each entry. */
function bookOf(said: readonly Said[]): EntryReader {
  const entries = new Map<string, ReturnType<typeof unpackEntry>>()
  const nets = new PrefixTable<NetMatch['entry']>()
  for (const [about, some] of Map.groupBy(said, each => each.about)) {
    const records = new Map<string, EvidenceRecord>()
    for (const { record } of some) {
      const name = `${record.source} ${record.kind}`
      const before = records.get(name)
      records.set(name, before === undefined ? record : mergeRecords(before, record))
    }
    const entry = entryOf({ records: [...records.values()], standingOf })
    if (entry === undefined) continue
    const subject = subjectOf(about)
    const read = unpackEntry(packEntry(entry))
    entries.set(`${subject.type} ${encodeHex(subjectKey(subject))}`, read)
    if (subject.type !== 'net' && subject.type !== 'ip') continue
    const { address, prefixLength } = netRange(subject)
    nets.set(address, prefixLength, read)
  }
  return {
    get: (type, key) => entries.get(`${type} ${encodeHex(key)}`),
    matchIp: address => nets.match(address).map(({ prefixLength, value }) => ({ prefixLength, entry: value })),
  }
}

function answer(question: string, said: readonly Said[]): Answer {
  return answerFor(subjectOf(question), bookOf(said), {
    suffixes: { registrableDomain: host => (host.endsWith('example.com') ? 'example.com' : undefined) },
    policy: { level: 'medium', untested: 'allow', lists: [] },
    freshness: { state: 'fresh', ageSeconds: 0 },
    now: NOW,
  })
}

const someQuestion = (kinds: readonly Kind[]) =>
  fc.constantFrom(...FAMILIES).chain(({ question, about }) =>
    fc.record({
      question: fc.constant(question),
      said: fc.array(someSaid(about, KIND_ROWS), { maxLength: 10 }),
      more: someSaid(about, kinds),
    }),
  )

describe('answerFor()', () => {
  it('never raises a score for incriminating evidence about anything that matches (property 1)', () => {
    fc.assert(
      fc.property(someQuestion(BAD), ({ question, said, more }) => {
        assert.ok(answer(question, [...said, more]).score <= answer(question, said).score)
      }),
      RUNS,
    )
  })

  it('never lowers a score for exculpating evidence about anything that matches (property 1)', () => {
    fc.assert(
      fc.property(someQuestion(GOOD), ({ question, said, more }) => {
        assert.ok(answer(question, [...said, more]).score >= answer(question, said).score)
      }),
      RUNS,
    )
  })

  it('does not depend on the order of what was said (property 2)', () => {
    fc.assert(
      fc.property(someQuestion(KIND_ROWS), ({ question, said }) => {
        assert.deepEqual(answer(question, said.toReversed()), answer(question, said))
      }),
      RUNS,
    )
  })

  const by = (kind: Kind['name'], about: string, source = 's4', confidence = 1000): Said => ({
    about,
    record: { kind, source, confidence, at: undefined },
  })

  it('is not lowered where a host becomes popular beneath a certified domain', () => {
    const certified = by('certified', 'domain:example.com')
    const before = answer('domain:b.example.com', [certified]).score
    assert.equal(answer('domain:b.example.com', [certified, by('popular', 'domain:b.example.com')]).score, before)
  })

  it('takes the lowest score of all that is incriminated, and says which entry decided', () => {
    const said = [by('listed', 'domain:example.com'), by('listed', 'domain:b.example.com', 's1')]
    const { matched, verdict } = answer('url:a.b.example.com/x', said)
    assert.deepEqual([matched, verdict], ['domain:example.com', 'dangerous'])
  })

  it('stops at what is certified, and what is less specific may still speak for it', () => {
    const said = [by('certified', 'domain:b.example.com', 's4', 100), by('listed', 'domain:example.com')]
    assert.equal(answer('domain:a.b.example.com', said).verdict, 'untested')
    const both = [by('certified', 'domain:b.example.com', 's4', 100), by('certified', 'domain:example.com')]
    assert.equal(answer('domain:a.b.example.com', both).verdict, 'safe')
  })

  const heldBy = (question: string, said: readonly Said[]) => {
    const { verdict, heldBy: shield } = answer(question, said)
    return [verdict, shield]
  }

  it('holds an address in a protected net at suspicious until the quorum of that protection agrees', () => {
    const popular = by('popular', 'net:192.0.2.0/24')
    const one = [popular, by('listed', 'ip:192.0.2.7', 's4')]
    assert.deepEqual(heldBy('ip:192.0.2.7', one), ['suspicious', 'net:192.0.2.0/24'])
    const two = [...one, by('listed', 'ip:192.0.2.7', 's5')]
    assert.deepEqual(heldBy('ip:192.0.2.7', two), ['dangerous', undefined])
    const certified = [...two, by('certified', 'net:192.0.2.0/28')]
    assert.deepEqual(heldBy('ip:192.0.2.7', certified), ['suspicious', 'net:192.0.2.0/28'])
  })

  it('holds a net back for a protected address in it, and for no other', () => {
    const said = [by('listed', 'net:192.0.2.0/24', 's4'), by('popular', 'ip:192.0.2.7')]
    assert.deepEqual(heldBy('ip:192.0.2.7', said), ['suspicious', 'ip:192.0.2.7'])
    assert.deepEqual(heldBy('ip:192.0.2.8', said), ['dangerous', undefined])
  })

  it('blocks a page on an address in a protected net all the same', () => {
    const said = [by('popular', 'net:192.0.2.0/24'), by('listed', 'url:192.0.2.7/x', 's4')]
    assert.equal(answer('url:192.0.2.7/x', said).verdict, 'dangerous')
  })

  it('does not condemn an address for a net that reaches beyond its reserved range', () => {
    const said = [by('listed', 'net:192.0.0.0/8')]
    assert.equal(answer('ip:192.168.1.1', said).verdict, 'untested')
    assert.equal(answer('ip:192.0.2.1', said).verdict, 'dangerous')
  })
})
