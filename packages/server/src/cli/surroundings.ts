/** What the commands need of the world, handed in by `main`: tests hand in something else. */
import type { AppealClient, FeedbackClient, FeedClient, TrustClient, UnknownClient } from '@tocsin/client'
import type {
  WireAnswer,
  WireEnrolment,
  WireEvidence,
  WireExplanation,
  WireImport,
  WireKey,
  WireNewEnrolment,
  WireNewKey,
  WireReceipt,
  WireUnparsed,
} from '@tocsin/core/wire'
import type { Config } from '../config/index.ts'

/** What every line of an imported list means. */
export interface ImportMeaning {
  readonly kind?: string
  readonly confidence: number
  /** The name of a format, or `auto`. */
  readonly format: string
  /** For the format `csv`: which column is what, as in `subject=2,observedAt=1`. */
  readonly columns?: string
  readonly asOf?: string
  /** Who is behind the source; its own name, where absent. */
  readonly organisation?: string
  /** What the list was called where it comes from. */
  readonly fileName?: string
}

/** What answers, explains and imports: a node over HTTP, or a data folder that no node holds. */
export interface Respondent {
  /** Answers for subjects in canonical text, in the order asked. */
  check(subjects: readonly string[]): Promise<readonly (WireAnswer | WireUnparsed)[]>
  /** @param at RFC 3339; now, where absent */
  explain(subject: string, at?: string): Promise<WireExplanation>
  importList(source: string, chunks: AsyncIterable<Uint8Array>, meaning: ImportMeaning): Promise<WireImport>
}

/** A node over HTTP. All methods reject with a `ProblemError`: `unavailable` where nobody answers. */
export interface RemoteNode extends Respondent {
  /** The node's clock, in milliseconds since 1970. */
  now(): Promise<number>
  report(evidence: readonly WireEvidence[]): Promise<WireReceipt>
  retract(items: readonly { readonly subject: string; readonly kind: string }[]): Promise<number>
  addKey(key: WireNewKey): Promise<WireKey>
  listKeys(): Promise<readonly WireKey[]>
  revokeKey(name: string): Promise<void>
  revokeAndRetract(name: string): Promise<number>
  openEnrolment(enrolment: WireNewEnrolment): Promise<WireEnrolment>
  listEnrolments(): Promise<readonly WireEnrolment[]>
  cancelEnrolment(name: string): Promise<void>
  readonly feeds: Pick<FeedClient, keyof FeedClient>
  readonly feedback: Pick<FeedbackClient, keyof FeedbackClient>
  readonly appeals: Pick<AppealClient, keyof AppealClient>
  readonly trust: Pick<TrustClient, keyof TrustClient>
  readonly unknown: Pick<UnknownClient, keyof UnknownClient>
}

/** A data folder, opened by this process. Opening it fails as `unavailable` while a node holds it. */
export interface OpenFolder extends Respondent, AsyncDisposable {}

/** A node that runs in this process. An address is empty where its listener is off. */
export interface RunningNode extends AsyncDisposable {
  readonly httpUrl: string
  readonly dnsAddress: string
}

/** A relay that runs in this process. */
export interface RunningRelay extends AsyncDisposable {
  readonly url: string
}

/** A stream for people or for programs. */
export interface Output {
  write(text: string): void
  readonly isTerminal: boolean
  readonly colours: boolean
}

/** The world. */
export interface Surroundings {
  readonly version: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly input: AsyncIterable<Uint8Array>
  readonly output: Output
  readonly errors: Output
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly connect: (server: string, key: string | undefined) => RemoteNode
  readonly openFolder: (config: Config) => Promise<OpenFolder>
  /** Whether another process holds the data folder. */
  readonly isHeld: (dataFolder: string) => Promise<boolean>
  readonly start: (config: Config) => Promise<RunningNode>
  readonly startEdge: (config: Config) => Promise<RunningNode>
  readonly startRelay: (config: Config) => Promise<RunningRelay>
  /** Resolves when the process is asked to end. */
  readonly untilAsked: () => Promise<void>
}
