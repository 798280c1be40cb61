/** Where the book is: once, and as it moves. */
import { ProblemError } from '@tocsin/core/base'
import { HEAD_SCHEMA } from '@tocsin/core/wire'
import type { FastifyInstance } from 'fastify'
import type { Book, HeadListener } from '../../book/book.ts'
import type { Gate } from './access.ts'
import { headToWire } from './head.ts'
import { HeadEvents } from './head-events.ts'
import { describe } from './route-schema.ts'

/** What the routes of the book are answered from. */
export interface BookRouteOptions {
  readonly book: Pick<Book, 'head'>
  /** Calls back after each batch, when the book has it; the result unsubscribes. */
  readonly onHead: (listener: HeadListener) => () => void
  /** Who may listen at the same time, at most; 1,000 by default. */
  readonly listenersMax?: number
}

const LISTENERS_MAX = 1000

/** Mounts `/v1/book/head` and `/v1/book/events`. */
export function mountBookRoutes(app: FastifyInstance, gate: Gate, options: BookRouteOptions): void {
  const { book, onHead, listenersMax = LISTENERS_MAX } = options
  const events = new HeadEvents({ head: () => book.head(), onHead, later: runLater, listenersMax })
  // Before the server waits for answers under way: these would never end by themselves.
  app.addHook('preClose', async () => events[Symbol.dispose]())

  const shared = { onRequest: gate.requireLookup }
  const schema = describe('book', 'Where the book is.', HEAD_SCHEMA)
  app.get('/v1/book/head', { ...shared, schema }, () => headToWire(book.head()))

  const summary = 'Server-sent events: a `head` on connecting and after each batch, at most five a second.'
  const stream = {
    ...shared,
    exposeHeadRoute: false,
    schema: { tags: ['book'], summary, produces: ['text/event-stream'] },
  }
  app.get('/v1/book/events', stream, (_request, reply) => {
    if (!events.hasRoom()) {
      throw new ProblemError({ code: 'unavailable', message: `Cannot push news: ${listenersMax} listen already` })
    }
    reply.hijack()
    const headers = reply.getHeaders() as Record<string, string>
    // Proxies that gather answers would keep the news from arriving.
    reply.raw.writeHead(200, { ...headers, 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' })
    events.add(reply.raw)
  })
}

function runLater(ms: number, action: () => void): () => void {
  const timer = setTimeout(action, ms)
  // The listener keeps the process alive, a heartbeat does not.
  timer.unref()
  return () => clearTimeout(timer)
}
