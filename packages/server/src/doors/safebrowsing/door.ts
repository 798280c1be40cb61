/** The Safe Browsing v5 door: searches by prefix, and lists to hold locally, mounted on the listener of HTTP. */
import { ProblemError, type Sha256, unwrap } from '@tocsin/core/base'
import type { PublicSuffixes, Subject } from '@tocsin/core/subject'
import type { Answer, Freshness, Policy } from '@tocsin/core/verdict'
import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify'
import type { Book } from '../../book/book.ts'
import {
  type BatchGetRequest,
  hashListsToJson,
  hashListToJson,
  searchResponseToJson,
  writeHashList,
  writeHashLists,
  writeSearchResponse,
} from '../../protocols/safebrowsing/index.ts'
import { BookThreats } from './book-threats.ts'
import { HashLists, listCatalogue } from './hash-lists.ts'
import { LISTS } from './lists.ts'
import { answerFormat, batchQuestion, listQuestion, type Query, searchedType, searchQuestion } from './question.ts'
import { searchThreats } from './search.ts'
import { type ClientVersion, versionOf } from './version.ts'

/** What the door is handed. */
export interface SafeBrowsingOptions {
  readonly book: Pick<Book, 'entries' | 'changes' | 'head' | 'get'>
  /** What the node itself answers: nothing protected is to be blocked here that is not blocked there. */
  readonly answer: (subject: Subject) => Answer
  readonly policy: Policy
  readonly suffixes: PublicSuffixes
  /** Subjects that policy lists name as blocked, whatever the book says. */
  readonly blocked: readonly Subject[]
  /** How much the book is worth now. */
  readonly freshness: (now: number) => Freshness
  /** Who may ask: the rule of lookups. */
  readonly requireLookup: onRequestHookHandler
  /** Answers a browser that asks whether a page of another origin may ask. */
  readonly sendPreflight: (reply: FastifyReply) => FastifyReply
  readonly clock: () => number
  readonly sha256: Sha256
  /** Seconds that a client may keep what was found, at most; it is less where a threat is over sooner. */
  readonly ttlSeconds: number
  /** Seconds that it may keep that nothing was found. */
  readonly negativeTtlSeconds: number
  /** Seconds until a client should ask for a list again; 60 by default. */
  readonly waitSeconds?: number
  /** Seconds for which a version of a list stands at least; 30 by default. */
  readonly refreshSeconds?: number
}

const WAIT_SECONDS = 60
const REFRESH_SECONDS = 30

const JSON_TYPE = 'application/json; charset=utf-8'
const PROTO_TYPE = 'application/x-protobuf'

/** Tells, beside a message that has no place for it, what it is worth: `fresh` or `stale`. */
const STATE_HEADER = 'x-tocsin-state'

/** Mounts `/v5/…`. A book that cannot be asked is 503, which clients of this protocol take for unsure. */
export function mountSafeBrowsing(app: FastifyInstance, options: SafeBrowsingOptions): void {
  const { clock, sha256, waitSeconds = WAIT_SECONDS, refreshSeconds = REFRESH_SECONDS } = options
  const threats = new BookThreats(options)
  const lists = new HashLists({ threats, clock, sha256, waitSeconds, refreshSeconds })
  const shared = { onRequest: options.requireLookup, config: { crossOrigin: true } }
  const route = (summary: string) => ({
    ...shared,
    schema: { tags: ['safebrowsing'], summary, produces: [PROTO_TYPE, 'application/json'] },
  })

  const search = 'Full hashes of blocked domains and pages by prefixes of four bytes, up to 1,000 (Safe Browsing v5).'
  app.get('/v5/hashes::search', route(search), async (request, reply) => {
    const query = request.query as Query
    const prefixes = unwrap(searchQuestion(query))
    const type = unwrap(searchedType(query))
    const state = stateOf(options, reply)
    const { tables } = await threats.current()
    const searched = type === 'file' ? [tables.file] : [tables.domain, tables.url]
    const found = searchThreats(searched, prefixes, clock(), { ...options, state })
    return answer(
      request,
      reply,
      () => writeSearchResponse(found),
      () => searchResponseToJson(found),
    )
  })

  app.get(
    '/v5/hashList/:name',
    route('A list, or what differs from a former version of it.'),
    async (request, reply) => {
      const { name } = request.params as { readonly name: string }
      const [list] = await given(unwrap(listQuestion(name, request.query as Query)))
      stateOf(options, reply)
      return answer(
        request,
        reply,
        () => writeHashList(list!),
        () => hashListToJson(list!),
      )
    },
  )

  app.get('/v5/hashLists::batchGet', route('Several lists, in the order asked.'), async (request, reply) => {
    const found = await given(unwrap(batchQuestion(request.query as Query)))
    stateOf(options, reply)
    return answer(
      request,
      reply,
      () => writeHashLists(found),
      () => hashListsToJson(found),
    )
  })

  app.get('/v5/hashLists', route('Which lists there are.'), async (request, reply) => {
    const found = listCatalogue()
    return answer(
      request,
      reply,
      () => writeHashLists(found),
      () => hashListsToJson(found),
    )
  })

  for (const path of ['/v5/hashes::search', '/v5/hashList/:name', '/v5/hashLists::batchGet', '/v5/hashLists']) {
    const preflight = { config: shared.config, schema: { hide: true } }
    app.options(path, preflight, (_request, reply) => options.sendPreflight(reply))
  }

  async function given({ names, versions, sizeConstraints }: BatchGetRequest) {
    const places = names.map(placeOf)
    const has = heldVersions(versions)
    // One after the other: they are made of the same threats.
    const found = []
    for (const list of places) found.push(await lists.update({ list, has: has.get(list), sizeConstraints }))
    return found
  }
}

function placeOf(name: string): number {
  const place = LISTS.findIndex(list => list.name === name)
  if (place >= 0) return place
  const problem = `Cannot give list ${JSON.stringify(name.slice(0, 80))}: there is none of that name; see /v5/hashLists`
  throw new ProblemError({ code: 'not-found', message: problem })
}

/** What a client has, by list. Tokens that are not ours mean that it has nothing of ours. */
function heldVersions(tokens: readonly Uint8Array[]): ReadonlyMap<number, ClientVersion> {
  const versions = new Map<number, ClientVersion>()
  for (const token of tokens) {
    const version = versionOf(token)
    if (version === undefined) continue
    if (versions.has(version.list)) {
      throw new ProblemError({ code: 'invalid', message: 'Cannot give lists: two versions are of the same list' })
    }
    versions.set(version.list, version)
  }
  return versions
}

/** The state of the book, told in a header; throws where there is no book to ask. */
function stateOf({ freshness, clock }: SafeBrowsingOptions, reply: FastifyReply): 'fresh' | 'stale' {
  const { state } = freshness(clock())
  if (state === 'unavailable') {
    throw new ProblemError({ code: 'unavailable', message: 'Cannot answer: there is no book to ask yet' })
  }
  reply.header(STATE_HEADER, state).header('access-control-expose-headers', STATE_HEADER)
  return state
}

function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  bytes: () => Uint8Array,
  json: () => Readonly<Record<string, unknown>>,
): FastifyReply {
  const format = unwrap(answerFormat(request.query as Query, request.headers.accept))
  if (format === 'json') return reply.type(JSON_TYPE).send(JSON.stringify(json()))
  const body = bytes()
  return reply.type(PROTO_TYPE).send(Buffer.from(body.buffer, body.byteOffset, body.length))
}
