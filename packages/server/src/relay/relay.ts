/**
 * The relay of Oblivious HTTP (RFC 9458): takes sealed requests, forwards them to one gateway, gives the answers back. It knows
 * who asks and cannot open what; it writes down neither. It hands out no keys: whoever hands out keys can give each client
 * another one, and a relay that did so with a gateway would undo what it is for.
 */
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import { ask, type Said, SEALED, type Send } from './gateway.ts'
import { Visits } from './visits.ts'

/** What a relay is built from. */
export interface RelayOptions {
  /** The gateway, with its path. */
  readonly gateway: string
  readonly send: Send
  /** Requests a second from one address; 0 for no limit. A proxy on the relay's own machine is not limited. */
  readonly requestsPerSecond: number
  /** Whether an address is this machine's own. */
  readonly isLocal: (address: string) => boolean
  readonly clock: () => number
  /** Told when the gateway begins to be silent, and when it answers again. */
  readonly onGateway: (state: 'silent' | 'answers') => void
  readonly limits?: Partial<RelayLimits>
}

/** Bounds on what is carried. */
export interface RelayLimits {
  /** Bytes of a sealed request; 64 KiB, as gateways of this network take. */
  readonly requestBytesMax: number
  /** Bytes of a sealed answer; 1 MiB. */
  readonly answerBytesMax: number
  /** Milliseconds until the gateway's whole answer is there; ten seconds. */
  readonly answerMs: number
  /** Requests that are carried at the same time; 256. */
  readonly underWayMax: number
}

const LIMITS: RelayLimits = {
  requestBytesMax: 64 * 1024,
  answerBytesMax: 1024 * 1024,
  answerMs: 10_000,
  underWayMax: 256,
}

/** Milliseconds in which a whole request must have come. */
const REQUEST_MS = 15_000

/** Pages of any origin may ask through a relay; a sealed request has nothing of the page in it. */
const CROSS_ORIGIN = { 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' } as const

const PREFLIGHT = {
  'access-control-allow-methods': 'POST',
  'access-control-allow-headers': 'content-type',
  'access-control-max-age': '86400',
} as const

/** What is told where no answer can be given: constant, so that nothing of a gateway's choosing gets through unsealed. */
const PROBLEMS = {
  'unknown-key': [
    422,
    'invalid',
    'Cannot relay: the gateway cannot open the request; it needs a key that the gateway has',
  ],
  busy: [503, 'unavailable', 'Cannot relay: the gateway is busy; ask again later'],
  silent: [502, 'unavailable', 'Cannot relay: the gateway gives no answer'],
  full: [503, 'unavailable', 'Cannot relay: too many requests are under way; ask again later'],
  often: [429, 'limited', 'Cannot relay: too many requests from this address; ask again in a second'],
  unread: [400, 'invalid', `Cannot relay: the request must be a POST of type ${SEALED.request}, of at most 64 KiB`],
  nowhere: [404, 'not-found', 'Cannot relay: requests are sent to "/"'],
} as const satisfies Record<string, readonly [status: number, code: string, detail: string]>

/** Builds a relay; nothing is bound yet. Nothing is logged. */
export function createRelay(options: RelayOptions): FastifyInstance {
  const limits = { ...LIMITS, ...options.limits }
  const visits = new Visits(options.requestsPerSecond)
  const app = Fastify({
    bodyLimit: limits.requestBytesMax,
    connectionTimeout: 30_000,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    http: { maxHeaderSize: 16 * 1024, headersTimeout: REQUEST_MS },
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(SEALED.request, { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.setErrorHandler((_error, _request, reply) => refuse(reply, 'unread'))
  app.setNotFoundHandler((_request, reply) => refuse(reply, 'nowhere'))
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(CROSS_ORIGIN).header('cache-control', 'no-store')
    const isWelcome = options.isLocal(request.ip) || visits.admits(request.ip, options.clock())
    if (isWelcome) done()
    else void refuse(reply, 'often')
  })
  app.get('/healthz', (_request, reply) => reply.send({ status: 'alive' }))
  app.options('/', (_request, reply) => reply.headers(PREFLIGHT).code(204).send())
  mountForwarding(app, options, limits)
  return app
}

function mountForwarding(app: FastifyInstance, { gateway, send, onGateway }: RelayOptions, limits: RelayLimits): void {
  let underWay = 0
  let isSilent = false
  const tell = ({ is }: Said): void => {
    if ((is === 'silent') === isSilent) return
    isSilent = !isSilent
    onGateway(isSilent ? 'silent' : 'answers')
  }
  app.post('/', async ({ body }, reply) => {
    if (!(body instanceof Uint8Array)) return await refuse(reply, 'unread')
    if (underWay >= limits.underWayMax) return await refuse(reply, 'full')
    underWay += 1
    try {
      const said = await ask(gateway, body, send, limits)
      tell(said)
      if (said.is !== 'answer') return await refuse(reply, said.is)
      return await reply.type(SEALED.response).send(said.sealed)
    } finally {
      underWay -= 1
    }
  })
}

function refuse(reply: FastifyReply, why: keyof typeof PROBLEMS): FastifyReply {
  const [status, code, detail] = PROBLEMS[why]
  const isKey = why === 'unknown-key'
  const type = isKey ? 'https://iana.org/assignments/http-problem-types#ohttp-key' : 'about:blank'
  if (status === 429 || status === 503) reply.header('retry-after', 1)
  // What is still on its way of a body that was refused is not waited for.
  if (reply.request.raw.complete === false) reply.header('connection', 'close')
  const problem = Buffer.from(JSON.stringify({ type, title: detail, status, detail, code }))
  return reply.code(status).type('application/problem+json').send(problem)
}
