/** Where the book is: once, and as it moves. */
import { ProblemError } from '@tocsin/core/base'
import { HEAD_SCHEMA } from '@tocsin/core/wire'
import type { FastifyInstance, onRequestHookHandler } from 'fastify'
import type { Book, HeadListener } from '../../book/book.ts'
import type { Gate } from './access.ts'
import { headToWire } from './head.ts'
import { HeadEvents, type HeadEventsParts } from './head-events.ts'
import { describe } from './route-schema.ts'

/** What the routes of the book are answered from. */
export interface BookRouteOptions {
  readonly book: Pick<Book, 'head'>
  /** Calls back after each batch, when the book has it; the result unsubscribes. */
  readonly onHead: (listener: HeadListener) => () => void
  /** Who may listen at the same time, at most; 4,000 by default. */
  readonly listenersMax?: number
}

/** What a stream of heads is made from. */
export interface HeadStreamOptions extends Omit<HeadEventsParts, 'later' | 'listenersMax'> {
  readonly listenersMax?: number
  /** Whether there is a head yet; always by default. */
  readonly isReady?: () => boolean
  /** Whether who began to listen may go on; asked with each heartbeat. */
  readonly isStillValid: Gate['isStillValid']
}

/** Replicas of one node and the pages that watch it; each costs some kilobytes. */
const LISTENERS_MAX = 4000

/** Mounts `/v1/book/head` and `/v1/book/events` of a node that distributes nothing. */
export function mountBookRoutes(app: FastifyInstance, gate: Gate, options: BookRouteOptions): void {
  const { book, onHead, listenersMax } = options
  const schema = describe('book', 'Where the book is.', HEAD_SCHEMA)
  app.get('/v1/book/head', { onRequest: gate.requireLookup, schema }, () => headToWire(book.head()))
  const head = () => book.head()
  const room = listenersMax === undefined ? {} : { listenersMax }
  const isStillValid: Gate['isStillValid'] = request => gate.isStillValid(request)
  mountHeadStream(app, gate.requireLookup, { head, onHead, isStillValid, ...room })
}

/** Mounts `/v1/book/events`. */
export function mountHeadStream(
  app: FastifyInstance,
  onRequest: onRequestHookHandler,
  { listenersMax = LISTENERS_MAX, isReady = () => true, isStillValid, ...parts }: HeadStreamOptions,
): void {
  const events = new HeadEvents({ ...parts, later: runLater, listenersMax })
  // Before the server waits for answers under way: these would never end by themselves.
  app.addHook('preClose', async () => events[Symbol.dispose]())

  const summary = 'Server-sent events: a `head` on connecting and after each batch, the last of them in any case.'
  const stream = {
    onRequest,
    exposeHeadRoute: false,
    schema: { tags: ['book'], summary, produces: ['text/event-stream'] },
  }
  app.get('/v1/book/events', stream, (request, reply) => {
    if (!isReady()) throw new ProblemError({ code: 'unavailable', message: 'Cannot push news yet; ask again' })
    if (!events.hasRoom()) {
      throw new ProblemError({ code: 'unavailable', message: `Cannot push news: ${listenersMax} listen already` })
    }
    reply.hijack()
    const headers = reply.getHeaders() as Record<string, string>
    // Proxies that gather answers would keep the news from arriving.
    reply.raw.writeHead(200, { ...headers, 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' })
    events.add(reply.raw, () => isStillValid(request))
  })
}

function runLater(ms: number, action: () => void): () => void {
  const timer = setTimeout(action, ms)
  // The listener keeps the process alive, a heartbeat does not.
  timer.unref()
  return () => clearTimeout(timer)
}
