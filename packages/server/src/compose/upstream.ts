/** An edge's upstreams, put together: servers, pinned keys, downloads, and the synchroniser that follows them. */
import { join } from 'node:path'
import { ProblemError } from '@tocsin/core/base'
import type { Instant } from '@tocsin/core/evidence'
import type { SubjectType } from '@tocsin/core/subject'
import type { Mirror } from '../book/replica.ts'
import type { Log } from '../ops/events.ts'
import type { MirrorNumbers } from '../ops/mirror.ts'
import { Downloads } from '../upstream/download.ts'
import { Following, type Later } from '../upstream/following.ts'
import { Heads } from '../upstream/heads.ts'
import { introduce } from '../upstream/introduction.ts'
import { type Send, UpstreamServer } from '../upstream/server.ts'
import { type ServerHealth, type ServerOrder, Servers } from '../upstream/servers.ts'
import { Synchroniser, type SyncProgress } from '../upstream/synchroniser.ts'
import { TrustedKeys } from '../upstream/trusted-keys.ts'

/** What upstreams are followed with. */
export interface UpstreamOptions {
  readonly dataFolder: string
  /** At least one, without a path. */
  readonly urls: readonly string[]
  readonly order: ServerOrder
  readonly key: () => string | undefined
  readonly types: readonly SubjectType[]
  readonly mirror: Mirror
  readonly version: string
  readonly clock: () => Instant
  readonly log: Log
  /** Told each time that the mirror is known to be where its upstream is. */
  readonly confirmed: (at: Instant) => void
  /** Default: the runtime's. */
  readonly send?: Send | undefined
  readonly later?: Later | undefined
  readonly random?: (() => number) | undefined
}

/** The upstreams while they are followed. */
export interface RunningUpstream extends AsyncDisposable {
  /** Resolves when the first round has ended, well or not. */
  readonly firstRound: Promise<void>
  explain(subject: string, at: string | undefined): Promise<unknown>
  progress(): SyncProgress
  health(): readonly ServerHealth[]
  numbers(): MirrorNumbers
}

/** The pinned public keys. */
export const UPSTREAM_KEYS_FILE = 'upstream-keys.json'

/** For an answer that somebody waits for, in milliseconds. */
const ASKING_MS = 10_000

/** Begins to follow. */
export function followUpstream(options: UpstreamOptions): RunningUpstream {
  const { dataFolder, mirror, types, clock, log, random = Math.random, later = systemLater, send = fetch } = options
  const userAgent = `tocsin/${options.version} (edge)`
  const servers = new Servers({
    servers: options.urls.map(url => new UpstreamServer({ url, key: options.key, send, userAgent })),
    order: options.order,
    clock,
    random,
  })
  const keys = new TrustedKeys(join(dataFolder, UPSTREAM_KEYS_FILE))
  const heads = new Heads({ keys, clock, keyNamed: ({ keyId }) => log('upstream-key-named', { keyId }) })
  const rounds = { well: 0, failed: 0 }
  let confirmedAt: Instant | undefined
  const confirmed = (at: Instant): void => {
    confirmedAt = at
    options.confirmed(at)
  }
  const synchroniser = new Synchroniser({
    mirror,
    types,
    servers,
    heads,
    downloads: new Downloads(join(dataFolder, 'incoming')),
    clock,
    introduce: (server, signal) =>
      introduce(server, keys, ({ keyId }, url) => log('upstream-key-pinned', { keyId, url }), signal),
    confirmed: at => {
      rounds.well += 1
      confirmed(at)
    },
    healing: why => log('mirror-healing', { why }),
  })
  const following = new Following({
    synchroniser,
    servers,
    heads,
    isAt: ({ bookId, sequence }) => bookId === mirror.head().bookId && sequence === mirror.head().sequence,
    clock,
    later,
    random,
    confirmed,
    failed: error => {
      rounds.failed += 1
      log('mirror-behind', { error })
    },
    recovered: () => log('mirror-recovered', { sequence: mirror.head().sequence }),
  })
  return {
    firstRound: following.firstRound,
    explain: (subject, at) => explainedBy(servers, subject, at),
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
    [Symbol.asyncDispose]: () => following[Symbol.asyncDispose](),
  }
}

async function explainedBy(servers: Servers, subject: string, at: string | undefined): Promise<unknown> {
  const query = new URLSearchParams({ subject, ...(at === undefined ? {} : { at }) })
  try {
    return await servers.ask(server => server.ask(`/v1/explain?${query.toString()}`, AbortSignal.timeout(ASKING_MS)))
  } catch (error) {
    // It is the edge's key that is refused, and not that of who asked.
    if (!(error instanceof ProblemError) || error.problem.code !== 'unauthorized') throw error
    throw new ProblemError({ code: 'unavailable', message: error.message }, { cause: error })
  }
}

function systemLater(ms: number, action: () => void): () => void {
  const timer = setTimeout(action, ms)
  return () => clearTimeout(timer)
}
