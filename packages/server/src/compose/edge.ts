/**
 * The edge: the same program composed of a mirrored book and doors. It has no ledger and no scorer: what it says is what
 * its upstream published, and it says it with the upstream unplugged, too, marked as stale after a stated time.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ProblemError } from '@tocsin/core/base'
import type { Instant } from '@tocsin/core/evidence'
import type { MemoryBuffers } from '@tocsin/core/list'
import { SUBJECT_TYPES, type SubjectType } from '@tocsin/core/subject'
import type { Head, HeadListener } from '../book/book.ts'
import type { Config } from '../config/index.ts'
import { HOP_PREFIX } from '../doors/http/loops.ts'
import { type KeyRing, openKeyRing } from '../intake/keys.ts'
import type { Log } from '../ops/events.ts'
import { LookupCounts } from '../ops/lookups.ts'
import type { Later } from '../upstream/following.ts'
import type { Send } from '../upstream/server.ts'
import { ADMIN_KEY_FILE, makeAdminKey } from './admin-key.ts'
import { askedEntries, edgeAnswers } from './edge-answers.ts'
import { holdDataFolder } from './data-folder.ts'
import { type DnsDoors, type DnsDoorsOptions, openDnsDoors } from './dns-doors.ts'
import { SharedFreshness } from './dns-freshness.ts'
import { mountEdgeHttp } from './edge-http.ts'
import { answersPrivately, meeting, openEdgeFeedback } from './feedback.ts'
import { dnsSettings, joined, labelsOf, orUnavailable } from './listening.ts'
import { startMirror } from './mirror.ts'
import { mirroredTypes } from './mirrored-types.ts'
import { policyOf } from './policy.ts'
import { SiteBlocks } from './site-blocks.ts'
import { followUpstream } from './upstream.ts'

/** What an edge takes from outside itself. */
export interface EdgeSurroundings {
  readonly clock: () => Instant
  readonly log: Log
  readonly version: string
  /** How upstreams are asked, what is waited with, and chance; the runtime's own by default. */
  readonly send?: Send
  readonly later?: Later
  readonly random?: () => number
  /** For how long answers under way are waited for at the end, in milliseconds; 10 seconds by default. */
  readonly drainMs?: number
}

/** An edge that runs. Disposing of it finishes answers under way. */
export interface Edge extends AsyncDisposable {
  /** As `http://127.0.0.1:7080`; empty where the listener is off. */
  readonly httpUrl: string
  /** As `127.0.0.1:7053`; empty where the listener is off. */
  readonly dnsAddress: string
  /** Where the mirror is. */
  head(): Head
  /** Resolves when the mirror is at this sequence of its upstream's book, or beyond. For tests and for play. */
  reached(sequence: number): Promise<void>
}

/** The key that an enrolment brought, readable by its owner only. */
export const UPSTREAM_KEY_FILE = 'upstream.key'

/**
 * Starts an edge; resolves when it answers on every address. One whose mirror is empty tries to fill it first, and answers
 * that nobody can say where it cannot. Nothing stays open where it rejects.
 */
