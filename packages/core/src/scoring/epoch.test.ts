import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type Learner, type Learning, MOVE_MAX, nextStep, TRUSTED_FROM } from './epoch.ts'
import { type Agreement, NO_AGREEMENT } from './epoch-statement.ts'
import { TRUST_STEPS, TRUSTED_STEP, trustStepOf } from './trust.ts'

const RUNS = { seed: 20261122, numRuns: 2000 }
const FRESH = trustStepOf(0.3)

/** Counts that earn trust: more than the rules ask. */
const PROVEN: Agreement = { ...NO_AGREEMENT, confirmed: 60, confirmers: 3, days: 30 }

const someStep = fc.integer({ min: 0, max: TRUST_STEPS })
const someLearning = fc.constantFrom<Learning>('both-ways', 'downwards', 'never')

const someAgreement: fc.Arbitrary<Agreement> = fc.record({
  confirmed: fc.nat(400),
  contradicted: fc.oneof(fc.nat(5), fc.nat(400)),
  revoked: fc.oneof(fc.nat(5), fc.nat(400)),
  open: fc.nat(1000),
  confirmers: fc.nat(5),
  days: fc.nat(60),
})

const someLearner: fc.Arbitrary<Learner> = fc.record({
  learning: someLearning,
  startStep: someStep,
  beforeStep: someStep,
  agreement: someAgreement,
})

/** The step in the end, where the counts stay as they are. */
function settled(learner: Learner): { step: number; epochs: number } {
  let step = learner.beforeStep
  for (let epochs = 0; ; epochs++) {
    const { afterStep } = nextStep({ ...learner, beforeStep: step })
    if (afterStep === step) return { step, epochs }
    step = afterStep
  }
}

const key = (agreement: Partial<Agreement>, startStep = FRESH): Learner => ({
  learning: 'both-ways',
  startStep,
  beforeStep: startStep,
  agreement: { ...NO_AGREEMENT, ...agreement },
})

