/** An edge's upstreams, put together: servers, pinned keys, downloads, and the synchroniser that follows them. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { ProblemError } from '@tocsin/core/base'
import type { Instant } from '@tocsin/core/evidence'
import { SUBJECT_TYPES, type SubjectType } from '@tocsin/core/subject'
import type { EnrolmentToken, WireEntryKey } from '@tocsin/core/wire'
import type { Head } from '../book/book.ts'
import type { Mirror } from '../book/replica.ts'
import type { FeedbackUplink } from '../feedback/sender.ts'
import type { Log } from '../ops/events.ts'
import type { MirrorNumbers } from '../ops/mirror.ts'
import { Downloads } from '../upstream/download.ts'
import { UpstreamEnrolment } from '../upstream/enrolment.ts'
import { Following, type Later } from '../upstream/following.ts'
import { Heads } from '../upstream/heads.ts'
import { introduce } from '../upstream/introduction.ts'
import type { Relay } from '../upstream/relay/relay.ts'
import { type Send, UpstreamServer } from '../upstream/server.ts'
import { type ServerHealth, type ServerOrder, Servers } from '../upstream/servers.ts'
import { Synchroniser, type SyncProgress } from '../upstream/synchroniser.ts'
import { TrustedKeys } from '../upstream/trusted-keys.ts'
import { openRelay } from './relaying.ts'

/** What upstreams are followed with. */
export interface UpstreamOptions {
  readonly dataFolder: string
  /** At least one, without a path. */
  readonly urls: readonly string[]
  readonly order: ServerOrder
  readonly key: () => string | undefined
  /** By which the edge gets its key, which is then kept in `keyPath`. */
  readonly enrol?: { readonly token: EnrolmentToken; readonly keyPath: string } | undefined
  readonly types: readonly SubjectType[]
  readonly mirror: Mirror
  readonly version: string
  readonly clock: () => Instant
  readonly log: Log
  /** Told each time that the mirror is known to be where its upstream is. */
  readonly confirmed: (at: Instant) => void
  /** Told when an upstream answers again. */
  readonly recovered: () => void
  /** By which name this edge stands in `Via`. */
  readonly name: string
  /** Of the files that are kept for nodes behind this one; 0 where there are none. */
  readonly relayBytesMax: number
  /** Default: the runtime's. */
  readonly send?: Send | undefined
  readonly later?: Later | undefined
  readonly random?: (() => number) | undefined
}

/** The upstreams while they are followed. */
export interface RunningUpstream extends AsyncDisposable {
  /** Resolves when the first round has ended, well or not. */
  readonly firstRound: Promise<void>
  /** Whether a token is still to bring this edge its key. */
  isEnrolling(): boolean
  /** Why nobody takes the token; `undefined` as long as somebody may. */
  refusal(): ProblemError | undefined
  explain(subject: string, at: string | undefined, via: string | undefined): Promise<unknown>
  /** Entries by their keys, as they came. Rejects with a `ProblemError`. */
  entries(keys: readonly WireEntryKey[]): Promise<unknown>
  /** For nodes behind this one; `undefined` where it is off, or the mirror holds some types only. */
  readonly relay: Relay | undefined
  /** The way for feedback. */
  readonly uplink: FeedbackUplink
  progress(): SyncProgress
  health(): readonly ServerHealth[]
  numbers(): MirrorNumbers
}

/** The pinned public keys. */
export const UPSTREAM_KEYS_FILE = 'upstream-keys.json'

/** What an enrolment has made, kept beside the key that it brings. */
const ENROLMENT_FILE = 'upstream-enrolment.json'

/** For an answer that somebody waits for, in milliseconds. */
const ASKING_MS = 10_000