export async function startEdge(config: Config, surroundings: EdgeSurroundings): Promise<Edge> {
  const { clock, log, version } = surroundings
  if (config.upstream.length === 0) {
    const message = 'Cannot run an edge: --upstream must name a node whose book it mirrors'
    throw new ProblemError({ code: 'invalid', message })
  }
  if (config.enrol !== undefined && config.key !== undefined) {
    const message = 'Cannot enrol: the token brings this edge its key, and --key gives another; leave one of them out'
    throw new ProblemError({ code: 'invalid', message })
  }
  await using opened = new AsyncDisposableStack()
  opened.use(holdDataFolder(config.data))
  refuseLedger(config.data)
  const keys = await openKeyRing(join(config.data, 'keys.json'), { clock, random: randomBytes })
  await makeAdminKey(keys, join(config.data, ADMIN_KEY_FILE), log)

  const mirrored = mirroredTypes(config.types)
  const types = mirrored.length === SUBJECT_TYPES.length ? undefined : mirrored
  const shared = new SharedFreshness(undefined, config.staleAfterSeconds * 1000)
  const freshness = (now: Instant) => shared.at(now)
  const lookups = new LookupCounts()
  // Long enough that no two edges of a chain have one, and nobody's name.
  const name = `${HOP_PREFIX}${randomBytes(8).toString('hex')}`
  const headListeners = new Set<HeadListener>()
  const waiting = new Set<{ readonly sequence: number; readonly resolve: () => void }>()
  let hasDied = false
  let adopt: (memory: MemoryBuffers) => void = () => undefined
  let recovered = (): void => undefined
  const running = opened.use(
    await startMirror(config.data, mirrored, {
      adopted: memory => adopt(memory),
      moved(head) {
        for (const each of waiting) if (each.sequence <= head.sequence && waiting.delete(each)) each.resolve()
        for (const listener of headListeners) listener(head)
      },
      segmentTrouble: why => log('segment-trouble', { why }),
      died(error) {
        hasDied = true
        log('mirror-died', { error })
      },
    }),
  )
  const { mirror, book } = running
  // What it held when it was stopped is as old as its last batch, until an upstream says that nothing came after it.
  const { publishedAt } = book.head()
  if (publishedAt === 0) shared.tellNothing()
  else shared.tell(publishedAt)

  const upstream = opened.use(
    followUpstream({
      ...surroundings,
      dataFolder: config.data,
      urls: config.upstream,
      order: config.upstreamOrder,
      key: () => config.key ?? enrolledKey(config.data),
      enrol: config.enrol && { token: config.enrol, keyPath: join(config.data, UPSTREAM_KEY_FILE) },
      types: mirrored,
      mirror,
      name,
      relayBytesMax: config.relay.bytesMax,
      confirmed: at => shared.tell(at),
      recovered: () => recovered(),
    }),
  )
  if (publishedAt === 0 || upstream.isEnrolling()) await upstream.firstRound
  // Who does not answer may do so later; who says no to the token will say so again.
  const refusal = upstream.refusal()
  if (refusal !== undefined) throw refusal

  const { later, random } = surroundings
  const feedback = opened.use(openEdgeFeedback(config, { uplink: upstream.uplink, clock, log, later, random }))
  recovered = () => feedback.hurry()
  const siteBlocks = new SiteBlocks()
  const policy = policyOf(config, siteBlocks)
  const asked = config.ask.unmirrored
    ? askedEntries(config, { entries: ask => upstream.entries(ask), clock, later })
    : undefined
  const answers = answersPrivately(feedback, edgeAnswers({ book, policy, clock, freshness, types, asked }))
  const meet = meeting(feedback)
  const dns = await openDns(config, { keys, memory: running.memory(), shared, types, meet, clock, log })
  if (dns !== undefined) {
    opened.use(dns)
    adopt = memory => dns.adoptMemory(memory)
    // A pair that came while the door was being opened.
    dns.adoptMemory(running.memory())
    keys.onChange(() => dns.acceptLabels(labelsOf(keys)))
  }
  const block = (subjects: readonly string[]): void => {
    siteBlocks.replace(subjects)
    dns?.acceptSiteBlocks(subjects)
  }
  block(feedback.blocks.subjects)
  feedback.blocks.onChange(block)
  feedback.start()
  let httpUrl = ''
  if (config.http.listen !== 'off') {
    const http = opened.use(
      await mountEdgeHttp({
        config,
        listen: config.http.listen,
        book,
        onHead(listener) {
          headListeners.add(listener)
          return () => void headListeners.delete(listener)
        },
        upstream,
        feedback,
        ...(surroundings.drainMs === undefined ? {} : { drainMs: surroundings.drainMs }),
        name,
        isWhole: types === undefined,
        keys,
        readiness() {
          if (hasDied) return { ready: false, reason: 'the mirror thread has ended: answers will be stale' }
          const isEmpty = freshness(clock()).state === 'unavailable'
          return isEmpty ? { ready: false, reason: 'no upstream has been reached yet' } : { ready: true }
        },
        freshness,
        answers,
        lookups,
        dnsLookups: () => (dns?.counters().lookups ?? []).map(count => ({ door: 'dns', ...count })),
        dnsNumbers: () => dns?.counters(),
        clock,
        log,
        version,
      }),
    )
    httpUrl = await http.listen()
  }
  const dnsAddress = dns === undefined ? '' : joined(dns.address)
  log('started', { http: httpUrl, dns: dnsAddress, data: config.data, sequence: book.head().sequence })

  const stack = opened.move()
  return {
    httpUrl,
    dnsAddress,
    head: () => book.head(),
    reached: sequence =>
      new Promise(resolve => {
        if (book.head().sequence >= sequence) resolve()
        else waiting.add({ sequence, resolve })
      }),
    async [Symbol.asyncDispose]() {
      log('stopping')
      await stack.disposeAsync()
      log('stopped')
    },
  }
}

interface DnsParts {
  readonly keys: KeyRing
  readonly memory: MemoryBuffers
  readonly shared: SharedFreshness
  /** `undefined` for all. */
  readonly types: readonly SubjectType[] | undefined
  readonly meet: DnsDoorsOptions['onEncounters']
  readonly clock: () => Instant
  readonly log: Log
}

/** The DNS door; `undefined` where it is off. */
async function openDns(config: Config, parts: DnsParts): Promise<DnsDoors | undefined> {
  const { listen, workers } = config.dns
  if (listen === 'off') return undefined
  const { keys, memory, shared, types, meet, clock, log } = parts
  return await orUnavailable(`Cannot listen for DNS on ${joined(listen)}`, () =>
    openDnsDoors({
      settings: { ...dnsSettings(config, listen.host), types },
      listen: [listen],
      workers,
      memory,
      labels: labelsOf(keys),
      freshness: shared,
      clock,
      onEncounters: meet,
      onError: error => log('door-failed', { door: 'dns', error }),
      onFallback: why => log('dns-fallback', { why }),
    }),
  )
}

/** A mirror in the folder of a node that scores would overwrite that node's book. */
function refuseLedger(dataFolder: string): void {
  if (!existsSync(join(dataFolder, 'ledger.sqlite'))) return
  const message = `Cannot run an edge in "${dataFolder}": it must be a folder of its own, and this one has a node's ledger`
  throw new ProblemError({ code: 'invalid', message })
}

function enrolledKey(dataFolder: string): string | undefined {
  const file = join(dataFolder, UPSTREAM_KEY_FILE)
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined
}
