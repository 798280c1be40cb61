/** Answers with neighbours in play: what is held of judgments in scoring/correlation.test.ts, through the eight bytes. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { encodeHex } from '../base/index.ts'
import { type EvidenceRecord, HOUR_MS, isEvent, KINDS, type Kind, kindOf, mergeRecords } from '../evidence/index.ts'
import { type Case, judge, type SourceStanding } from '../scoring/index.ts'
import { netRange, PrefixTable, parseSubject, type Subject, type SubjectType, subjectKey } from '../subject/index.ts'
import { answerFor, type EntryReader } from './answer.ts'
import { type Entry, entryOf, packEntry, unpackEntry, verdictAt } from './entry.ts'
import { VERDICTS, verdictOf } from './verdict.ts'

const NOW = Date.UTC(2026, 5, 30)
const RUNS = { seed: 20261122, numRuns: 2000 }
const KIND_ROWS: readonly Kind[] = KINDS

const standingOf = (source: string): SourceStanding => ({
  trustStep: [2, 4, 7, 8, 12, 15][Number(source.slice(1)) % 6]!,
  organisation: `o${Number(source.slice(1)) % 5}`,
})

/** A question and all that it matches; whatever is said of the file is said of a neighbour of each. */
const QUESTIONS = [
  { question: 'url:a.example.com/x', about: ['url:a.example.com/x', 'domain:a.example.com', 'domain:example.com'] },
  { question: 'ip:192.0.2.7', about: ['ip:192.0.2.7', 'net:192.0.2.0/24'] },
] as const
const MET = ['file', 'ip', 'url'] as const

interface Said {
  readonly about: string
  readonly record: EvidenceRecord
}

/** Who met whom, fixed for a run: for each thing that matches, the neighbours' degrees and who saw them. */
interface Company {
  readonly degree: number
  readonly by: readonly (readonly string[])[]
}

const someSaid = (about: readonly string[], kinds: readonly Kind[], ages: number): fc.Arbitrary<Said> =>
  fc
    .record({
      about: fc.constantFrom(...about, ...MET),
      kind: fc.constantFrom(...kinds.map(kind => kind.name)),
      source: fc.nat(8).map(n => `s${n}`),
      confidence: fc.integer({ min: 1, max: 1000 }),
      age: fc.nat(ages),
    })
    .map(({ about: text, kind, source, confidence, age }) => ({
      about: text,
      record: { kind, source, confidence, at: isEvent(kindOf(kind)) ? NOW - age * HOUR_MS : undefined },
    }))

const someCompany: fc.Arbitrary<Company> = fc.record({
  degree: fc.constantFrom(1, 3, 8, 1000),
  by: fc.array(
    fc.uniqueArray(
      fc.nat(8).map(n => `s${n}`),
      { minLength: 1, maxLength: 3 },
    ),
    {
      minLength: MET.length,
      maxLength: MET.length,
    },
  ),
})

function recordsOf(said: readonly Said[], about: string): EvidenceRecord[] {
  const records = new Map<string, EvidenceRecord>()
  for (const { about: text, record } of said) {
    if (text !== about) continue
    const name = `${record.source} ${record.kind}`
    const before = records.get(name)
    records.set(name, before === undefined ? record : mergeRecords(before, record))
  }
  return [...records.values()]
}

function caseOf(type: SubjectType, about: string, said: readonly Said[], { degree, by }: Company): Case {
  const neighbours = MET.map((met, place) => ({
    type: met,
    text: `${met}:met`,
    records: recordsOf(said, met),
    degree: 2,
    by: by[place]!,
  }))
  return { records: recordsOf(said, about), standingOf, relations: { type, degree, neighbours } }
}

const subjectOf = (text: string): Subject => {
  const parsed = parseSubject(text)
  assert.ok(parsed.ok)
  return parsed.value
}

