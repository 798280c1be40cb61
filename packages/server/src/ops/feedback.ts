/** What an edge says about its feedback, for Prometheus. */
import { family, single } from './exposition.ts'

/** The numbers of feedback, as `GET /v1/feedback` tells them. */
export interface FeedbackNumbers {
  readonly mode: string
  readonly waiting: {
    readonly batches: number
    readonly items: number
    readonly bytes: number
    readonly oldestAt?: string
  }
  readonly sent: { readonly batches: number; readonly items: number }
  readonly dropped: number
  readonly refused: number
  readonly stayed: number
  readonly encounters: { readonly waiting: number; readonly dropped: number }
  readonly blocks: number
}

/** Lines of the text format of Prometheus 0.0.4. */
export function feedbackLines(numbers: FeedbackNumbers): readonly string[] {
  const { mode, waiting, sent, dropped, refused, stayed, encounters, blocks } = numbers
  const oldest = waiting.oldestAt === undefined ? 0 : Date.parse(waiting.oldestAt) / 1000
  return [
    ...family('gauge', 'tocsin_feedback_mode', 'The mode in force, as a label.', [[{ mode }, 1]]),
    ...single('gauge', 'tocsin_feedback_waiting_items', 'Items that wait to be sent.', waiting.items),
    ...single('gauge', 'tocsin_feedback_waiting_bytes', 'Bytes that wait to be sent.', waiting.bytes),
    ...single('gauge', 'tocsin_feedback_oldest_seconds', 'Since when the oldest waits, in Unix time; 0: none.', oldest),
    ...single('counter', 'tocsin_feedback_sent_total', 'Items that the upstream took.', sent.items),
    ...single('counter', 'tocsin_feedback_refused_total', 'Items that the upstream did not take.', refused),
    ...single(
      'counter',
      'tocsin_feedback_dropped_total',
      'Items that went for want of room, or were discarded.',
      dropped,
    ),
    ...single('counter', 'tocsin_feedback_stayed_total', 'Reports that may not leave the site.', stayed),
    ...single(
      'gauge',
      'tocsin_feedback_encounters_waiting',
      'Subjects whose encounters are being counted.',
      encounters.waiting,
    ),
    ...single(
      'counter',
      'tocsin_feedback_encounters_dropped_total',
      'Questions that were not counted for want of room.',
      encounters.dropped,
    ),
    ...single('gauge', 'tocsin_site_blocks', 'Subjects that the site blocks since it reported them.', blocks),
  ]
}
