/**
 * The HTTP listener: one Fastify instance on which the composition mounts this door, the source of reports, the console
 * and the dashboard. It holds what all of them need: known hosts, callers, shapes, errors and headers.
 */
import type { AddressInfo } from 'node:net'
import { ProblemError } from '@tocsin/core/base'
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import type { Log } from '../../ops/events.ts'
import { type Caller, createGate, type Gate, type LookupKeys, type Recognition } from './access.ts'
import { mountDescription } from './description.ts'
import { openToOrigins, secure } from './headers.ts'
import { hostCheck } from './hosts.ts'
import { KnownPaths } from './known-paths.ts'
import { mountProbes, type Readiness } from './probes.ts'
import { HttpProblem, NOWHERE, problemToWire, sendProblem } from './problem.ts'
import { SHARED_SCHEMAS, type ShapeCheck, Shapes, serializers, shapeProblem } from './shapes.ts'
import { limitBodyTime, refuseUnreadable } from './slow-requests.ts'
import { cutUnasked } from './unasked.ts'
import { refuseUnread } from './unread.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether pages of other origins may read the answer. Lookups alone. */
    crossOrigin?: boolean
  }
}

/** What a listener is built from. */
export interface ListenerOptions {
  /** An address, `0.0.0.0` or `::` for all, or a name of this machine. */
  readonly address: string
  /** 0 for any free one. */
  readonly port: number
  /** More names or addresses that the node is known by. None by default. */
  readonly hosts?: readonly string[]
  /** Whose token it is; `undefined` for nobody's. */
  readonly authenticate: (token: string) => Caller | undefined
  /** `off-loopback` by default. */
  readonly lookupsNeedKey?: LookupKeys
  /** Whether answers can be relied on by now; asked by `/readyz`. */
  readonly readiness: () => Readiness
  /** The version that the description of the API names. */
  readonly version: string
  readonly log: Log
  /** Limits for tests; the defaults are those of the README. */
  readonly limits?: Partial<ListenerLimits>
}

/** Bounds on what a client may take. */
export interface ListenerLimits {
  /** Bytes of a body that is held as a whole; 16 MiB. */
  readonly bodyBytesMax: number
  /** Milliseconds in which such a body must have come; five minutes. */
  readonly bodyMs: number
  /** Milliseconds that answers under way have at the end, before their connections are cut; ten seconds. */
  readonly drainMs: number
}

/** A listener. Disposing of it drains: no new request, answers under way are finished, event streams end. */
export interface HttpListener extends AsyncDisposable {
  /** To mount routes on, before {@link HttpListener.listen}. */
  readonly app: FastifyInstance
  readonly gate: Gate
  /** The check of items that are refused one by one. */
  readonly checkOf: (schema: { readonly $id: string }) => ShapeCheck
  /** Begins to listen; resolves with where, as `http://127.0.0.1:7080`. Rejects with `unavailable` where it cannot. */
  listen(): Promise<string>
}

const LIMITS: ListenerLimits = { bodyBytesMax: 16 * 1024 * 1024, bodyMs: 300_000, drainMs: 10_000 }

/** A subject of 16 KiB, each byte of it percent-encoded, with room for the rest of a request line and headers. */
const HEADER_BYTES_MAX = 64 * 1024

/** Builds the listener; nothing is bound yet. */
export async function createListener(options: ListenerOptions): Promise<HttpListener> {
  const limits = { ...LIMITS, ...options.limits }
  const shapes = new Shapes()
  const gate = createGate(options.authenticate, options.lookupsNeedKey ?? 'off-loopback')
  const app = Fastify({
    bodyLimit: limits.bodyBytesMax,
    // Cuts a connection on which nothing moves; a body's own time is limited where it is held in memory.
    connectionTimeout: 120_000,
    requestTimeout: 0,
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: HEADER_BYTES_MAX },
    schemaController: { compilersFactory: { buildSerializer: serializers } },
    // A request without Host is answered by us, in our words.
    http: { maxHeaderSize: HEADER_BYTES_MAX, headersTimeout: 30_000, requireHostHeader: false },
    clientErrorHandler: refuseUnreadable,
    frameworkErrors: (error, _request, reply) => {
      secure(reply)
      sendProblem(reply, problemToWire(error, false))
    },
  })
  // A body is JSON, or a type that a route of its own takes.
  app.removeContentTypeParser('text/plain')
  SHARED_SCHEMAS.forEach(schema => app.addSchema(schema))
  app.setValidatorCompiler(shapes.compiler)
  app.setSchemaErrorFormatter(shapeProblem)
  guard(app, gate, hostCheck({ address: options.address, hosts: options.hosts ?? [] }))
  limitBodyTime(app, limits.bodyMs)
  cutUnasked(app)
  tellErrors(app, gate, options.log)
  await mountDescription(app, options.version)
  mountProbes(app, options.readiness)

  return {
    app,
    gate,
    checkOf: schema => shapes.checkOf(schema),
    listen: () => listen(app, options),
    async [Symbol.asyncDispose]() {
      const late = setTimeout(() => app.server.closeAllConnections(), limits.drainMs)
      try {
        await app.close()
      } finally {
        clearTimeout(late)
      }
    },
  }
}

/** Every request passes here first. Headers come before refusals, so that refusals have them too. */
function guard(app: FastifyInstance, gate: Recognition, isKnownHost: (host: string | undefined) => boolean): void {
  function admit(request: FastifyRequest): void {
    refuseUnread(request.raw)
    // Before the key: a page that has rebound its name must not even learn whether a key is right.
    if (!isKnownHost(request.headers.host)) {
      const host = JSON.stringify(request.headers.host ?? '')
      throw new HttpProblem(421, {
        code: 'invalid',
        message: `Cannot answer for host ${host}: this node is not known by it`,
      })
    }
    gate.recognise(request)
  }
  // Calls back rather than returns a promise: it runs for each of many thousand lookups a second.
  app.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.config.crossOrigin) openToOrigins(reply)
    else secure(reply)
    try {
      admit(request)
    } catch (error) {
      done(error as Error)
      return
    }
    done()
  })
}

function tellErrors(app: FastifyInstance, gate: Gate, log: Log): void {
  const paths = new KnownPaths(app)
  app.setErrorHandler((error, request, reply) => {
    const problem = problemToWire(error, gate.callerOf(request) !== undefined)
    // The route and not the path: paths hold what people look up.
    if (problem.code === 'internal')
      log('request-failed', { error, method: request.method, route: request.routeOptions.url })
    return sendProblem(reply, problem)
  })
  app.setNotFoundHandler((request, reply) => {
    const methods = paths.methodsOf(request.url.split('?', 1)[0]!)
    if (methods.length === 0) {
      throw new ProblemError(NOWHERE)
    }
    reply.header('allow', methods.join(', '))
    throw new HttpProblem(405, {
      code: 'invalid',
      message: `Cannot answer ${request.method}: this path takes ${methods.join(', ')}`,
    })
  })
}

async function listen(app: FastifyInstance, { address, port }: ListenerOptions): Promise<string> {
  try {
    await app.listen({ host: address, port })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new ProblemError(
      { code: 'unavailable', message: `Cannot listen on ${address} port ${port}: ${why}` },
      { cause: error },
    )
  }
  const bound = app.server.address() as AddressInfo
  return `http://${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`
}
