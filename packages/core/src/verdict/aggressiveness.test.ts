import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { HOUR_MS, REASON_PHRASES, type Reason } from '../evidence/index.ts'
import { netRange, PrefixTable, type PublicSuffixes, parseSubject, type Subject } from '../subject/index.ts'
import { type Answer, answerFor, type NetMatch } from './answer.ts'
import type { Entry } from './entry.ts'
import { AGGRESSIVENESS, type Aggressiveness, type Policy, PolicyList } from './policy.ts'

const NOW = Date.UTC(2026, 5, 30)
const FOR_GOOD = 63
const NO_SUFFIXES: PublicSuffixes = { registrableDomain: () => undefined }

function subjectOf(text: string): Subject {
  const parsed = parseSubject(text)
  assert.ok(parsed.ok)
  return parsed.value
}

/** An entry with the lapses that its band can have. */
function entry(score: number, more: Partial<Entry> = {}): Entry {
  const [a, b, c] = [FOR_GOOD, FOR_GOOD, FOR_GOOD]
  const lapses: Entry['lapses'] = score <= 50 ? [a, b, c] : score <= 65 ? [0, b, c] : [0, 0, c]
  const rest = { stops: false, scoredAt: NOW, restsSafe: false, protection: undefined, organisations: 1 }
  return { score, reason: 'spam', incriminated: true, lapses, ...rest, ...more }
}

type Entries = Readonly<Record<string, Entry>>

function answer(question: string, entries: Entries, policy: Partial<Policy>, now = NOW): Answer {
  const nets = new PrefixTable<Entry>()
  for (const [text, held] of Object.entries(entries)) {
    const { address, prefixLength } = netRange(subjectOf(text))
    nets.set(address, prefixLength, held)
  }
  const matchIp = (address: Uint8Array): NetMatch[] =>
    nets.match(address).map(({ prefixLength, value }) => ({ prefixLength, entry: value }))
  return answerFor(
    subjectOf(question),
    { get: () => undefined, matchIp },
    {
      suffixes: NO_SUFFIXES,
      policy: { level: 'medium', untested: 'allow', lists: [], ...policy },
      freshness: { state: 'fresh', ageSeconds: 0 },
      now,
    },
  )
}

/** The steps that block. */
function refusedAt(entries: Entries, question = 'ip:198.51.100.7'): Aggressiveness[] {
  return AGGRESSIVENESS.filter(mail => answer(question, entries, { mail }).action === 'block')
}

const own = (held: Entry): Entries => ({ 'ip:198.51.100.7': held })

const someEntry: fc.Arbitrary<Entry> = fc
  .record({
    score: fc.nat(100),
    incriminated: fc.boolean(),
    stops: fc.boolean(),
    restsSafe: fc.boolean(),
    age: fc.integer({ min: -3, max: 300 }),
    lapses: fc.tuple(fc.nat(63), fc.nat(63), fc.nat(63)),
    reason: fc.constantFrom(...(Object.keys(REASON_PHRASES) as Reason[])),
    protection: fc.constantFrom(undefined, 'popular' as const, 'certified' as const),
    organisations: fc.nat(3),
  })
  .map(({ age, lapses, ...rest }) => {
    const [a, b, c] = lapses.toSorted((x, y) => x - y)
    return { ...rest, scoredAt: age === -3 ? 0 : NOW - age * HOUR_MS, lapses: [a!, b!, c!] as const }
  })

const someEntries = fc.dictionary(
  fc.constantFrom('ip:198.51.100.7', 'net:198.51.100.0/24', 'net:198.51.0.0/16'),
  someEntry,
)

const LISTS = [
  [],
  [new PolicyList('site', [subjectOf('ip:198.51.100.7')], [])],
  [new PolicyList('site', [], [subjectOf('net:198.51.100.0/28')])],
] as const

