/** Feedback of an edge, put together: its file, its secret, the way to the upstream, and what passes the border beside it. */
import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { ProblemError, unwrap } from '@tocsin/core/base'
import type { Instant } from '@tocsin/core/evidence'
import { guessSubject, parseSubject, parseSubjectOf, type Subject, subjectText } from '@tocsin/core/subject'
import type { Answer } from '@tocsin/core/verdict'
import type { Config } from '../config/index.ts'
import type { MetCounts } from '../feedback/aggregate.ts'
import { type Feedback, type FeedbackOptions, openFeedback } from '../feedback/feedback.ts'
import { isDamage } from '../feedback/outbox.ts'
import { STAYS } from '../feedback/privacy.ts'
import { openPseudonyms } from '../feedback/pseudonyms.ts'
import type { FeedbackUplink } from '../feedback/sender.ts'
import type { Log } from '../ops/events.ts'
import { waitAfter } from '../upstream/backoff.ts'
import type { Later } from '../upstream/following.ts'
import type { EdgeAnswers } from './edge-answers.ts'
import { sha256 } from './sha256.ts'
import { isUnderPublicSuffix } from './suffixes.ts'

/** Files of the data folder. */
const DATABASE_FILE = 'feedback.sqlite'
const SECRET_FILE = 'feedback.key'

/** What feedback is opened with. */
export interface EdgeFeedbackParts {
  readonly uplink: FeedbackUplink
  readonly clock: () => Instant
  readonly log: Log
  readonly later?: Later | undefined
  readonly random?: (() => number) | undefined
}

/** Opens it; {@link Feedback.start} begins to send. */
export function openEdgeFeedback(config: Pick<Config, 'data' | 'feedback'>, parts: EdgeFeedbackParts): Feedback {
  const { uplink, clock, log, later = timer, random = Math.random } = parts
  const { mode, bytesMax, submit, ownDomains, ownNetworks } = config.feedback
  let isTold = false
  return openUndamaged(log, clock, {
    path: join(config.data, DATABASE_FILE),
    bytesMax,
    allowed: mode,
    submit,
    site: { ownDomains, ownNetworks: ownNetworks.map(text => unwrap(guessSubject(text))), isUnderPublicSuffix, sha256 },
    pseudonyms: openPseudonyms(join(config.data, SECRET_FILE)),
    uplink: {
      async send(...words) {
        const answer = await uplink.send(...words)
        isTold = false
        return answer
      },
    },
    clock,
    later,
    waitAfter: failures => waitAfter(failures, random),
    waiting(error) {
      // Once for each silence: how it stands is in `GET /v1/feedback` all the time.
      if (!isTold) log('feedback-waiting', { error })
      isTold = true
    },
    refused: (path, reason) => log('feedback-refused', { path, reason }),
    failed: error => log('feedback-failed', { error }),
  })
}

/**
 * A file that is damaged is set aside beside the new one, which begins held: whether anything may be sent was an
 * administrator's word, and it lay in that file.
 */
function openUndamaged(log: Log, clock: () => Instant, options: FeedbackOptions): Feedback {
  try {
    return openFeedback(options)
  } catch (error) {
    if (!isDamage(error)) throw error
    const aside = `${options.path}.damaged-${new Date(clock()).toISOString().replaceAll(':', '')}`
    for (const end of ['', '-wal', '-shm']) {
      if (existsSync(options.path + end)) renameSync(options.path + end, aside + end)
    }
    log('feedback-damaged', { file: aside, error })
    return openFeedback({ ...options, first: 'hold' })
  }
}

/** Tells what a door answered. */
export function observing(feedback: Pick<Feedback, 'met'>): (answer: Answer) => void {
  return ({ subject, action, verdict, state }) => {
    const untested = verdict === 'untested' && state !== 'unavailable' ? 1 : 0
    feedback.met(subject, { asked: 1, blocked: action === 'block' ? 1 : 0, untested })
  }
}

/** Tells what a door met that counts by itself, as texts of subjects. */
export function meeting(feedback: Pick<Feedback, 'met'>) {
  return (encounters: readonly (MetCounts & { readonly subject: string })[]): void => {
    for (const { subject: text, ...counts } of encounters) {
      const subject = parseSubject(text)
      if (subject.ok) feedback.met(subject.value, counts)
    }
  }
}

/**
 * What an edge asks its upstream for answers is asked by keys that can be guessed, so what may not leave is not asked, nor a
 * page with its query: the page without it is, and what is said of that is the answer.
 */
export function answersPrivately({ border }: Pick<Feedback, 'border'>, { answer, learn }: EdgeAnswers): EdgeAnswers {
  return {
    answer(subject) {
      const given = answer(subject)
      const bare = given.state === 'unavailable' ? withoutQuery(subject) : subject
      if (bare === subject) return given
      const told = answer(bare)
      const matched = told.matched ?? (told.cause === 'none' ? undefined : subjectText(bare))
      return { ...told, subject, ...(matched === undefined ? {} : { matched }) }
    },
    learn(subjects) {
      const leaving = subjects.map(withoutQuery).filter(subject => border.judge(subject).stays === false)
      return leaving.length === 0 ? undefined : learn(leaving)
    },
  }
}

function withoutQuery(subject: Subject): Subject {
  if (subject.type !== 'url' || !subject.value.includes('?')) return subject
  return unwrap(parseSubjectOf('url', subject.value.replace(/\?.*$/s, '')))
}

/** How an explanation is asked of an upstream. */
type Explain = (subject: string, at: string | undefined, ...rest: never[]) => Promise<unknown>

/**
 * Explanations come from upstream, so the question is feedback too: what may not leave is not asked, a page is asked for by
 * its hash, and a time is a time.
 */
export function explainedPrivately<E extends Explain>(feedback: Pick<Feedback, 'border'>, explain: E): E {
  const privately = async (text: string, at: string | undefined, ...rest: never[]): Promise<unknown> => {
    const leaving = feedback.border.judge(unwrap(parseSubject(text)))
    if (leaving.stays !== false) {
      const message = `Cannot explain "${text}": the upstream is not asked, for ${STAYS[leaving.stays]}`
      throw new ProblemError({ code: 'invalid', message })
    }
    const told = await explain(leaving.subject, timeOf(at), ...rest)
    return typeof told === 'object' && told !== null ? { ...told, subject: text } : told
  }
  return privately as E
}

function timeOf(at: string | undefined): string | undefined {
  if (at === undefined) return undefined
  const time = Date.parse(at)
  if (/^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/.test(at) && Number.isFinite(time))
    return new Date(time).toISOString()
  const message = `Cannot explain: "at" must be a time as in "2026-06-30T12:00:00Z", found "${at}"`
  throw new ProblemError({ code: 'invalid', message })
}

function timer(ms: number, action: () => void): () => void {
  const running = setTimeout(action, ms)
  return () => clearTimeout(running)
}
