/** The book for other nodes: a signed head, the way there, the files, and news as they come. */
import { open } from 'node:fs/promises'
import { STATUS_CODES } from 'node:http'
import { Readable } from 'node:stream'
import { ProblemError } from '@tocsin/core/base'
import type { SignedHead } from '@tocsin/core/list'
import { isSubjectType } from '@tocsin/core/subject'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { DeltaFile, FilePlace, OfferedBook, SnapshotFile, Way } from '../../book/distribution.ts'
import type { Gate } from './access.ts'
import { mountHeadStream } from './book-routes.ts'
import { rangeOf } from './byte-range.ts'
import { HttpProblem } from './problem.ts'
import { SHORT_BYTES_MAX, ShortFiles } from './short-files.ts'

/** Milliseconds between two heads on one stream: 20 a second, as often as the book moves at most. */
const HEAD_INTERVAL_MS = 50

const FILE_NAME = /^[0-9a-f]{64}\.(?:delta|snapshot)$/

/** A name that is the hash of its bytes never stands for others. */
const FOR_GOOD = 'public, max-age=31536000, immutable'

const TAGS = ['book']

/** Mounts `/v1/book/head`, `changes`, `files`, `snapshot`, `events` and `key`, for whoever may look up. */
export function mountDistribution(
  app: FastifyInstance,
  gate: Gate,
  { distribution, listenersMax }: { readonly distribution: OfferedBook; readonly listenersMax?: number },
): void {
  const onRequest = gate.requireLookup
  const route = (summary: string) => ({ onRequest, schema: { tags: TAGS, summary } })

  app.get(
    '/v1/book/key',
    route('The public key that signs heads, to be pinned.'),
    () => distribution.key() ?? refuseYet(),
  )
  app.get('/v1/book/head', route('Where the book is, signed and valid for an hour.'), () => signedBy(distribution))
  mountHeadStream(app, onRequest, {
    head: () => headOf(distribution),
    data: () => JSON.stringify(signedBy(distribution)),
    beat: () => (distribution.ageSeconds === undefined ? 'still here' : `age ${distribution.ageSeconds()}`),
    isReady: () => distribution.head() !== undefined,
    isStillValid: request => gate.isStillValid(request),
    onHead: listener => distribution.onHead(listener),
    intervalMs: HEAD_INTERVAL_MS,
    ...(listenersMax === undefined ? {} : { listenersMax }),
  })

  const changes = route('The files that lead from a sequence to the head, or to the sequence `to` where they can.')
  const querystring = {
    type: 'object',
    required: ['since'],
    additionalProperties: false,
    properties: {
      since: { type: 'integer', minimum: 0 },
      to: { type: 'integer', minimum: 0 },
      types: { type: 'string', maxLength: 64, description: 'Types that are kept, as `ip,file`.' },
    },
  }
  app.get('/v1/book/changes', { ...changes, schema: { ...changes.schema, querystring } }, async (request, reply) => {
    const { since, to, types } = request.query as ChangesQuery
    checkTypes(types)
    const way = (await distribution.changes(since, to, request.headers.via)) ?? refuseYet()
    return sendWay(reply, way, since)
  })

  app.get('/v1/book/snapshot', route('Leads to the newest snapshot.'), (_request, reply) => {
    const snapshot = distribution.snapshot()
    if (snapshot === undefined) throw notYet('give a snapshot: none is written')
    return reply.redirect(`/v1/book/files/${snapshot.name}`, 302)
  })

  const params = { type: 'object', required: ['name'], properties: { name: { type: 'string', maxLength: 100 } } }
  const file = route('A snapshot or delta, whole or in part, by the hash of its bytes.')
  const short = new ShortFiles()
  app.get('/v1/book/files/:name', { ...file, schema: { ...file.schema, params } }, (request, reply) =>
    sendFile(request, reply, distribution, short),
  )
}

interface ChangesQuery {
  readonly since: number
  readonly to?: number
  readonly types?: string
}

/** Who relays another's book says beside the signed head, unsigned, how old that word is. */
function signedBy(distribution: OfferedBook): SignedHead & { readonly ageSeconds?: number } {
  const signed = distribution.signed() ?? refuseYet()
  return distribution.ageSeconds === undefined ? signed : { ...signed, ageSeconds: distribution.ageSeconds() }
}

function headOf(distribution: OfferedBook) {
  return distribution.head() ?? refuseYet()
}

function refuseYet(): never {
  throw notYet('tell where the book is: its files are being looked through')
}

