/** The queue of the unknown in a node: what it is told, whom it asks, and what it hands on. */
import { join } from 'node:path'
import { encodeHex } from '@tocsin/core/base'
import type { Instant } from '@tocsin/core/evidence'
import { isHashOnly, type Subject, subjectKey } from '@tocsin/core/subject'
import type { Answer } from '@tocsin/core/verdict'
import { ENCOUNTER_SCHEMA, type Encounter } from '@tocsin/core/wire'
import { mountUnknown } from '../console/unknown.ts'
import type { HttpListener } from '../doors/http/listener.ts'
import type { Identity } from '../intake/identity.ts'
import type { Log } from '../ops/events.ts'
import { mountEncounters } from '../sources/http/encounters.ts'
import { mountSubmissions } from '../sources/http/submissions.ts'
import { UnknownQueue } from '../unknown/queue.ts'
import { openUnknownStore, type UnknownLimits } from '../unknown/store.ts'
import type { Engine } from './engine.ts'
import type { MiningInbox } from './mining-inbox.ts'
import { isUnknown } from './mining-watch.ts'
import { sha256 } from './sha256.ts'

/** Milliseconds between two looks at some of the queue, and how much that is: a million in three hours, 5 ms each. */
const SWEEP_MS = 5000
const SWEEP_ROWS = 500

/** What a queue is opened with. */
export interface UnknownStart {
  readonly dataFolder: string
  /** What the node answers; must not note questions itself. */
  readonly answer: (subject: Subject) => Answer
  readonly clock: () => Instant
  readonly log: Log
  /** For tests; the bounds of a node where absent. */
  readonly limits?: UnknownLimits
}

/** The queue of a node. Disposing of it writes what is gathered. */
export interface NodeUnknown extends AsyncDisposable {
  readonly queue: UnknownQueue
}

/** Opens the queue of a data folder, and looks after it until it is disposed of. */
export function startUnknown({ dataFolder, answer, clock, log, limits }: UnknownStart): NodeUnknown {
  const store = openUnknownStore(join(dataFolder, 'unknown.sqlite'), limits)
  const queue = new UnknownQueue({ store, isKnown: subject => isDecided(answer(subject)), clock, sha256 })
  const sweeping = setInterval(() => {
    try {
      queue.sweep(SWEEP_ROWS)
    } catch (error) {
      log('unknown-failed', { error })
    }
  }, SWEEP_MS).unref()
  return {
    queue,
    async [Symbol.asyncDispose]() {
      clearInterval(sweeping)
      await queue[Symbol.asyncDispose]()
    },
  }
}

/** The same answers; what nobody knows is noted. */
export function noted(
  answer: (subject: Subject) => Answer,
  unknown: Pick<UnknownQueue, 'asked'>,
): (subject: Subject) => Answer {
  return subject => {
    const given = answer(subject)
    if (isUnknown(given)) unknown.asked(subject)
    return given
  }
}

/** What the routes are mounted with. */
export interface UnknownRoutes {
  readonly unknown: UnknownQueue
  readonly ledger: Pick<Engine['ledger'], 'name'>
  /** Tells miners; absent where mining is off. */
  readonly put: MiningInbox['put'] | undefined
  /** Who holds a key now; throws where it is revoked. */
  readonly identityOf: (name: string) => Identity
  readonly clock: () => Instant
}

/** Mounts `POST /v1/encounters`, `POST /v1/submissions` and `GET /v1/unknown`. */
export async function mountUnknownRoutes(
  { app, gate, checkOf }: HttpListener,
  { unknown, ledger, put, identityOf, clock }: UnknownRoutes,
): Promise<void> {
  await mountEncounters(app, gate, {
    checkEncounter: checkOf(ENCOUNTER_SCHEMA),
    organisationOf: ({ name }) => identityOf(name).source.organisation,
    async meet(organisation, encounters) {
      if (put !== undefined) for (const each of encounters) tellMiners(each, organisation, put)
      return await unknown.met(organisation, encounters)
    },
    wanted: (organisation, first) => unknown.wanted(organisation, first),
    clock,
  })
  mountSubmissions(app, gate, {
    submit: text => unknown.submit(text),
    async submitted(pages) {
      await ledger.name(pages.map(page => ({ type: page.type, key: subjectKey(page, sha256), value: page.value })))
      for (const page of pages) put?.('asked', page)
    },
  })
  mountUnknown(app, gate.requireRole('analyst'), unknown)
}

/** Files are seen at a site whether they are known or not; names and pages are looked at that nobody knows. */
function tellMiners({ subject, hour, untested }: Encounter, site: string, put: MiningInbox['put']): void {
  if (subject.type === 'file') put('seen', { file: encodeHex(subjectKey(subject, sha256)), site, at: hour })
  const hasName = subject.type === 'domain' || (subject.type === 'url' && !isHashOnly(subject))
  if (untested > 0 && hasName) put('asked', subject)
}

/** Whether something is known of a subject: an entry decides, and it does not only say that nobody knows. */
function isDecided({ cause, verdict }: Answer): boolean {
  return cause !== 'none' && verdict !== 'untested'
}
