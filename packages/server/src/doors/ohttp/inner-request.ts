/** What may be asked through the gateway: lookups, and nothing else that the node answers. Pure. */
import { fail, ok, type Result } from '@tocsin/core/base'
import type { BinaryRequest } from '@tocsin/client/ohttp'

/** A request that was sealed, as it is passed to the node's own routes. */
export interface InnerRequest {
  readonly method: 'GET' | 'POST'
  /** Path and query, with no dots left in it. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly content: Uint8Array
}

/** The node's routes that answer lookups. All others stay out: reports, keys, explanations, this gateway itself. */
const LOOKUPS: readonly { readonly method: 'GET' | 'POST'; readonly path: RegExp }[] = [
  { method: 'GET', path: /^\/v1\/reputation(?:\/|$)/ },
  { method: 'POST', path: /^\/v1\/reputation$/ },
  { method: 'GET', path: /^\/v5\/[^/]+(?:\/[^/]+)?$/ },
]

/** What of a request's header is passed on: what lookups heed. */
const HEEDED: ReadonlySet<string> = new Set(['accept', 'authorization', 'content-type', 'x-tocsin-key'])

/** Takes a request for the node's own lookups; a problem for any other. */
export function innerRequest({ method, authority, path, fields, content }: BinaryRequest): Result<InnerRequest> {
  // Read as whoever routes it will read it: what leads elsewhere by "..", "%2e" or "\" has led there before it is judged.
  const target = path.startsWith('/') ? URL.parse(`http://node${path}`) : null
  if (target === null) return fail('invalid', 'Cannot answer through the gateway: the path must begin with "/"')
  const lookup = LOOKUPS.find(known => known.method === method && known.path.test(target.pathname))
  if (lookup === undefined) {
    const message = 'Cannot answer through the gateway: it takes lookups alone (GET and POST /v1/reputation, GET /v5/…)'
    return fail('not-found', message)
  }
  const said = new Map(fields)
  const host = authority || said.get('host') || 'localhost'
  const heeded = fields.filter(([name]) => HEEDED.has(name))
  return ok({
    method: lookup.method,
    url: target.pathname + target.search,
    headers: { ...Object.fromEntries(heeded), host },
    content: lookup.method === 'POST' ? content : new Uint8Array(),
  })
}
