/** Which nodes there are to ask, as the caller says it. */
import { TocsinProblem } from './problem.ts'

/** A node among several. */
export interface ServerAddress {
  /** The base of the node: `http://edge.office.example:7080`. */
  readonly url: string
  /** The access key for this node. It is sent to this node alone; one without a key is asked without any. */
  readonly key?: string
  /** What answers call it; its address by default. */
  readonly name?: string
  /**
   * Milliseconds for a first sign of life, where the node was not heard from lately; the next is asked when they are over.
   * 300 by default, enough for a node nearby; the last node of a list is waited for as long as for an answer.
   */
  readonly signOfLifeMs?: number
}

/** Whom to ask: one node, or several. */
export interface Whom {
  /** The base of the node: `http://127.0.0.1:7080`. */
  readonly server?: string
  /** An access key for `server`; lookups on the node's own machine need none. */
  readonly key?: string
  /** Instead of `server`: several nodes, the preferred first. At least one. */
  readonly servers?: readonly ServerAddress[]
}

/** A node to ask. */
export interface Endpoint {
  /** Without a slash at its end. */
  readonly base: string
  readonly key: string | undefined
  readonly name: string
  /** See {@link ServerAddress.signOfLifeMs}; Infinity for "as long as for an answer". */
  readonly signOfLifeMs: number
}

const SIGN_OF_LIFE_MS = 300

/**
 * The nodes to ask, in order. Throws a `TocsinProblem` of code `invalid` for an address that is none, for both or neither
 * of `server` and `servers`, and for a key beside `servers`, which would not say whom it is for.
 */
export function endpointsOf({ server, key, servers }: Whom): readonly Endpoint[] {
  if (servers === undefined) {
    if (server === undefined) throw wrong('one of "server" and "servers" must be given, found neither')
    return [{ base: baseOf(server), key, name: server, signOfLifeMs: Number.POSITIVE_INFINITY }]
  }
  if (server !== undefined) throw wrong('one of "server" and "servers" must be given, found both')
  if (key !== undefined) throw wrong('beside "servers" each of them must have its own "key", found one for all')
  if (servers.length === 0) throw wrong('"servers" must name at least one, found none')
  return servers.map(({ url, name = url, signOfLifeMs, ...address }, at) => ({
    base: checkedBaseOf(url),
    key: address.key,
    name,
    signOfLifeMs: signOfLifeMs ?? (at === servers.length - 1 ? Number.POSITIVE_INFINITY : SIGN_OF_LIFE_MS),
  }))
}

function baseOf(url: string): string {
  return url.replace(/\/+$/, '')
}

/** An address with a name and password in it would be shown in answers, and is refused by `fetch` anyway. */
function checkedBaseOf(url: string): string {
  if (/^https?:\/\/[^\s@/?#]+(\/[^\s?#]*)?$/i.test(url)) return baseOf(url)
  throw wrong(`a server must look as http://edge.example:7080, found ${JSON.stringify(url)}`)
}

function wrong(why: string): TocsinProblem {
  return new TocsinProblem('invalid', `Cannot ask: ${why}`, 0)
}