function bookOf(about: readonly string[], said: readonly Said[], company: Company): EntryReader {
  const entries = new Map<string, Entry>()
  const nets = new PrefixTable<Entry>()
  for (const text of about) {
    const subject = subjectOf(text)
    const entry = entryOf(caseOf(subject.type, text, said, company))
    if (entry === undefined) continue
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

function scoreFor({ question, about }: (typeof QUESTIONS)[number], said: readonly Said[], company: Company): number {
  return answerFor(subjectOf(question), bookOf(about, said, company), {
    suffixes: { registrableDomain: () => 'example.com' },
    policy: { level: 'medium', untested: 'allow', lists: [] },
    freshness: { state: 'fresh', ageSeconds: 0 },
    now: NOW,
  }).score
}

const someTrial = (kinds: readonly Kind[]) =>
  fc.constantFrom(...QUESTIONS).chain(asked =>
    fc.record({
      asked: fc.constant(asked),
      company: someCompany,
      // All of one time: within a band an entry shows the score of the time that it was scored for.
      said: fc.array(someSaid(asked.about, KIND_ROWS, 0), { maxLength: 10 }),
      more: someSaid(asked.about, kinds, 0),
    }),
  )

describe('answerFor() with neighbours', () => {
  it('never raises a score for incriminating evidence about a match or a neighbour of one (property 1)', () => {
    fc.assert(
      fc.property(someTrial(KIND_ROWS.filter(kind => kind.direction === 'bad')), ({ asked, said, more, company }) => {
        assert.ok(scoreFor(asked, [...said, more], company) <= scoreFor(asked, said, company))
      }),
      RUNS,
    )
  })

  it('never lowers a score for exculpating evidence about a match or a neighbour of one (property 1)', () => {
    fc.assert(
      fc.property(someTrial(KIND_ROWS.filter(kind => kind.direction === 'good')), ({ asked, said, more, company }) => {
        assert.ok(scoreFor(asked, [...said, more], company) >= scoreFor(asked, said, company))
      }),
      RUNS,
    )
  })

  it('does not depend on the order of what was said (property 2)', () => {
    fc.assert(
      fc.property(someTrial(KIND_ROWS), ({ asked, said, company }) => {
        assert.equal(scoreFor(asked, said.toReversed(), company), scoreFor(asked, said, company))
      }),
      RUNS,
    )
  })
})

describe('entryOf() with neighbours', () => {
  const someCase = fc
    .record({
      said: fc.array(someSaid(['url:a.example.com/x'], KIND_ROWS, 24 * 60), { minLength: 1, maxLength: 8 }),
      company: someCompany,
    })
    .map(({ said, company }) => caseOf('url', 'url:a.example.com/x', said, company))

  it('never claims a worse verdict than the judgment at that time, and at most 19 % less long', () => {
    fc.assert(
      fc.property(someCase, fc.nat(24 * 1000), (kase, hours) => {
        const entry = entryOf(kase)
        if (entry === undefined) return
        const exact = (at: number) => {
          const { score, incriminated } = judge(kase, at)
          return VERDICTS.indexOf(verdictOf(score, incriminated))
        }
        const now = entry.scoredAt + hours * HOUR_MS
        const shown = VERDICTS.indexOf(verdictAt(entry, now).verdict)
        assert.ok(shown <= Math.max(exact(now), VERDICTS.indexOf('untested')))
        assert.ok(shown >= exact(entry.scoredAt + (hours + 1) * 1.2 * HOUR_MS))
      }),
      RUNS,
    )
  })

  it('is of the latest time that a record of the subject or of a neighbour bears, and lapses with it', () => {
    const records: EvidenceRecord[] = [{ kind: 'malware-hosted', source: 's4', confidence: 1000, at: NOW }]
    const neighbours = [{ type: 'url', text: 'url:example.com/x', records, degree: 1, by: ['s4'] }] as const
    const entry = entryOf({ records: [], standingOf, relations: { type: 'ip', degree: 1, neighbours } })!
    assert.deepEqual([entry.scoredAt, entry.reason, entry.organisations], [NOW, 'malware', 0])
    assert.equal(verdictAt(entry, NOW).verdict, 'highly-suspicious')
    assert.equal(verdictAt(entry, NOW + 365 * 24 * HOUR_MS).verdict, 'untested')
    const hub = { type: 'ip', degree: 1001, neighbours } as const
    assert.equal(entryOf({ records: [], standingOf, relations: hub }), undefined)
  })
})
