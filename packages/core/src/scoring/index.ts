export { type Case, type Contribution, type Judgment, judge } from './judge.ts'
export { QUORUM } from './quorum.ts'
export { BOUND, PRIOR, QUORUM_CEILING, scoreOf } from './scale.ts'
export { isTrusted, type SourceStanding, TRUST_STEPS, TRUSTED_STEP, trustStepOf } from './trust.ts'
