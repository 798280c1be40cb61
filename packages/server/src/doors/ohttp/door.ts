/** The Oblivious HTTP gateway (RFC 9458): opens what a relay forwards, has the node's lookups answer it, seals the answer. */
import {
  type BinaryResponse,
  type DecapsulatedRequest,
  decapsulateRequest,
  decodeRequest,
  encodeResponse,
  KEYS_TYPE,
  type KeyPair,
  paddedLength,
  REQUEST_BYTES_MAX,
  REQUEST_TYPE,
  RESPONSE_BYTES_MAX,
  RESPONSE_OVERHEAD,
  RESPONSE_TYPE,
} from '@tocsin/client/ohttp'
import { encodeUtf8, type Problem, ProblemError } from '@tocsin/core/base'
import type { WireProblem } from '@tocsin/core/wire'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { type InnerRequest, innerRequest } from './inner-request.ts'

/** The keys that requests are sealed for. */
export interface OpeningKeys {
  /** The bytes of `application/ohttp-keys`. */
  published(): Promise<Uint8Array>
  /** The key of an id; `undefined` for one that is not, or no longer, in use. */
  keyOf(id: number): KeyPair | undefined
}

/** What the gateway is handed. */
export interface GatewayOptions {
  readonly keys: OpeningKeys
  /** Has the node's own routes answer a lookup. Says nothing of who forwarded it. */
  readonly forward: (request: InnerRequest) => Promise<BinaryResponse>
  /** Requests that are answered at the same time, at most; 128 by default, which is 8 MiB of them. */
  readonly underWayMax?: number
}

const UNDER_WAY_MAX = 128

const MESSAGE_BYTES_MAX = RESPONSE_BYTES_MAX - RESPONSE_OVERHEAD

/**
 * One answer for all that cannot be opened (RFC 9458 §5.3): whoever tries sealed bytes learns nothing of why.
 * The type is registered at IANA.
 */
const UNKNOWN_KEY: WireProblem = {
  type: 'https://iana.org/assignments/http-problem-types#ohttp-key',
  title: 'The key configuration is not known',
  status: 422,
  detail: 'Cannot open the request: it must be sealed for a key of GET /v1/ohttp/keys',
  code: 'invalid',
}

/** The status of each code that may come up before the node's own routes are asked. */
const STATUS = { invalid: 400, 'not-found': 404 } as const

/** What of an answer's header is sealed: what clients heed. */
const TOLD: ReadonlySet<string> = new Set(['content-type', 'retry-after', 'x-tocsin-state'])

/** Mounts `/v1/ohttp/keys` and `/v1/ohttp/gateway`. Neither needs a key: what is sealed says for itself who asks. */
export async function mountGateway(app: FastifyInstance, options: GatewayOptions): Promise<void> {
  const { keys, underWayMax = UNDER_WAY_MAX } = options
  // A scope of its own, so that no other route takes bodies of this type.
  await app.register(async scope => {
    scope.addContentTypeParser(
      REQUEST_TYPE,
      { parseAs: 'buffer', bodyLimit: REQUEST_BYTES_MAX },
      (_request, body, done) => done(null, body),
    )
    const published = { tags: ['ohttp'], summary: 'The keys to seal requests for (RFC 9458).', produces: [KEYS_TYPE] }
    scope.get('/v1/ohttp/keys', { config: { crossOrigin: true }, schema: published }, async (_request, reply) => {
      return await reply.type(KEYS_TYPE).send(Buffer.from(await keys.published()))
    })

    let underWay = 0
    const schema = {
      tags: ['ohttp'],
      summary: 'A lookup that a relay forwards, sealed (RFC 9458).',
      consumes: [REQUEST_TYPE],
      produces: [RESPONSE_TYPE],
    }
    scope.post('/v1/ohttp/gateway', { bodyLimit: REQUEST_BYTES_MAX, schema }, async ({ body }, reply) => {
      if (!(body instanceof Uint8Array)) refuse('invalid', `the body must be of type ${REQUEST_TYPE}`)
      if (underWay >= underWayMax) refuse('unavailable', `${underWayMax} requests are being answered already`)
      underWay += 1
      try {
        return await sendAnswer(reply, body, options)
      } finally {
        underWay -= 1
      }
    })
  })
}

async function sendAnswer(reply: FastifyReply, body: Uint8Array, { keys, forward }: GatewayOptions) {
  // Keys are changed when their time has come, and somebody asks.
  await keys.published()
  const opened = await decapsulateRequest(id => keys.keyOf(id), body)
  if (opened === undefined) {
    const problem = Buffer.from(JSON.stringify(UNKNOWN_KEY))
    return await reply.code(UNKNOWN_KEY.status).type('application/problem+json').send(problem)
  }
  const sealed = await sealedAnswer(opened, await answerTo(opened.message, forward))
  return await reply.type(RESPONSE_TYPE).send(Buffer.from(sealed))
}

async function answerTo(message: Uint8Array, forward: GatewayOptions['forward']): Promise<BinaryResponse> {
  const read = decodeRequest(message)
  if (!read.ok) return problemResponse(read.problem)
  const inner = innerRequest(read.value)
  return inner.ok ? await forward(inner.value) : problemResponse(inner.problem)
}

async function sealedAnswer(opened: DecapsulatedRequest, answer: BinaryResponse): Promise<Uint8Array> {
  const told = { ...answer, fields: answer.fields.filter(([name]) => TOLD.has(name)) }
  const plain = encodeResponse(told)
  if (plain.length <= MESSAGE_BYTES_MAX) {
    return await opened.sealResponse(encodeResponse(told, paddedLength(plain.length, MESSAGE_BYTES_MAX)))
  }
  const found = `${plain.length} bytes, at most ${MESSAGE_BYTES_MAX} may be sealed; ask for less at once, or directly`
  const problem = problemResponse({ code: 'invalid', message: `Cannot answer through the gateway: ${found}` })
  return await opened.sealResponse(encodeResponse(problem, paddedLength(0, MESSAGE_BYTES_MAX)))
}

/** A problem that only who sealed the request can read. */
function problemResponse({ code, message }: Problem): BinaryResponse {
  const status = code === 'not-found' ? STATUS['not-found'] : STATUS.invalid
  const title = status === 404 ? 'Not Found' : 'Bad Request'
  const problem: WireProblem = { type: 'about:blank', title, status, detail: message, code }
  const content = encodeUtf8(JSON.stringify(problem))!
  return { status, fields: [['content-type', 'application/problem+json']], content }
}

function refuse(code: 'invalid' | 'unavailable', why: string): never {
  throw new ProblemError({ code, message: `Cannot open the request: ${why}` })
}
