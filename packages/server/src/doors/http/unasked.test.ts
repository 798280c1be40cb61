import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { test } from 'node:test'
import Fastify from 'fastify'
import { cutUnasked } from './unasked.ts'

test('cutUnasked() ends connections on which nothing was asked, and lets an answer under way be finished', async () => {
  const app = Fastify({ forceCloseConnections: 'idle' })
  cutUnasked(app)
  const asked = Promise.withResolvers<void>()
  const answered = Promise.withResolvers<string>()
  app.get('/slow', async (_request, reply) => {
    asked.resolve()
    reply.header('connection', 'close')
    return await answered.promise
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const arrived = once(app.server, 'connection')
  const silent = connect(port, '127.0.0.1')
  const cut = once(silent, 'close')
  silent.on('error', () => undefined)
  await arrived
  const answer = fetch(`http://127.0.0.1:${port}/slow`)
  await asked.promise
  const closed = app.close()
  await cut
  answered.resolve('done')
  assert.equal(await (await answer).text(), 'done')
  await closed
})
