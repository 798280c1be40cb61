/** Whether the process lives, and whether its answers can be relied on: for orchestrators and load balancers. */
import { ProblemError } from '@tocsin/core/base'
import type { FastifyInstance } from 'fastify'

/** Whether answers can be relied on, and why not. */
export interface Readiness {
  readonly ready: boolean
  readonly reason?: string
}

/** Mounts `/healthz` and `/readyz`. Neither needs a key; neither tells more than one word. */
export function mountProbes(app: FastifyInstance, readiness: () => Readiness): void {
  const tags = ['node']
  app.get('/healthz', { schema: { tags, summary: 'Whether the process lives.' } }, () => ({ status: 'alive' }))
  app.get('/readyz', { schema: { tags, summary: 'Whether answers can be relied on: 200, or 503.' } }, () => {
    const { ready, reason } = readiness()
    if (ready) return { status: 'ready' }
    const message = `Cannot rely on answers yet: ${reason ?? 'the node is still starting'}`
    throw new ProblemError({ code: 'unavailable', message })
  })
}
