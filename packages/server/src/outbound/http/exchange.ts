/** One request and the head of its answer, over a connection to a checked address. */
import * as http from 'node:http'
import * as https from 'node:https'
import { isIP, type Socket } from 'node:net'
import { isPinned, pinnedLookup } from './addresses.ts'
import type { Agents, PinnedOptions } from './agents.ts'
import { failureOf, invalid, unavailable } from './failure.ts'
import type { Stop } from './stop.ts'
import type { Target } from './target.ts'

/** Bytes of an answer's head. */
const HEAD_BYTES_MAX = 32 * 1024

/** Kept connections that may turn out to be dead before a new one is made; as many as the pool keeps for a host. */
const STALE_MAX = 2

/** What one request needs. */
export interface Hop {
  readonly target: Target
  /** Checked, canonical. */
  readonly addresses: readonly string[]
  readonly headers: http.OutgoingHttpHeaders
  readonly agents: Agents
  readonly stop: Stop
  /** For connecting and for the head of the answer. */
  readonly answerSeconds: number
}

/** Sends a GET. The caller reads or destroys the answer. Rejects with a `ProblemError`. */
export async function exchange(hop: Hop): Promise<http.IncomingMessage> {
  for (let stale = 0; ; stale++) {
    try {
      return await attempt(hop)
    } catch (error) {
      if (!(error instanceof StaleConnection) || stale === STALE_MAX) throw failureOf(hop.target, hop.stop, error)
    }
  }
}

/** The server had closed a kept connection just when it was used again: nothing is known, so ask again. */
class StaleConnection extends Error {}

function attempt(hop: Hop): Promise<http.IncomingMessage> {
  const { target, stop, answerSeconds } = hop
  return new Promise((resolve, reject) => {
    const request = (target.secure ? https : http).request(optionsOf(hop))
    const late = setTimeout(() => {
      request.destroy(unavailable(target, `the answer must begin within ${answerSeconds} s, and does not`))
    }, answerSeconds * 1000)
    request.on('socket', socket => checkPeer(hop, request, socket))
    request.on('response', response => {
      clearTimeout(late)
      resolve(response)
    })
    request.on('upgrade', (_response, socket) => socket.destroy())
    request.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(late)
      const stale = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
      reject(stale && !stop.signal.aborted ? new StaleConnection(error.message, { cause: error }) : error)
    })
    request.end()
  })
}

function optionsOf({ target, addresses, headers, agents, stop }: Hop): PinnedOptions & https.RequestOptions {
  return {
    method: 'GET',
    host: target.host,
    port: target.port,
    path: target.url.pathname + target.url.search,
    headers: { host: target.url.host, ...headers },
    agent: agents.of(target.secure),
    lookup: pinnedLookup(addresses),
    pinned: [...addresses].sort().join(),
    maxHeaderSize: HEAD_BYTES_MAX,
    signal: stop.signal,
    ...(target.secure && isIP(target.host) === 0 ? { servername: target.host } : {}),
  }
}

/** Looks once more, at the connection itself: whatever the way to it, it must end where it was meant to. */
function checkPeer({ target, addresses }: Hop, request: http.ClientRequest, socket: Socket): void {
  const check = () => {
    if (isPinned(socket.remoteAddress, addresses)) return
    socket.destroy()
    request.destroy(invalid(target, `it must be served by a checked address, found "${socket.remoteAddress}"`))
  }
  if (socket.connecting) socket.once('connect', check)
  else check()
}
