import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { HOUR_MS, type Instant } from '../evidence/index.ts'
import { agreementOf, followed, type Look, type OtherVoice, type Statement } from './epoch-statement.ts'

const RUNS = { seed: 20261122, numRuns: 2000 }
const DAY = 24 * HOUR_MS
const NOW = Date.parse('2026-03-01T12:00:00Z')

/** A voice of the feed of another organisation, `bad` since now. */
const voice = (part: Partial<OtherVoice> = {}): OtherVoice => ({
  organisation: 'feed',
  isWitness: true,
  says: 'bad',
  at: NOW,
  ...part,
})

/** A look of the organisation `ours` at something that it said a moment ago of a subject that was new. */
const look = (part: Partial<Look> = {}): Look => ({
  at: NOW,
  organisation: 'ours',
  said: NOW,
  isNewSubject: true,
  others: [],
  ...part,
})

const OPEN: Statement = { state: 'open', saidAt: NOW, confirmedBy: [] }

const someVoice: fc.Arbitrary<OtherVoice> = fc.record({
  organisation: fc.constantFrom('ours', 'feed', 'partner', 'stranger'),
  isWitness: fc.boolean(),
  says: fc.constantFrom('bad' as const, 'bad' as const, 'cleared' as const),
  at: fc.nat(60).map(days => NOW + (days - 30) * DAY),
})

/** Looks at one statement, one a day, as the source and others go on talking. */
const someLooks = (voices: fc.Arbitrary<OtherVoice> = someVoice) =>
  fc
    .array(
      fc.record({
        said: fc.option(
          fc.nat(3).map(days => -days * DAY),
          { nil: undefined, freq: 4 },
        ),
        others: fc.array(voices, { maxLength: 4 }),
        isNewSubject: fc.boolean(),
      }),
      { minLength: 1, maxLength: 40 },
    )
    .map(days =>
      days.map(({ said, others, isNewSubject }, day): Look => {
        const at: Instant = NOW + day * DAY
        // A subject is new once.
        return look({
          at,
          said: said === undefined ? undefined : at + said,
          others,
          isNewSubject: isNewSubject && day === 0,
        })
      }),
    )

const throughAll = (looks: readonly Look[], before?: Statement) =>
  looks.reduce<Statement | undefined>((statement, each) => followed(statement, each), before)

describe('followed()', () => {
  it('opens what is said first, and confirms it by a witness of another organisation that says it later', () => {
    assert.deepEqual(followed(undefined, look()), OPEN)
    const later = look({ at: NOW + DAY, isNewSubject: false, others: [voice()] })
    assert.deepEqual(followed(OPEN, later), { ...OPEN, state: 'confirmed', confirmedBy: ['feed'] })
  })

  it('gives nothing for what others say already, for what was known once, and for what came at once', () => {
    assert.equal(followed(undefined, look({ isNewSubject: false })), undefined)
    assert.equal(followed(undefined, look({ others: [voice()] })), undefined)
    fc.assert(
      fc.property(someLooks(), looks => {
        const [first, ...rest] = looks
        const echo = { ...first!, isNewSubject: true, others: [...first!.others, voice()] }
        assert.notEqual(throughAll([echo, ...rest])?.state, 'confirmed')
        const known = { ...first!, isNewSubject: false }
        assert.notEqual(throughAll([known, ...rest])?.state, 'confirmed')
      }),
      RUNS,
    )
  })

  it('has neither siblings nor any number of untrusted ones confirm', () => {
    const useless = someVoice.filter(({ organisation, isWitness }) => organisation === 'ours' || !isWitness)
    fc.assert(
      fc.property(someLooks(useless), looks => assert.notEqual(throughAll(looks, OPEN)?.state, 'confirmed')),
      RUNS,
    )
  })

  it('contradicts what a witness clears, within a month after it was said or whenever before', () => {
    const clear = voice({ says: 'cleared', organisation: 'analyst' })
    for (const at of [NOW - 900 * DAY, NOW, NOW + 30 * DAY]) {
      assert.equal(followed(OPEN, look({ others: [{ ...clear, at }] }))?.state, 'contradicted')
      assert.equal(
        followed(undefined, look({ isNewSubject: false, others: [{ ...clear, at }] }))?.state,
        'contradicted',
      )
    }
    assert.equal(followed(OPEN, look({ others: [{ ...clear, at: NOW + 31 * DAY }] }))?.state, 'open')
    assert.equal(followed(OPEN, look({ others: [{ ...clear, isWitness: false }] }))?.state, 'open')
  })

  it('does not let go of a contradiction while it stands, and lets go of it with the clearing', () => {
    const wrong: Statement = { ...OPEN, state: 'contradicted' }
    const clear = voice({ says: 'cleared', organisation: 'analyst' })
    assert.deepEqual(followed(wrong, look({ said: undefined, others: [clear] })), wrong)
    assert.equal(followed(wrong, look({ others: [voice()] })), undefined)
    assert.equal(followed(wrong, look({ at: NOW + 181 * DAY, said: undefined, others: [clear] })), undefined)
  })

  it('counts what is taken back within a week; not upkeep, not what was confirmed; and no second try', () => {
    const gone = (days: number) => look({ at: NOW + days * DAY, said: undefined })
    assert.equal(followed(OPEN, gone(7))?.state, 'revoked')
    assert.equal(followed(OPEN, gone(8)), undefined)
    const confirmed: Statement = { ...OPEN, state: 'confirmed', confirmedBy: ['feed'] }
    assert.deepEqual(followed(confirmed, gone(1)), confirmed)
    const revoked: Statement = { ...OPEN, state: 'revoked' }
    const laterSaid = someLooks(someVoice.filter(({ says }) => says === 'bad'))
    fc.assert(
      fc.property(laterSaid, looks => assert.deepEqual(throughAll(looks, revoked), revoked)),
      RUNS,
    )
  })

  it('gives up what nobody confirms within a month', () => {
    assert.deepEqual(followed(OPEN, look({ at: NOW + 30 * DAY })), OPEN)
    assert.equal(followed(OPEN, look({ at: NOW + 31 * DAY })), undefined)
  })

  it('is the same for any order of the voices', () => {
    fc.assert(
      fc.property(someLooks(), looks => {
        const turned = looks.map(each => ({ ...each, others: each.others.toReversed() }))
        assert.deepEqual(throughAll(turned, OPEN), throughAll(looks, OPEN))
      }),
      RUNS,
    )
  })
})

describe('agreementOf()', () => {
  it('counts states, the organisations that confirmed, and the days on which it was right', () => {
    const confirmed = (days: number, ...confirmedBy: string[]): Statement => ({
      state: 'confirmed',
      saidAt: NOW + days * DAY,
      confirmedBy,
    })
    const statements: Statement[] = [
      OPEN,
      { ...OPEN, state: 'revoked' },
      { ...OPEN, state: 'contradicted' },
      confirmed(0, 'a'),
      confirmed(0, 'a', 'b'),
      confirmed(3, 'b'),
    ]
    assert.deepEqual(agreementOf(statements), {
      confirmed: 3,
      contradicted: 1,
      revoked: 1,
      open: 1,
      confirmers: 2,
      days: 2,
    })
  })
})
