/** The light way to ask a Tocsin node; runs wherever there is `fetch`. */
export type {
  Role,
  WireAnswer,
  WireEvidence,
  WireExplanation,
  WireHead,
  WireImport,
  WireKey,
  WireNewKey,
  WireReceipt,
  WireRetraction,
  WireStatus,
  WireUnparsed,
} from '@tocsin/core/wire'
export type { AppealClient } from './appeals.ts'
export { type ImportOptions, TocsinClient, type TocsinClientOptions } from './client.ts'
export type { FeedClient } from './feeds.ts'
export type { KeyClient } from './keys.ts'
export type { Fetch, FetchInit, FetchResponse, RequestBody } from './platform.ts'
export { TocsinProblem } from './problem.ts'
export type { ClientOptions } from './transport.ts'
export type { TrustClient } from './trust.ts'
