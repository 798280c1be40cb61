/** Trust that fresh keys could give each other: what property 4 rests on where trust is learnt. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { HOUR_MS } from '../../evidence/index.ts'
import { type Learner, nextStep } from '../epoch.ts'
import { agreementOf, followed, type OtherVoice, type Statement } from '../epoch-statement.ts'
import { TRUST_STEPS, TRUSTED_STEP } from '../trust.ts'
import { runs } from './runs.fixture.ts'
import { NOW } from './said.fixture.ts'

const DAY = 24 * HOUR_MS

/** Crowds agree with whatever is said; the days on which they do are drawn, and whether they clear as well. */
const someCrowd = (organisations: readonly string[], isWitness: boolean): fc.Arbitrary<OtherVoice[]> =>
  fc.array(
    fc.record({
      organisation: fc.constantFrom(...organisations),
      isWitness: fc.constant(isWitness),
      says: fc.constantFrom('bad' as const, 'bad' as const, 'cleared' as const),
      at: fc.nat(30).map(days => NOW + days * DAY),
    }),
    { maxLength: 12 },
  )

/** What became of as many statements as there are crowds, each said on a day of its own and looked at for a month. */
function statementsOf(crowds: readonly (readonly OtherVoice[])[]): Statement[] {
  return crowds.flatMap((others, n) => {
    let state: Statement | undefined
    for (let day = n % 30; day < (n % 30) + 31; day++) {
      const at = NOW + day * DAY
      const heard = others.filter(voice => voice.at <= at)
      state = followed(state, { at, organisation: 'ours', said: at, isNewSubject: state === undefined, others: heard })
    }
    return state === undefined ? [] : [state]
  })
}

/** The step after so many epochs, the counts being what they are. */
function stepAfter(epochs: number, learner: Learner): number {
  let step = learner.beforeStep
  for (let n = 0; n < epochs; n++) step = nextStep({ ...learner, beforeStep: step }).afterStep
  return step
}

const someStart = fc.integer({ min: 0, max: TRUSTED_STEP - 1 })

describe('an epoch of trust', () => {
  it('does not lift a key that none but fresh keys agree with, however many they are (property 4)', () => {
    const crowds = fc.array(someCrowd(['ours', 'fresh', 'newer', 'newest'], false), { maxLength: 40 })
    fc.assert(
      fc.property(crowds, someStart, (others, startStep) => {
        const agreement = agreementOf(statementsOf(others))
        assert.deepEqual([agreement.confirmed, agreement.contradicted], [0, 0])
        const learner: Learner = { learning: 'both-ways', startStep, beforeStep: startStep, agreement }
        assert.ok(stepAfter(30, learner) <= startStep)
      }),
      runs(300),
    )
  })

  it('does not make a key trusted with the help of one trusted organisation (property 4)', () => {
    const crowds = fc.array(someCrowd(['ours', 'friend'], true), { minLength: 20, maxLength: 60 })
    fc.assert(
      fc.property(crowds, someStart, fc.integer({ min: 0, max: TRUST_STEPS }), (others, startStep, beforeStep) => {
        const agreement = agreementOf(statementsOf(others))
        const learner: Learner = { learning: 'both-ways', startStep, beforeStep, agreement }
        assert.ok(stepAfter(30, learner) < TRUSTED_STEP)
      }),
      runs(300),
    )
  })
})