describe('mail aggressiveness', () => {
  it('refuses at each step all that it refuses at the one before, and advises on exactly what is blocked', () => {
    fc.assert(
      fc.property(
        someEntries,
        fc.constantFrom(...LISTS),
        fc.constantFrom('ip:198.51.100.7', 'ip:10.0.0.1'),
        fc.constantFrom('allow' as const, 'block' as const),
        fc.integer({ min: 0, max: 500 }),
        (entries, lists, question, untested, hours) => {
          let wasBlocked = false
          let wasPermanent = false
          for (const mail of AGGRESSIVENESS) {
            const { action, advice } = answer(question, entries, { mail, lists, untested }, NOW + hours * HOUR_MS)
            assert.ok(action === 'block' || !wasBlocked, `${mail} lets pass what is refused before`)
            assert.equal(action === 'block', advice !== undefined)
            assert.ok(advice === 'permanent' || !wasPermanent, `${mail} refuses for a while what is refused for good`)
            wasBlocked = action === 'block'
            wasPermanent = advice === 'permanent'
          }
        },
      ),
      { seed: 20261122, numRuns: 5000 },
    )
  })

  it('refuses from 0 on what is dangerous and backed by two organisations, or by one whose listing stands', () => {
    const fading = { lapses: [9, 20, 30] } as const
    assert.deepEqual(refusedAt(own(entry(30))), [0, 1, 2, 3, 4])
    assert.deepEqual(refusedAt(own(entry(30, { ...fading, organisations: 2 }))), [0, 1, 2, 3, 4])
    assert.deepEqual(refusedAt(own(entry(30, fading))), [1, 2, 3, 4])
    assert.deepEqual(refusedAt(own(entry(30, { organisations: 0 }))), [1, 2, 3, 4])
  })

  it('refuses from 2 on what is highly suspicious, from 3 on what a trusted organisation finds suspicious', () => {
    assert.deepEqual(refusedAt(own(entry(60))), [2, 3, 4])
    assert.deepEqual(refusedAt(own(entry(67, { reason: 'policy' }))), [3, 4])
    assert.deepEqual(refusedAt(own(entry(67, { organisations: 0, reason: 'neighbourhood' }))), [4])
    assert.deepEqual(refusedAt(own(entry(75))), [4], 'much speaks for it')
    assert.deepEqual(refusedAt(own(entry(90, { incriminated: false }))), [])
  })

  it('refuses whom nobody knows at 4 alone, but not who is protected, and never the site’s own machines', () => {
    assert.deepEqual(refusedAt({}), [4])
    assert.deepEqual(refusedAt({}, 'ip:192.168.3.4'), [])
    assert.deepEqual(refusedAt({}, 'ip:::1'), [])
    const known = entry(71, { incriminated: false, protection: 'popular', organisations: 0 })
    assert.deepEqual(refusedAt({ 'net:198.51.100.0/24': known }), [])
    assert.deepEqual(refusedAt({ 'net:198.51.100.0/24': known, ...own(entry(30)) }), [4], 'one word against it')
  })

  it('leaves other subjects to the level, and addresses too where it is not set', () => {
    const held = { 'net:198.51.100.0/24': entry(60) }
    assert.equal(answer('net:198.51.100.0/24', held, { mail: 0 }).action, 'block')
    assert.equal(answer('net:198.51.100.0/24', held, { mail: 0 }).advice, undefined)
    assert.equal(answer('ip:198.51.100.7', held, { level: 'low' }).action, 'allow')
    assert.equal(answer('ip:198.51.100.7', held, { level: 'medium' }).action, 'block')
    assert.equal(answer('ip:198.51.100.7', held, { level: 'off', mail: 2 }).action, 'block')
  })

  it('stands below the lists, and beside the switch for the untested', () => {
    const approved = [new PolicyList('site', [subjectOf('ip:198.51.100.7')], [])]
    const blocked = [new PolicyList('site', [], [subjectOf('ip:198.51.100.7')])]
    assert.equal(answer('ip:198.51.100.7', own(entry(3)), { mail: 4, lists: approved }).action, 'allow')
    assert.equal(answer('ip:198.51.100.7', {}, { mail: 0, lists: blocked }).action, 'block')
    assert.equal(answer('ip:198.51.100.7', {}, { mail: 0, untested: 'block' }).action, 'block')
  })
})