describe('nextStep()', () => {
  it('leaves a source of which nothing was seen where it began, whatever that is', () => {
    for (let step = 0; step <= TRUST_STEPS; step++) {
      for (const learning of ['both-ways', 'downwards', 'never'] as const) {
        const learner = { learning, startStep: step, beforeStep: step, agreement: { ...NO_AGREEMENT, open: 500 } }
        const { afterStep, adviceStep } = nextStep(learner)
        assert.deepEqual([afterStep, adviceStep], [step, step])
      }
    }
  })

  it('takes a fresh key from 5 over 7 and 9 to 10 for thirty confirmed statements, as its essay says', () => {
    const proven = { confirmed: 30, days: 14, confirmers: 2 }
    assert.deepEqual(settled(key(proven)), { step: 10, epochs: 3 })
    assert.equal(settled(key({ ...proven, contradicted: 2 })).step, 9)
    assert.equal(settled(key({ ...proven, contradicted: 4 })).step, 7)
  })

  it('trusts no fresh key that lacks one of: statements, days, organisations, being right', () => {
    const wrong = Math.floor(PROVEN.confirmed * TRUSTED_FROM.wrongShare) + 1
    for (const lack of [
      { confirmed: TRUSTED_FROM.confirmed - 1 },
      { days: TRUSTED_FROM.days - 1 },
      { confirmers: TRUSTED_FROM.confirmers - 1 },
      { contradicted: wrong },
      { revoked: wrong },
    ]) {
      assert.ok(settled(key({ ...PROVEN, ...lack })).step < TRUSTED_STEP, JSON.stringify(lack))
    }
    assert.ok(settled(key(PROVEN)).step >= TRUSTED_STEP)
    const { why } = nextStep({ ...key({ ...PROVEN, days: 3 }), beforeStep: TRUSTED_STEP - 1 })
    assert.equal(why, 'waiting')
  })

  it('moves by two steps at most, and stays between 0 and 15', () => {
    fc.assert(
      fc.property(someLearner, learner => {
        const { afterStep, adviceStep, why } = nextStep(learner)
        assert.ok(Number.isInteger(afterStep) && afterStep >= 0 && afterStep <= TRUST_STEPS)
        assert.ok(adviceStep >= 0 && adviceStep <= TRUST_STEPS)
        if (why !== 'fixed') assert.ok(Math.abs(afterStep - learner.beforeStep) <= MOVE_MAX)
      }),
      RUNS,
    )
  })

  it('never rewards what was wrong, and never punishes what was confirmed', () => {
    fc.assert(
      fc.property(someLearner, fc.constantFrom('contradicted' as const, 'revoked' as const), (learner, field) => {
        const { agreement } = learner
        const worse = { ...agreement, [field]: agreement[field] + 1 }
        assert.ok(settled({ ...learner, agreement: worse }).step <= settled(learner).step)
      }),
      RUNS,
    )
    fc.assert(
      fc.property(someLearner, learner => {
        const { agreement } = learner
        const better = { ...agreement, confirmed: agreement.confirmed + 1 }
        assert.ok(settled({ ...learner, agreement: better }).step >= settled(learner).step)
      }),
      RUNS,
    )
  })

  it('lets no key learn more than 0.95, and none more than it is pinned to', () => {
    fc.assert(
      fc.property(someAgreement, fc.integer({ min: 0, max: 13 }), someStep, (agreement, startStep, pinnedStep) => {
        const learner = key(agreement, startStep)
        assert.ok(settled(learner).step / TRUST_STEPS <= 0.95)
        assert.deepEqual(nextStep({ ...learner, pinnedStep }).afterStep, pinnedStep)
      }),
      RUNS,
    )
  })

  it('never raises a list above where the operator put it, and lowers it for a twentieth that is wrong', () => {
    fc.assert(
      fc.property(someAgreement, someStep, (agreement, startStep) => {
        const list: Learner = { learning: 'downwards', startStep, beforeStep: startStep, agreement }
        assert.ok(settled(list).step <= startStep)
      }),
      RUNS,
    )
    const list = (agreement: Partial<Agreement>): Learner => ({ ...key(agreement, 12), learning: 'downwards' })
    assert.equal(settled(list({ open: 19_000, contradicted: 950 })).step, 12)
    assert.ok(settled(list({ open: 19_000, contradicted: 1001 })).step < TRUSTED_STEP)
    assert.equal(settled(list({ open: 10, contradicted: 2 })).step, 12, 'two are no pattern')
    // Wrong in one of seven, and right in the rest: less trusted, and trusted still.
    const mixed = settled(list({ open: 30_000, confirmed: 15_000, contradicted: 2500 })).step
    assert.ok(mixed >= TRUSTED_STEP && mixed < 12, String(mixed))
    const back = nextStep({ ...list({ open: 1000 }), beforeStep: 6 })
    assert.deepEqual([back.afterStep, back.why], [8, 'recovering'])
  })

  it('has a trusted reporter fall below trust within three epochs, its long record notwithstanding', () => {
    const record = { confirmed: 100_000, confirmers: 9, days: 180 }
    const fallen = settled(key({ ...record, revoked: 100, contradicted: 20 }, 12))
    assert.ok(fallen.step < TRUSTED_STEP)
    assert.ok(fallen.epochs <= 3)
    assert.ok(settled(key({ revoked: 10 }, 12)).step < TRUSTED_STEP)
    // Nobody is always right.
    assert.ok(settled(key({ ...record, contradicted: 10 }, 12)).step >= 12)
  })

  it('keeps a source that the operator gave nothing at nothing', () => {
    assert.deepEqual(nextStep(key(PROVEN, 0)).afterStep, 0)
    assert.deepEqual(nextStep({ ...key(PROVEN), learning: 'never' }).afterStep, FRESH)
  })
})
