export { audible, NEIGHBOURS_MAX, type Neighbour, type Relations } from './correlation.ts'
export { EPOCH_REASONS, type EpochReason, type Learned, type Learner, type Learning, nextStep } from './epoch.ts'
export {
  type Agreement,
  agreementOf,
  followed,
  type Look,
  NO_AGREEMENT,
  type OtherVoice,
  REMEMBERED_DAYS,
  type Statement,
} from './epoch-statement.ts'
export { type Assessment, assess, type Case, type Contribution, type Judgment, judge } from './judge.ts'
export { QUORUM } from './quorum.ts'
export { BOUND, PRIOR, QUORUM_CEILING, scoreOf } from './scale.ts'
export * from './signs/index.ts'
export { dampingOf } from './transfer.ts'
export { isTrusted, type SourceStanding, TRUST_STEPS, TRUSTED_STEP, trustStepOf } from './trust.ts'
export type { Via } from './voices.ts'
