/**
 * Nodes that follow each other in a circle would ask each other for ever. Each of them notes itself in `Via` (RFC 9110
 * §7.6.3) when it asks on somebody's behalf; a question that has been here before, or at too many, is refused with 508.
 */
import type { FastifyInstance } from 'fastify'
import { HttpProblem } from './problem.ts'

/** Nodes behind each other, at most. A head is valid for an hour, and each hop may be five minutes late. */
export const HOPS_MAX = 8

/** As the names of nodes begin: other proxies on the way count for nothing. */
export const HOP_PREFIX = 'tocsin-'

/**
 * Refuses questions that go round. To be mounted before the routes.
 *
 * @param name of this node, beginning with {@link HOP_PREFIX}
 */
export function refuseLoops(app: FastifyInstance, name: string): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const { via } = request.headers
    done(via === undefined ? undefined : loopIn(via, name))
  })
}

function loopIn(via: string, name: string): HttpProblem | undefined {
  const hops = via.split(',').flatMap(hop => {
    const by = hop.trim().split(/\s+/)[1] ?? ''
    return by.startsWith(HOP_PREFIX) ? [by] : []
  })
  if (hops.includes(name)) return loop('it has been here before: this node follows itself')
  return hops.length > HOPS_MAX ? loop(`at most ${HOPS_MAX} nodes may stand behind each other`) : undefined
}

function loop(why: string): HttpProblem {
  return new HttpProblem(508, { code: 'unavailable', message: `Cannot answer: ${why}` })
}
