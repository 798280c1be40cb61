/**
 * What a node says about itself: every log event and every counter, in one place, with labels of bounded number.
 */
import { pino } from 'pino'

/** How loud an event is. */
type Loudness = 'info' | 'warn' | 'error'

/** Every event: how loud, and its sentence. Fields are added as they are. */
const EVENTS = {
  started: ['info', 'node started'],
  stopping: ['info', 'node stops: draining'],
  stopped: ['info', 'node stopped'],
  'admin-key-made': ['info', 'made an admin key; the file is readable by its owner only'],
  'starter-loaded': ['info', 'loaded the starter set'],
  'starter-failed': ['warn', 'could not load a list of the starter set'],
  'feed-held': ['warn', 'a copy of a feed looks broken and is not followed; `tocsin feeds agree` follows it'],
  'feed-failed': ['warn', 'a turn of a feed failed; what it said before stays'],
  'feeds-file-wrong': ['error', 'feeds.yaml cannot be read as it is now; the feeds go on as they were'],
  'trust-epoch': ['info', 'made an epoch of trust; `tocsin trust` tells whose has changed, and why'],
  'trust-pinned': ['info', 'an administrator pinned the trust of a source, or let it learn again'],
  'trust-failed': ['warn', 'could not look at how sources fared; their trust stays, and the next look tries again'],
  'appeal-answered': ['info', 'an analyst answered an appeal'],
  'scorer-failed': ['error', 'could not score or publish a batch; trying again'],
  'book-rebuilt': ['warn', 'book and ledger did not go together, as after a restore: made the book again'],
  'segment-trouble': [
    'warn',
    'the segment on disk cannot be used or written; the book is whole, a start may be slower',
  ],
  'distribution-failed': ['warn', 'could not make or sign the files by which others follow the book; trying again'],
  'dns-fallback': ['warn', 'DNS over UDP is answered on the main thread: batched system calls cannot be had here'],
  'engine-died': ['error', 'the ledger worker ended; answers go on from memory and are marked stale'],
  enrolled: ['info', 'enrolled at the upstream: it knows the key of this edge, and its public key is pinned'],
  'already-enrolled': ['info', 'the enrolment token has done its work in this data folder; it is not used again'],
  'edge-enrolled': ['info', 'an edge came for its key with a one-time token'],
  'upstream-key-pinned': [
    'warn',
    'no key was pinned: took the public key that the upstream showed; compare it with the one that the upstream logs',
  ],
  'upstream-key-named': ['info', 'the upstream named the key that signs after the present one; it is pinned'],
  'mirror-behind': ['warn', 'could not follow the upstream; answers go on from the mirror, and it is tried again'],
  'mirror-recovered': ['info', 'the mirror follows the upstream again'],
  'mirror-healing': ['warn', 'the mirror came to another state than its upstream says; taking a fresh snapshot'],
  'mirror-died': ['error', 'the mirror thread ended; answers go on from memory and will be marked stale'],
  'feedback-waiting': ['warn', 'feedback could not be sent; it is kept, and tried again'],
  'feedback-refused': ['warn', 'the upstream does not take a batch of feedback, or items of it'],
  'feedback-damaged': [
    'error',
    'the file of feedback was damaged and is set aside, with what waited in it; nothing is sent until `tocsin feedback on`',
  ],
  'feedback-failed': ['error', 'feedback could not be kept; what doors met is lost, reports are answered by an error'],
  'mining-failed': ['warn', 'mining could not read the book or write a finding; it tries again'],
  'mining-ended': ['warn', 'the mining thread ended and is started again; all else goes on'],
  'unknown-failed': ['warn', 'could not look through the queue of the unknown; it is tried again'],
  'mining-retracted': ['info', 'mining is off: took back what it had derived'],
  'relay-started': ['info', 'relay started; of those who ask nothing is logged'],
  'gateway-silent': ['warn', 'the gateway gives no answer; each request is tried by itself'],
  'gateway-answers': ['info', 'the gateway answers again'],
  'door-failed': ['warn', 'a door could not handle something'],
  'request-failed': ['error', 'a request failed for a reason of our own'],
} as const satisfies Record<string, readonly [Loudness, string]>

/** The name of an event. */
export type EventName = keyof typeof EVENTS

/** Where events go. Never throws, never blocks. */
export type Log = (event: EventName, fields?: Readonly<Record<string, unknown>>) => void

/** How much is logged. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/** Logs events as JSON lines on standard error. An `error` field is written with its stack. */
export function createLog(level: LogLevel): Log {
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2))
  return (event, fields = {}) => {
    const [loudness, sentence] = EVENTS[event]
    const { error, ...rest } = fields
    logger[loudness]({ event, ...rest, ...(error === undefined ? {} : { err: error }) }, sentence)
  }
}

/** For places that have nobody to tell. */
export const silentLog: Log = () => undefined
