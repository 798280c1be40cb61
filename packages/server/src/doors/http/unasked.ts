/**
 * Connections on which nothing was ever asked. Browsers and HTTP clients open some in advance, or call a request off before
 * it is sent; Node counts them as busy, so at the end they would be waited for like answers under way.
 */
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

/** Has such connections cut when a listener closes. */
export function cutUnasked(app: FastifyInstance): void {
  const unasked = new Set<Socket>()
  app.server.on('connection', socket => {
    unasked.add(socket)
    socket.once('close', () => unasked.delete(socket))
  })
  app.server.on('request', ({ socket }) => unasked.delete(socket))
  app.addHook('preClose', async () => {
    for (const socket of unasked) socket.destroy()
  })
}
