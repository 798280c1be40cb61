/**
 * A Fastify application that answers one constant object, built with the options of our listener, its serialiser made
 * from a schema: what HTTP costs at least here. `node bench/servers/fastify-plain.ts JSON` prints its address.
 */
import { createRequire } from 'node:module'

/** As much of Fastify as is used; the server's own copy, so that both run the same release. */
interface PlainApp {
  get(path: string, options: object, handler: () => unknown): void
  listen(options: object): Promise<string>
}

const fromServer = createRequire(new URL('../../packages/server/package.json', import.meta.url))
const fastify = fromServer('fastify') as (options: object) => PlainApp

const answer = JSON.parse(process.argv[2]!) as Record<string, unknown>
const properties = Object.fromEntries(Object.entries(answer).map(([name, value]) => [name, { type: typeof value }]))

const app = fastify({
  bodyLimit: 16 * 1024 * 1024,
  connectionTimeout: 120_000,
  requestTimeout: 0,
  keepAliveTimeout: 72_000,
  forceCloseConnections: 'idle',
  routerOptions: { maxParamLength: 64 * 1024 },
  http: { maxHeaderSize: 64 * 1024, headersTimeout: 30_000, requireHostHeader: false },
})
app.get('/*', { schema: { response: { 200: { type: 'object', properties } } } }, () => answer)
console.log(await app.listen({ host: '127.0.0.1', port: 0 }))
