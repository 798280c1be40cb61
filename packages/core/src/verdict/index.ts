export { REASON_PHRASES } from '../evidence/index.ts'
export { ADVICES, type Advice, adviceFor, DERIVED_REASONS, PERMANENT_HOURS, SMTP_REPLIES } from './advice.ts'
export {
  actionFor,
  isDoubted,
  NEVER_REFUSED,
  type Place,
  REFUSES_UNTESTED,
  refusedFrom,
  type Seen,
} from './aggressiveness.ts'
export {
  type Answer,
  type AnswerContext,
  type AnswerState,
  answerFor,
  type EntryReader,
  type Freshness,
  type NetMatch,
} from './answer.ts'
export { type Entry, entryOf, lapsesAt, type PackedEntry, packEntry, unpackEntry, verdictAt } from './entry.ts'
export { type Action, AGGRESSIVENESS, type Aggressiveness, type Policy, PolicyList, type Ruling } from './policy.ts'
export {
  BAND_FLOORS,
  isBlockedAt,
  LEVELS,
  type Level,
  UNTESTED_SCORE,
  VERDICTS,
  type Verdict,
  verdictOf,
} from './verdict.ts'
