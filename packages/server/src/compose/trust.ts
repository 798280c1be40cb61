/** Whom a node trusts: what sources learn, what the operator pins, and the appeals that tell when they were wrong. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { ProblemError } from '@tocsin/core/base'
import type { Instant } from '@tocsin/core/evidence'
import { type Learning, TRUST_STEPS } from '@tocsin/core/scoring'
import type { WireAppeal, WireAppealCase, WireSourceTrust, WireTrust } from '@tocsin/core/wire'
import type { AppealConsole } from '../console/appeals.ts'
import type { TrustConsole } from '../console/trust.ts'
import type { Identity } from '../intake/identity.ts'
import { identityOf, type KeyRing } from '../intake/keys.ts'
import type { LedgerSource } from '../ledger/ledger.ts'
import { ANONYMOUS, Appeals } from '../mining/trust/appeals/appeals.ts'
import { type KeptAppeal, openAppealStore } from '../mining/trust/appeals/store.ts'
import { type LearningTimers, TrustLearning } from '../mining/trust/learning.ts'
import type { LookRequest, SourceAgreement } from '../mining/trust/looking.ts'
import { openTrustTable, type TrustTable } from '../mining/trust/table.ts'
import type { TrustEntry, TrustEpoch } from '../mining/trust/table-file.ts'
import type { Log } from '../ops/events.ts'
import { SYSTEM_TIMERS } from '../sources/feeds/timers.ts'
import type { Engine } from './engine.ts'
import { openIntake } from './imports.ts'
import { YOUNG } from './worker-memory.ts'

/** What trust is built from. */
export interface TrustParts {
  readonly dataFolder: string
  readonly engine: Engine
  readonly keys: Pick<KeyRing, 'list'>
  readonly clock: () => Instant
  /** What looks wait with; the runtime's own by default. */
  readonly timers?: LearningTimers | undefined
  readonly log: Log
}

/** The trust of a node that runs. */
export interface NodeTrust extends AsyncDisposable {
  /** The engine, with a ledger that weighs each source by what it has learnt. Everybody else is handed this one. */
  readonly engine: Engine
  readonly console: TrustConsole
  readonly appeals: AppealConsole
  /** How much the word of a source counts, in steps: as it comes, or as it has been learnt. */
  readonly stepOf: TrustTable['stepOf']
}

