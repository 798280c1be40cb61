/** The outbound over real sockets, to a server on the loopback that it may reach as `feed.example`. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { ProblemError } from '@tocsin/core/base'
import type { Fetched, FetchRequest, Outbound } from '../outbound.ts'
import { type OutboundOptions, openOutbound } from './outbound.ts'

/** What the clock of the outbound says. */
const NOW = Date.parse('2026-11-22T12:00:00Z')
const LIMITS = { bytesMax: 2 ** 20, unpackedBytesMax: 64 * 2 ** 20, timeoutSeconds: 20 }

/** Names in no real DNS; all else is loopback too, but not allowed. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  'feed.example': ['127.0.0.1'],
  'other.example': ['127.0.0.1'],
  'cloud.example': ['169.254.169.254'],
  'local.example': ['127.0.0.1'],
  'mixed.example': ['8.8.8.8', '10.0.0.1'],
  'mapped.example': ['::ffff:127.0.0.1'],
  'scoped.example': ['fe80::1%eth0'],
}

/** A server on the loopback, an outbound that may reach it, and what was seen of them. */
export interface World extends AsyncDisposable {
  readonly outbound: Outbound
  readonly port: number
  readonly connections: () => number
  get(path: string, rest?: Partial<FetchRequest>): Promise<Fetched>
  text(path: string, rest?: Partial<FetchRequest>): Promise<string>
}

export async function world(listener: RequestListener, options: Partial<OutboundOptions> = {}): Promise<World> {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  let connections = 0
  server.on('connection', () => connections++)
  const resolve = async (name: string) => NAMES[name] ?? []
  const outbound = openOutbound({ userAgent: 'tocsin/0 (+feeds)', clock: () => NOW, resolve, ...options })
  const get = (path: string, rest: Partial<FetchRequest> = {}) =>
    outbound.fetch({
      url: path.startsWith('/') ? `http://feed.example:${port}${path}` : path,
      allowedHosts: [`feed.example:${port}`],
      ...LIMITS,
      ...rest,
    })
  return {
    outbound,
    port,
    connections: () => connections,
    get,
    text: async (path, rest) => {
      const fetched = await get(path, rest)
      assert.equal(fetched.is, 'body')
      return (await buffer((fetched as Fetched & { is: 'body' }).body)).toString()
    },
    [Symbol.asyncDispose]: async () => {
      await outbound[Symbol.asyncDispose]()
      server.closeAllConnections()
      server.close()
    },
  }
}

/** For `assert.rejects`: the code and the words of a problem. */
export function refusal(code: 'invalid' | 'unavailable', message: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof ProblemError, String(error))
    assert.match(error.message, message)
    assert.equal(error.problem.code, code, error.message)
    return true
  }
}
