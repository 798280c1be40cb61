/**
 * Appeals: somebody holds a listing to be wrong, and an analyst looks.
 *
 * An appeal is on record as `false-positive` evidence by whoever makes it, which moves little, and nothing at all where
 * that source is not trusted. An analyst who clears says `analyst-cleared`, which outweighs any listing at once; one who
 * confirms takes the objection back. Evidence comes first and the note of it afterwards: what a crash leaves undone can
 * be done again and comes to the same.
 */
import { encodeBase32, ProblemError, unwrap } from '@tocsin/core/base'
import type { Instant } from '@tocsin/core/evidence'
import { TRUST_STEPS, TRUSTED_STEP } from '@tocsin/core/scoring'
import { guessSubject, subjectText } from '@tocsin/core/subject'
import type { AppealState, WireAppealAnswer, WireNewAppeal } from '@tocsin/core/wire'
import type { Identity } from '../../../intake/identity.ts'
import type { Intake, Offer } from '../../../intake/intake.ts'
import type { LedgerSource } from '../../../ledger/ledger.ts'
import type { Log } from '../../../ops/events.ts'
import type { AppealStore, KeptAppeal } from './store.ts'

/** Open appeals, at most. */
export const OPEN_MAX = 10_000

/** Of them by one source, at most: nobody alone can keep the others out. */
export const OPEN_OF_SOURCE_MAX = 500

/** Answered appeals are kept for so many days. */
export const KEPT_DAYS = 365

/** Appeals that one source may make in an hour. */
export const APPEALS_PER_HOUR = 60

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** Bytes of chance in an id: 128 bits. */
const ID_BYTES = 16

/** Who appeals without a key, from this machine. It counts nothing; a colon is in no list's name. */
export const ANONYMOUS: LedgerSource = {
  name: 'tocsin:appeals',
  origin: 'mining',
  organisation: 'tocsin:appeals',
  trustStep: 0,
}

/** What appeals work with. */
export interface AppealParts {
  readonly store: AppealStore
  readonly intakeOf: (identity: Identity) => Intake
  /** The step that a source's word counts now. */
  readonly stepOf: (source: LedgerSource) => number
  readonly clock: () => Instant
  /** So many cryptographically random bytes. */
  readonly random: (length: number) => Uint8Array
  readonly log: Log
}

/** See above. All methods reject or throw with a `ProblemError`. */
export class Appeals {
  readonly #parts: AppealParts
  /** When each source appealed in the last hour. */
  readonly #recent = new Map<string, Instant[]>()
  #turn: Promise<unknown> = Promise.resolve()

  constructor(parts: AppealParts) {
    this.#parts = parts
  }

  /** Opens an appeal; the one that the same source has open for the subject is given again. `limited` where there are too many. */
  open({ subject: text, reason, contact }: WireNewAppeal, source: LedgerSource): Promise<KeptAppeal> {
    return this.#inTurn(async () => {
      const { store, clock, random } = this.#parts
      const subject = subjectText(unwrap(guessSubject(text)))
      const mine = store.openOf(subject).find(each => each.source === source.name)
      if (mine !== undefined) return mine
      const now = clock()
      this.#checkRoom(source.name, now)
      await this.#put(asObjector(source), { subject, kind: 'false-positive' }, 'Cannot appeal')
      const id = encodeBase32(random(ID_BYTES))
      const said = { ...(reason === undefined ? {} : { reason }), ...(contact === undefined ? {} : { contact }) }
      const { name, organisation } = source
      store.add({ id, subject, source: name, organisation, ...said, openedAt: now })
      return store.find(id)!
    })
  }

  /** The appeal of an id; throws `not-found`. */
  find(id: string): KeptAppeal {
    const appeal = this.#parts.store.find(id)
    if (appeal !== undefined) return appeal
    throw new ProblemError({ code: 'not-found', message: 'Cannot find the appeal: there is none of this id' })
  }

  list(status: AppealState, limit: number): { readonly appeals: readonly KeptAppeal[]; readonly open: number } {
    const { store } = this.#parts
    return { appeals: store.list(status, limit), open: store.countOpen() }
  }

  /** Answers an appeal, and all others that are open for its subject; resolves when the ledger has the decision. */
  answer(id: string, { decision, answer: text }: WireAppealAnswer, analyst: Identity): Promise<KeptAppeal> {
    return this.#inTurn(async () => {
      const { store, clock, log } = this.#parts
      const appeal = this.find(id)
      if (appeal.status !== 'open') {
        const message = `Cannot answer the appeal: it is ${appeal.status} already; another one may be made`
        throw new ProblemError({ code: 'invalid', message })
      }
      if (decision === 'clear') await this.#clear(appeal.subject, analyst)
      else await this.#dismiss(appeal.subject)
      const status = decision === 'clear' ? 'cleared' : 'confirmed'
      store.answer(appeal.subject, { status, text, by: analyst.source.name, at: clock() })
      store.dropAnsweredBefore(clock() - KEPT_DAYS * DAY_MS)
      log('appeal-answered', { decision })
      return this.find(id)
    })
  }

  async #clear(subject: string, analyst: Identity): Promise<void> {
    const step = this.#parts.stepOf(analyst.source)
    if (step < TRUSTED_STEP) {
      const [has, needs] = [step, TRUSTED_STEP].map(each => (each / TRUST_STEPS).toFixed(2))
      const message = `Cannot clear ${subject}: the key has a trust of ${has} and needs ${needs}, else its word changes nothing; \`tocsin trust pin\` gives it`
      throw new ProblemError({ code: 'unauthorized', message })
    }
    await this.#put(analyst, { subject, kind: 'analyst-cleared' }, `Cannot clear ${subject}`)
  }

  /** Takes the objections back: the listing was right. */
  async #dismiss(subject: string): Promise<void> {
    for (const { source, organisation } of this.#parts.store.openOf(subject)) {
      // Only the name is asked for what a source takes back.
      const identity = asObjector({ name: source, origin: 'key', organisation, trustStep: 0 })
      unwrap(await this.#parts.intakeOf(identity).retract([{ subject, kind: 'false-positive' }]))
    }
  }

  async #put(identity: Identity, offer: Offer, what: string): Promise<void> {
    const { refused } = await this.#parts.intakeOf(identity).put([offer])
    const why = refused[0]?.reason
    if (why !== undefined) throw new ProblemError({ code: 'invalid', message: `${what}: ${why}` })
  }

  #checkRoom(source: string, now: Instant): void {
    const { store } = this.#parts
    const recent = (this.#recent.get(source) ?? []).filter(at => now - at < HOUR_MS)
    const limited = (why: string) => new ProblemError({ code: 'limited', message: `Cannot appeal: ${why}` })
    if (recent.length >= APPEALS_PER_HOUR) throw limited(`${APPEALS_PER_HOUR} an hour are the most; try again later`)
    if (store.countOpen(source) >= OPEN_OF_SOURCE_MAX)
      throw limited(`${OPEN_OF_SOURCE_MAX} of yours wait for an answer`)
    if (store.countOpen() >= OPEN_MAX) throw limited(`${OPEN_MAX} wait for an answer here`)
    this.#recent.set(source, [...recent, now])
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work)
    this.#turn = turn.catch(() => undefined)
    return turn
  }
}

/** Who objects may speak of any net that a feed may list; it says nothing but `false-positive`. */
function asObjector(source: LedgerSource): Identity {
  return { source, authority: 'feed' }
}