/** Opens the table, puts it in force and begins to look. Throws where a file is damaged. */
export async function startTrust(parts: TrustParts): Promise<NodeTrust> {
  const { dataFolder, keys, clock, log, timers = SYSTEM_TIMERS } = parts
  await using opened = new AsyncDisposableStack()
  const table = await openTrustTable(join(dataFolder, 'trust.json'))
  const store = opened.use(openAppealStore(join(dataFolder, 'appeals.sqlite')))
  const engine = weighing(parts.engine, table)
  const looks = new LookThreads(dataFolder)
  const learning = opened.use(
    new TrustLearning({
      table,
      ledger: parts.engine.ledger,
      look: request => looks.look(request),
      learningOf: source => learningOf(source, keys),
      clock,
      timers,
      log,
    }),
  )
  // Closed before the learning, which else would wait for the end of a long look.
  opened.use(looks)
  await learning.restore()
  const appeals = new Appeals({
    store,
    intakeOf: identity => openIntake(identity, { ledger: engine.ledger, clock }),
    stepOf: source => table.stepOf(source),
    clock,
    random: randomBytes,
    log,
  })
  learning.start()
  const running = opened.move()
  return {
    engine,
    console: trustConsole(learning, table, keys),
    appeals: appealConsole(appeals, keys),
    stepOf: source => table.stepOf(source),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

function weighing(engine: Engine, table: TrustTable): Engine {
  return { ...engine, ledger: { ...engine.ledger, write: write => engine.ledger.write(table.weighed(write)) } }
}

/** Keys learn, but for those of people: an analyst's word is what others are measured by. Lists learn from where they began. */
function learningOf({ name, origin }: LedgerSource, keys: Pick<KeyRing, 'list'>): Learning {
  if (origin === 'mining') return 'never'
  if (origin !== 'key') return 'downwards'
  const key = keys.list().find(each => identityOf(each).source.name === name)
  return key?.role === 'analyst' || key?.role === 'admin' ? 'never' : 'both-ways'
}

/** Looks, in a thread each; one that is under way when this is closed is cut off, and learnt nothing. */
class LookThreads implements AsyncDisposable {
  readonly #paths: { readonly ledgerPath: string; readonly memoryPath: string }
  #worker: Worker | undefined
  #isClosed = false

  constructor(dataFolder: string) {
    this.#paths = { ledgerPath: join(dataFolder, 'ledger.sqlite'), memoryPath: join(dataFolder, 'trust.sqlite') }
  }

  async look(request: LookRequest): Promise<readonly SourceAgreement[]> {
    const gone = new ProblemError({ code: 'unavailable', message: 'Cannot look at the sources: the thread has ended' })
    if (this.#isClosed) throw gone
    const { promise, resolve, reject } = Promise.withResolvers<readonly SourceAgreement[]>()
    const workerData = { ...this.#paths, request }
    const worker = new Worker(new URL('./trust-worker.ts', import.meta.url), {
      workerData,
      resourceLimits: YOUNG,
    })
    this.#worker = worker
    worker.on('message', resolve)
    worker.on('error', reject)
    // After a message this changes nothing.
    worker.on('exit', () => reject(gone))
    return await promise
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    await this.#worker?.terminate()
  }
}

function trustConsole(learning: TrustLearning, table: TrustTable, keys: Pick<KeyRing, 'list'>): TrustConsole {
  const toWire = async (epoch: TrustEpoch, applied: boolean): Promise<WireTrust> => {
    const proposed = new Map(applied ? [] : epoch.sources.map(entry => [entry.name, entry]))
    const sources = (await learning.list()).map(({ source, entry }) =>
      sourceToWire(source, proposed.get(source.name) ?? entry),
    )
    const at = epoch.at === undefined ? {} : { at: new Date(epoch.at).toISOString() }
    return { epoch: epoch.epoch, ...at, applied, sources }
  }
  return {
    list: () => toWire(table.epoch, true),
    propose: async () => await toWire(await learning.propose(), false),
    apply: async () => await toWire(await learning.apply(), true),
    async pin(source, step) {
      const key = keys.list().find(({ name }) => name === source || `key:${name}` === source)
      // A list may be called as a key is; it is the list then, and the key is named by `key:`.
      return (
        (await learning.pin(source, step)) ||
        (key !== undefined && (await learning.pin(identityOf(key).source.name, step)))
      )
    },
  }
}

function sourceToWire({ name, origin, organisation }: LedgerSource, entry: TrustEntry): WireSourceTrust {
  const { start, before, after, advice, why, counts, pinned } = entry
  const shown = { start: trust(start), before: trust(before), now: trust(after), advice: trust(advice), why, counts }
  return { name, origin, organisation, ...shown, ...(pinned === undefined ? {} : { pinned: trust(pinned) }) }
}

function trust(step: number): number {
  return Math.round((step / TRUST_STEPS) * 100) / 100
}

function appealConsole(appeals: Appeals, keys: Pick<KeyRing, 'list'>): AppealConsole {
  const identity = (name: string): Identity => {
    const key = keys.list().find(each => each.name === name)
    if (key !== undefined) return identityOf(key)
    throw new ProblemError({ code: 'unauthorized', message: `Cannot go on: key "${name}" is revoked` })
  }
  return {
    async open(appeal, key) {
      const { id, status } = await appeals.open(appeal, key === undefined ? ANONYMOUS : identity(key).source)
      return { id, status }
    },
    find: id => appealToWire(appeals.find(id)),
    list(status, limit) {
      const { appeals: found, open } = appeals.list(status, limit)
      return { appeals: found.map(caseToWire), open }
    },
    answer: async (id, answer, key) => caseToWire(await appeals.answer(id, answer, identity(key))),
  }
}

function appealToWire({ id, subject, status, openedAt, answeredAt, answer }: KeptAppeal): WireAppeal {
  return {
    id,
    subject,
    status,
    openedAt: new Date(openedAt).toISOString(),
    ...(answeredAt === undefined ? {} : { answeredAt: new Date(answeredAt).toISOString() }),
    ...(answer === undefined ? {} : { answer }),
  }
}

function caseToWire(appeal: KeptAppeal): WireAppealCase {
  const { reason, contact } = appeal
  return {
    ...appealToWire(appeal),
    ...(reason === undefined ? {} : { reason }),
    ...(contact === undefined ? {} : { contact }),
  }
}