/** Begins to follow. */
export function followUpstream(options: UpstreamOptions): RunningUpstream {
  const { dataFolder, mirror, types, clock, log, random = Math.random, later = systemLater, send = fetch } = options
  const userAgent = `tocsin/${options.version} (edge)`
  const servers = new Servers({
    servers: options.urls.map(
      url => new UpstreamServer({ url, key: options.key, send, userAgent, name: options.name }),
    ),
    order: options.order,
    clock,
    random,
  })
  const keys = new TrustedKeys(join(dataFolder, UPSTREAM_KEYS_FILE))
  const heads = new Heads({ keys, clock, keyNamed: ({ keyId }) => log('upstream-key-named', { keyId }) })
  const enrolment = enrolmentOf(options, keys)
  if (enrolment?.isDone === true) log('already-enrolled', { keyIds: keys.list().map(({ keyId }) => keyId) })
  const rounds = { well: 0, failed: 0 }
  let confirmedAt: Instant | undefined
  const isWhole = types.length === SUBJECT_TYPES.length
  const { relayBytesMax: bytesMax } = options
  const relaying =
    isWhole && bytesMax > 0
      ? openRelay({
          dataFolder,
          bytesMax,
          servers,
          confirmedAt: () => confirmedAt,
          clock,
          later,
          heads,
          own: mirror.head(),
        })
      : undefined
  const isAt = ({ bookId, sequence }: Pick<Head, 'bookId' | 'sequence'>): boolean =>
    bookId === mirror.head().bookId && sequence === mirror.head().sequence
  const confirmed = (at: Instant): void => {
    // A node that relays may say less than what is known already; a time that is still to come is none.
    confirmedAt = confirmedAt === undefined || confirmedAt > clock() ? at : Math.max(confirmedAt, at)
    options.confirmed(confirmedAt)
  }
  const resumed = relaying?.relay.head()
  if (resumed !== undefined && isAt(resumed)) confirmed(relaying!.resumedAt!)
  const synchroniser = new Synchroniser({
    mirror,
    types,
    servers,
    heads,
    downloads: new Downloads(join(dataFolder, 'incoming')),
    clock,
    async introduce(server, signal) {
      // Before the first contact may pin anything: what a token says is not to be learnt from whoever answers.
      if (enrolment?.isDone === false) {
        const asked = new UpstreamServer({ url: server.url, key: () => undefined, send, userAgent })
        if (await enrolment.at(asked, signal)) log('enrolled', { url: server.url, keyId: keys.list().at(-1)?.keyId })
      }
      await introduce(server, keys, ({ keyId }, url) => log('upstream-key-pinned', { keyId, url }), signal)
    },
    confirmed: at => {
      rounds.well += 1
      confirmed(at)
      // Not before the mirror is there: what is shown further on is never ahead of what is here.
      if (heads.believed !== undefined && isAt(heads.believed.head)) relaying?.relay.offer(heads.believed)
    },
    healing: why => log('mirror-healing', { why }),
    ...(relaying === undefined ? {} : { applied: relaying.relay.applied }),
  })
  const following = new Following({
    synchroniser,
    servers,
    heads,
    isAt,
    clock,
    later,
    random,
    confirmed,
    failed: error => {
      rounds.failed += 1
      log('mirror-behind', { error })
    },
    recovered() {
      log('mirror-recovered', { sequence: mirror.head().sequence })
      options.recovered()
    },
  })
  return {
    firstRound: following.firstRound,
    isEnrolling: () => enrolment?.isDone === false,
    refusal: () => enrolment?.refusal,
    relay: relaying?.relay,
    explain: (subject, at, via) => explainedBy(servers, subject, at, via),
    entries: asked =>
      servers.ask(server => server.tell('/v1/book/entries', { keys: asked }, AbortSignal.timeout(ASKING_MS))),
    uplink: { send: (path, body, signal, via) => servers.ask(server => server.post(path, body, signal, via)) },
    progress: () => synchroniser.progress(),
    health: () => servers.health(),
    numbers() {
      const { sequence } = mirror.head()
      const upstreamSequence = heads.last?.sequence
      const isBehind = upstreamSequence !== undefined && upstreamSequence > sequence
      return {
        sequence,
        upstreamSequence,
        confirmedAt,
        lagSeconds: isBehind ? Math.max(0, Math.floor((clock() - (confirmedAt ?? clock())) / 1000)) : 0,
        isPushed: following.isPushed,
        healed: synchroniser.healed,
        rounds,
        upstreams: servers.health(),
      }
    },
    async [Symbol.asyncDispose]() {
      await following[Symbol.asyncDispose]()
      await relaying?.[Symbol.asyncDispose]()
    },
  }
}

function enrolmentOf({ enrol, dataFolder, urls }: UpstreamOptions, keys: TrustedKeys): UpstreamEnrolment | undefined {
  if (enrol === undefined) return undefined
  const path = join(dataFolder, ENROLMENT_FILE)
  return new UpstreamEnrolment({ ...enrol, path, keys, random: randomBytes, upstreams: urls.length })
}

async function explainedBy(
  servers: Servers,
  subject: string,
  at: string | undefined,
  via: string | undefined,
): Promise<unknown> {
  const query = new URLSearchParams({ subject, ...(at === undefined ? {} : { at }) })
  try {
    return await servers.ask(server =>
      server.ask(`/v1/explain?${query.toString()}`, AbortSignal.timeout(ASKING_MS), via),
    )
  } catch (error) {
    // It is the edge's key that is refused, and not that of who asked.
    if (!(error instanceof ProblemError) || error.problem.code !== 'unauthorized') throw error
    throw new ProblemError({ code: 'unavailable', message: error.message }, { cause: error })
  }
}

/** The runtime's timers. */
export function systemLater(ms: number, action: () => void): () => void {
  const timer = setTimeout(action, ms)
  return () => clearTimeout(timer)
}
