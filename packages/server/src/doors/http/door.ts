/** The HTTP door: what a node answers about reputations, mounted on a listener. */
import type { FastifyInstance } from 'fastify'
import type { Book } from '../../book/book.ts'
import type { Distribution } from '../../book/distribution.ts'
import type { Gate } from './access.ts'
import { mountDistribution } from './book.ts'
import { type BookRouteOptions, mountBookRoutes } from './book-routes.ts'
import { type ExplanationOptions, mountExplanations } from './explanations.ts'
import { type LookupOptions, mountLookups } from './lookups.ts'

/** What the door is handed. */
export interface HttpDoorOptions extends LookupOptions, ExplanationOptions, BookRouteOptions {
  readonly book: Pick<Book, 'explain' | 'head' | 'historyOf'>
  /** For a node whose book others may follow. */
  readonly distribution?: Distribution | undefined
}

/** Mounts lookups, explanations and the book's place. */
export function mountHttpDoor(app: FastifyInstance, gate: Gate, options: HttpDoorOptions): void {
  mountLookups(app, gate, options)
  mountExplanations(app, gate, options)
  const { distribution } = options
  if (distribution === undefined) mountBookRoutes(app, gate, options)
  else mountDistribution(app, gate, { distribution })
}
