export { REASON_PHRASES } from '../evidence/index.ts'
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
export { type Action, type Policy, PolicyList, type Ruling } from './policy.ts'
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
