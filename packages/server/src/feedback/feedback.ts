/**
 * Feedback of an edge: what its sensors report and what its doors meet goes upstream, private by construction (see
 * `privacy.ts`), and nothing that was acknowledged is lost while the upstream is away (see `outbox.ts`).
 */
import type { DatabaseSync } from 'node:sqlite'
import { ProblemError } from '@tocsin/core/base'
import type { Instant } from '@tocsin/core/evidence'
import type { Subject } from '@tocsin/core/subject'
import {
  FEEDBACK_MODES,
  type FeedbackMode,
  type Sighting,
  type SubmitPolicy,
  type WireFeedback,
} from '@tocsin/core/wire'
import type { Intake } from '../intake/intake.ts'
import { Aggregate, type MetCounts } from './aggregate.ts'
import { Blocks } from './blocks.ts'
import { Commits } from './commits.ts'
import { entranceFor } from './entrance.ts'
import type { Later } from './later.ts'
import { type Batch, Outbox, openFeedbackDatabase } from './outbox.ts'
import { hourOf } from './outgoing.ts'
import { type Bearer, Passing } from './passing.ts'
import { Border, type SiteNames } from './privacy.ts'
import { freshName, type Pseudonyms } from './pseudonyms.ts'
import { type FeedbackUplink, type Receipt, Sender } from './sender.ts'
import { standing } from './standing.ts'
import { Submissions } from './submissions.ts'
import { Told } from './told.ts'

/** What feedback is made of. */
export interface FeedbackOptions {
  /** The SQLite file. */
  readonly path: string
  /** Bytes that may wait. */
  readonly bytesMax: number
  /** No more than this, whatever an administrator chooses later. */
  readonly allowed: FeedbackMode
  readonly submit: SubmitPolicy
  /** A mode that is chosen in the administrator's place, until there is another word. */
  readonly first?: FeedbackMode
  readonly site: SiteNames
  readonly pseudonyms: Pseudonyms
  readonly uplink: FeedbackUplink
  readonly clock: () => Instant
  readonly later: Later
  /** The wait after so many failures in a row, in milliseconds. */
  readonly waitAfter: (failures: number) => number
  /** Something could not be sent; it is tried again. */
  readonly waiting: (error: unknown) => void
  /** The upstream refused a batch, or items of it. */
  readonly refused: (path: string, reason: string | undefined) => void
  /** Something could not be kept. */
  readonly failed: (error: unknown) => void
}

const CHOSEN_MODE = 'mode'

/** See above. Disposing of it writes down what was met, and ends what is under way. */
export class Feedback implements AsyncDisposable {
  readonly blocks: Blocks
  readonly border: Border
  /** The way for what edges behind this one met. */
  readonly passing: Passing
  readonly #options: FeedbackOptions
  readonly #database: DatabaseSync
  readonly #outbox: Outbox
  readonly #commits: Commits
  readonly #told: Told
  readonly #aggregate: Aggregate
  readonly #submissions: Submissions
  readonly #sender: Sender
  #mode: FeedbackMode
  #isOver = false
  /** Encounters and sightings that the disk did not take. */
  #unkept = 0

