/** How feedback stands, as it is told. */
import type { FeedbackMode, WireFeedback } from '@tocsin/core/wire'
import type { Outbox } from './outbox.ts'
import type { Submissions } from './submissions.ts'

/** What is looked at. */
export interface StandingParts {
  readonly mode: FeedbackMode
  readonly allowed: FeedbackMode
  readonly outbox: Pick<Outbox, 'state' | 'lastDoneAt' | 'tallies'>
  readonly submissions: Pick<Submissions, 'policy' | 'pending'>
  readonly encounters: WireFeedback['encounters']
  /** Subjects. */
  readonly blocks: number
  /** Why what waits was not taken the last time. */
  readonly trouble: string | undefined
}

/** The state on the wire. */
export function standing(parts: StandingParts): WireFeedback {
  const { mode, allowed, outbox, submissions, encounters, blocks, trouble } = parts
  const { tallies } = outbox
  const { oldestAt, ...waiting } = outbox.state()
  const lastAt = outbox.lastDoneAt()
  return {
    mode,
    allowed,
    submit: submissions.policy,
    waiting: { ...waiting, ...(oldestAt === undefined ? {} : { oldestAt: isoTime(oldestAt) }) },
    sent: {
      batches: tallies.of('sent-batches'),
      items: tallies.of('sent'),
      ...(lastAt === undefined ? {} : { lastAt: isoTime(lastAt) }),
    },
    dropped: tallies.of('dropped'),
    refused: tallies.of('refused'),
    stayed: tallies.of('stayed'),
    encounters,
    blocks,
    texts: submissions.pending().length,
    ...(trouble === undefined ? {} : { trouble }),
  }
}

function isoTime(time: number): string {
  return new Date(time).toISOString()
}
