/** The light way to ask a Tocsin node; runs wherever there is `fetch`. */
export type {
  Role,
  WireAnswer,
  WireEnrolment,
  WireEvidence,
  WireExplanation,
  WireHead,
  WireImport,
  WireKey,
  WireNewEnrolment,
  WireNewKey,
  WireReceipt,
  WireRetraction,
  WireStatus,
  WireUnparsed,
} from '@tocsin/core/wire'
export type { ServerAddress, Whom } from './addresses.ts'
export type { AppealClient } from './appeals.ts'
export { type ClientAnswer, type ImportOptions, TocsinClient, type TocsinClientOptions } from './client.ts'
export type { FeedbackClient } from './feedback.ts'
export type { FeedClient } from './feeds.ts'
export type { KeyClient } from './keys.ts'
export type { Fetch, FetchInit, FetchResponse, RequestBody } from './platform.ts'
export { TocsinProblem } from './problem.ts'
export type { ClientOptions } from './transport.ts'
export type { TrustClient } from './trust.ts'
export type { UnknownClient, UnknownQuestion } from './unknown.ts'
