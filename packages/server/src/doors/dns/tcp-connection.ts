import type { Socket } from 'node:net'
import { frameMessage, MessageFramer } from '../../protocols/dns/index.ts'

/** What a TCP client may do (RFC 7766 §6, RFC 9210 §4). */
export interface TcpLimits {
  /** At a time, over all addresses that are listened on. Default 128. */
  readonly connections: number
  /** At a time from one IPv4 address or one IPv6 /64. Default 16. */
  readonly connectionsOfPeer: number
  /** Milliseconds from connecting to the first whole query. Default 5,000. */
  readonly firstMessageMs: number
  /** Milliseconds from one whole query to the next, and for answers to be taken. Default 10,000. */
  readonly idleMs: number
  /** Bytes of a query; a longer one ends the connection. Default 4,096. */
  readonly queryBytes: number
}

export const TCP_LIMITS: TcpLimits = {
  connections: 128,
  connectionsOfPeer: 16,
  firstMessageMs: 5_000,
  idleMs: 10_000,
  queryBytes: 4_096,
}

/**
 * Answers the queries of one connection in their order (RFC 7766 §6.2.1.1 allows it), until the client goes, is silent
 * or sends what is not a query. Only whole queries count against silence, so that nobody holds a place byte by byte;
 * while the client does not take its answers, nothing more is read from it.
 *
 * @returns a function that ends the connection: at once, or when the answers under way have been taken, within `ms`.
 */
export function serveConnection(
  socket: Socket,
  limits: TcpLimits,
  handle: (message: Uint8Array) => Uint8Array | undefined,
): (graceMs: number) => void {
  const framer = new MessageFramer(limits.queryBytes)
  let deadline = setTimeout(expire, limits.firstMessageMs)
  let ended = false

  function expire(): void {
    if (socket.writableLength === 0) socket.destroySoon()
    else socket.destroy()
  }

  function expectWithin(ms: number): void {
    clearTimeout(deadline)
    deadline = setTimeout(expire, ms)
  }

  function answerAll(): void {
    if (ended || socket.writableNeedDrain) return
    socket.cork()
    let answered = false
    for (;;) {
      const message = framer.next()
      if (message === 'incomplete') break
      const response = message === 'too-long' ? undefined : handle(message)
      if (response === undefined) {
        socket.uncork()
        return end(limits.idleMs)
      }
      answered = true
      if (!socket.write(frameMessage(response))) {
        socket.pause()
        break
      }
    }
    socket.uncork()
    if (answered) expectWithin(limits.idleMs)
  }

  function end(graceMs: number): void {
    if (ended) return
    ended = true
    expectWithin(graceMs)
    socket.destroySoon()
  }

  socket.setNoDelay(true)
  socket.on('data', chunk => {
    framer.push(chunk)
    answerAll()
  })
  socket.on('drain', () => {
    if (ended) return
    socket.resume()
    answerAll()
  })
  // A client that is gone needs no answer; `close` follows.
  socket.on('error', () => socket.destroy())
  socket.on('close', () => clearTimeout(deadline))
  return end
}