function notYet(what: string): ProblemError {
  return new ProblemError({ code: 'unavailable', message: `Cannot ${what} yet; ask again` })
}

/** Files hold all types, and a replica takes what it keeps; what is no type is a mistake that is better told. */
function checkTypes(types: string | undefined): void {
  const wrong = types?.split(',').find(type => !isSubjectType(type))
  if (wrong === undefined) return
  const message = `Cannot read the query: types must be of ip, net, domain, url, file, found ${JSON.stringify(wrong)}`
  throw new ProblemError({ code: 'invalid', message })
}

function sendWay(reply: FastifyReply, way: Way, since: number): unknown {
  if (way.state === 'ahead') {
    const message = `Cannot tell the changes since ${since}: this book is at ${way.sequence}`
    throw new HttpProblem(409, { code: 'invalid', message })
  }
  if (way.state === 'gone') return sendGone(reply, since, way.snapshot)
  return { bookId: way.bookId, from: since, to: way.to, files: way.files.map(deltaToWire) }
}

function deltaToWire({ name, from, to, bytes }: DeltaFile): DeltaFile {
  return { name, from, to, bytes }
}

/** A problem of RFC 9457 with one member more: what to take instead. */
function sendGone(reply: FastifyReply, since: number, snapshot: SnapshotFile | undefined): FastifyReply {
  const instead = snapshot === undefined ? 'a snapshot is being written; ask again' : 'take the snapshot'
  const problem = {
    type: 'about:blank',
    title: STATUS_CODES[410],
    status: 410,
    detail: `Cannot tell the changes since ${since}: ${instead}`,
    code: 'gone',
    snapshot: snapshot === undefined ? null : snapshotToWire(snapshot),
  }
  return reply
    .code(410)
    .type('application/problem+json')
    .send(Buffer.from(JSON.stringify(problem)))
}

function snapshotToWire({ name, sequence, bytes }: SnapshotFile): SnapshotFile {
  return { name, sequence, bytes }
}

async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  distribution: OfferedBook,
  short: ShortFiles,
): Promise<FastifyReply> {
  const { name } = request.params as { readonly name: string }
  const found = FILE_NAME.test(name) ? await distribution.file(name, request.headers.via) : undefined
  if (found === undefined) throw gone()
  const etag = `"${name}"`
  const ofFile = { 'cache-control': FOR_GOOD, 'accept-ranges': 'bytes', etag }
  if (namesTag(request.headers['if-none-match'], etag)) return reply.headers(ofFile).code(304).send()
  const whole = request.headers['if-range'] !== undefined && request.headers['if-range'] !== etag
  const range = whole ? undefined : rangeOf(request.headers.range, found.bytes)
  if (range === 'unsatisfiable') {
    reply.header('content-range', `bytes */${found.bytes}`)
    throw new HttpProblem(416, { code: 'invalid', message: `Cannot give the range: the file has ${found.bytes} bytes` })
  }
  const { first, last } = range ?? { first: 0, last: found.bytes - 1 }
  // A stream, for of nothing Fastify would say that it has no bytes.
  const content = request.method === 'HEAD' ? Readable.from([]) : await contentOf(name, found, { first, last }, short)
  // Not before the bytes are at hand: caches would keep for good that there are none.
  reply.headers(ofFile)
  if (range !== undefined) reply.code(206).header('content-range', `bytes ${first}-${last}/${found.bytes}`)
  return reply
    .type('application/octet-stream')
    .header('content-length', last - first + 1)
    .send(content)
}

/** Opened when it resolves: what is open stays whole, though the file may be removed from then on. */
async function contentOf(
  name: string,
  { path, bytes }: FilePlace,
  { first, last }: { readonly first: number; readonly last: number },
  short: ShortFiles,
): Promise<Buffer | Readable> {
  try {
    if (bytes <= SHORT_BYTES_MAX) return (await short.bytes(name, path)).subarray(first, last + 1)
    return (await open(path)).createReadStream({ start: first, end: last })
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? gone() : error
  }
}

/** Merged into a longer one, or displaced, be it between the look-up and the reading. */
function gone(): ProblemError {
  const message = 'Cannot give the file: there is none of this name any more; ask for the way again'
  return new ProblemError({ code: 'not-found', message })
}

/** Whether `If-None-Match` names the entity; the weak form names it as well (RFC 9110 §13.1.2). */
function namesTag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  return header.split(',').some(part => part.trim() === '*' || part.trim().replace(/^W\//, '') === etag)
}