  /** For {@link openFeedback}. */
  constructor(options: FeedbackOptions, database: DatabaseSync) {
    const { clock, later } = options
    this.#options = options
    this.#database = database
    this.#outbox = new Outbox(database, options.bytesMax, clock)
    const { tallies } = this.#outbox
    if (options.first !== undefined) tallies.choose(CHOSEN_MODE, options.first)
    this.#mode = modeOf(tallies.chosen(CHOSEN_MODE) ?? 'on')
    this.#told = new Told(database)
    this.blocks = new Blocks(database, clock, later)
    this.border = new Border(options.site)
    this.#submissions = new Submissions(options.submit)
    this.#commits = new Commits(
      database,
      () => this.#takenBack(),
      () => this.#committed(),
    )
    this.passing = new Passing({
      border: this.border,
      pseudonyms: options.pseudonyms,
      outbox: this.#outbox,
      commits: this.#commits,
      submissions: this.#submissions,
      isCollecting: () => this.mode !== 'off',
    })
    this.#aggregate = new Aggregate({
      clock,
      later,
      freshName,
      handOn: encounters => this.#keep('/v1/encounters', encounters),
    })
    this.#sender = new Sender({
      uplink: options.uplink,
      later,
      waitAfter: options.waitAfter,
      take: isResting => (this.mode === 'on' ? this.#outbox.take(isResting) : undefined),
      release: () => this.#outbox.release(),
      settle: (batch, receipt) => this.#settle(batch, receipt),
      putAside: (batch, reason) => this.#putAside(batch, reason),
      failed: options.waiting,
    })
  }

  /** The mode in force: what an administrator chose, and no more than the setting allows. */
  get mode(): FeedbackMode {
    const { allowed } = this.#options
    return FEEDBACK_MODES[Math.max(FEEDBACK_MODES.indexOf(this.#mode), FEEDBACK_MODES.indexOf(allowed))]!
  }

  /** Begins to send what waits. */
  start(): void {
    this.#sender.wake()
  }

  /** The upstream is there again: what waits for its next turn goes now. */
  hurry(): void {
    this.#sender.hurry()
  }

  /** The entrance for who reports. */
  intakeOf(name: string, via = ''): Intake {
    const { clock, pseudonyms, site } = this.#options
    const bearer = { name, via }
    return entranceFor(bearer, {
      border: this.border,
      pseudonyms,
      outbox: this.#outbox,
      blocks: this.blocks,
      told: this.#told,
      commits: this.#commits,
      clock,
      sha256: site.sha256,
      isCollecting: () => this.mode !== 'off',
      metPage: (hash, text) => this.#submissions.met(hash, text),
    })
  }

  /** Something was met by a door. Neither throws nor waits. */
  met(subject: Subject, counts: MetCounts): void {
    if (this.mode === 'off' || this.#isOver) return
    const leaving = this.border.judge(subject)
    if (leaving.stays !== false) return
    this.#aggregate.met(leaving.subject, counts)
    if (leaving.host !== undefined) this.#aggregate.met(leaving.host, counts)
    if (leaving.page !== undefined) this.#submissions.met(leaving.subject, leaving.page)
  }

  /** Counts about a sender of mail. Neither throws nor waits. */
  sighted({ subject, hour, id, ...counts }: Sighting, { name, via }: Bearer): void {
    if (this.mode === 'off') return
    const leaving = this.border.judge(subject)
    if (leaving.stays !== false) return
    const pseudonym = id === undefined ? freshName() : this.#options.pseudonyms.of('id', name, id)
    const time = new Date(hourOf(hour)).toISOString()
    this.#keep('/v1/sightings', [{ subject: leaving.subject, hour: time, ...counts, id: pseudonym }], via)
  }

  /** How it stands. */
  state(): WireFeedback {
    return standing({
      mode: this.mode,
      allowed: this.#options.allowed,
      outbox: this.#outbox,
      submissions: this.#submissions,
      encounters: { waiting: this.#aggregate.waiting, dropped: this.#aggregate.dropped + this.#unkept },
      blocks: this.blocks.subjects.length,
      trouble: this.#sender.trouble,
    })
  }

  /** What waits, the next first; what was counted a moment ago is written down before. */
  async waiting(limit: number): Promise<{ readonly batches: readonly Batch[]; readonly texts: readonly string[] }> {
    this.#aggregate.flush()
    // A disk that takes nothing can be read all the same.
    await this.#commits.write(() => undefined).catch(() => undefined)
    return { batches: this.#outbox.waiting(limit), texts: this.#submissions.pending() }
  }

  /** What was sent or refused, the last first. */
  done(limit: number): readonly Batch[] {
    return this.#outbox.done(limit)
  }

  /**
   * Chooses a mode; resolves when that is on the disk.
   *
   * @throws ProblemError `invalid` for more than the setting allows
   */
  async choose(mode: FeedbackMode): Promise<void> {
    const { allowed } = this.#options
    if (FEEDBACK_MODES.indexOf(mode) < FEEDBACK_MODES.indexOf(allowed)) {
      const message = `Cannot switch feedback to "${mode}": the setting feedback.mode allows "${allowed}" at most`
      throw new ProblemError({ code: 'invalid', message })
    }
    await this.#commits.write(() => this.#outbox.tallies.choose(CHOSEN_MODE, mode))
    this.#mode = mode
    if (mode === 'off') {
      this.#aggregate.clear()
      this.#submissions.clear()
      this.passing.clear()
    }
    this.#sender.wake()
  }

  /** Throws all away that waits; resolves with how many items. */
  async discard(): Promise<number> {
    this.#aggregate.clear()
    return await this.#commits.write(() => this.#outbox.discard())
  }

  /** An administrator agrees to texts; resolves with how many wait to be sent now. */
  async agree(texts: readonly string[]): Promise<number> {
    const agreed = this.#submissions.agree(texts)
    await this.#submit(agreed)
    return agreed.length
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true
    this.#aggregate.flush()
    this.#commits.flush()
    await this.#sender[Symbol.asyncDispose]()
    this.#commits.flush()
    this.blocks[Symbol.dispose]()
    this.#database.close()
  }

  #keep(path: '/v1/encounters' | '/v1/sightings', items: readonly unknown[], via = ''): void {
    const texts = items.map(item => JSON.stringify(item))
    // These are hints, nobody waits for them to be on the disk.
    void this.#commits
      .write(() => this.#outbox.add(path, texts, via))
      .catch((error: unknown) => {
        this.#unkept += items.length
        this.#options.failed(error)
      })
  }

  async #submit(texts: readonly string[]): Promise<void> {
    if (texts.length === 0) return
    const items = texts.map(text => JSON.stringify(text))
    await this.#commits.write(() => this.#outbox.add('/v1/submissions', items))
  }

  async #settle(batch: Batch, { refused, reason, wanted }: Receipt): Promise<void> {
    await this.#commits.write(() => this.#outbox.settle(batch, Math.min(refused, batch.items), reason))
    if (refused > 0) this.#options.refused(batch.path, reason)
    if (this.mode === 'off') return
    this.passing.ask(wanted)
    await this.#submit(this.#submissions.wanted(wanted))
  }

  async #putAside(batch: Batch, reason: string): Promise<void> {
    await this.#commits.write(() => this.#outbox.putAside(batch, reason))
    this.#options.refused(batch.path, reason)
  }

  #takenBack(): void {
    this.#outbox.reload()
    this.blocks.publish()
  }

  #committed(): void {
    this.blocks.publish()
    this.#sender.wake()
  }
}

/**
 * Opens the file and all that stands on it. {@link Feedback.start} begins to send.
 *
 * @throws the system's error where the file cannot be used
 */
export function openFeedback(options: FeedbackOptions): Feedback {
  const database = openFeedbackDatabase(options.path)
  try {
    return new Feedback(options, database)
  } catch (error) {
    database.close()
    throw error
  }
}

function modeOf(text: string): FeedbackMode {
  return FEEDBACK_MODES.find(mode => mode === text) ?? 'off'
}
