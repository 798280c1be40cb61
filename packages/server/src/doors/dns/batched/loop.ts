/**
 * The loop of a thread that answers UDP: receive a batch, answer each packet where it lies, send the batch. It never
 * returns to Node's event loop, so whoever wants something of it says so in shared memory and waits: it looks after each
 * batch and, while nobody asks anything, ten times a second.
 */
import { constants } from 'node:os'
import type { DnsCounts } from '../counters.ts'
import { Peer } from '../peer.ts'
import { PACKET_BYTES } from '../responder.ts'
import { BATCH, Datagrams } from './datagrams.ts'
import { type Libc, systemError } from './libc.ts'
import type { SocketHandle } from './socket.ts'

/** Words of the shared memory by which a loop is told things. */
export const SIGNAL = { stop: 0, news: 1, words: 2 } as const

/** What a loop is run with. */
export interface LoopParts {
  readonly libc: Libc
  readonly socket: SocketHandle
  /** {@link SIGNAL}. */
  readonly signals: Int32Array<SharedArrayBuffer>
  /** Called before each batch, and while nobody asks, ten times a second. */
  readonly begin: () => void
  /** Writes the answer over a packet; gives its length, 0 for none. Must not throw. */
  readonly respond: (bytes: Uint8Array, length: number, peer: Peer) => number
  /** Called when there is news; takes all of it. */
  readonly takeNews: () => void
  readonly counts: DnsCounts
}

/** Returns what is there, and waits only for the first. */
const MSG_WAITFORONE = 0x10000

const { EAGAIN, EINTR } = constants.errno
/** Of a datagram of ours that came back, not of the one that is awaited; and what the system runs short of for a while. */
const PASSING: ReadonlySet<number> = new Set([
  EAGAIN,
  EINTR,
  constants.errno.ECONNREFUSED,
  constants.errno.ENOBUFS,
  constants.errno.ENOMEM,
])

/** Runs until it is told to stop. Throws the system's error where receiving fails for good. */
export function serveBatches(parts: LoopParts): void {
  const { libc, socket, signals, counts } = parts
  const datagrams = new Datagrams(libc, socket.family, PACKET_BYTES)
  const peer = new Peer()
  while (Atomics.load(signals, SIGNAL.stop) === 0) {
    if (Atomics.load(signals, SIGNAL.news) !== 0) {
      Atomics.store(signals, SIGNAL.news, 0)
      parts.takeNews()
    }
    const received = libc.recvmmsg(socket.fd, datagrams.receiveAt, BATCH, MSG_WAITFORONE, null)
    if (received < 0) {
      if (!PASSING.has(libc.errno())) throw systemError(libc, 'recvmmsg')
      parts.begin()
      continue
    }
    parts.begin()
    for (let at = 0; at < received; at++) answerAt(at, datagrams, peer, parts)
    counts.event('unsent', sendAll(libc, socket.fd, datagrams))
    datagrams.clear(received)
  }
}

function answerAt(at: number, datagrams: Datagrams, peer: Peer, { socket, respond, counts }: LoopParts): void {
  if (datagrams.isCutAt(at)) return counts.event('ignored')
  if (!datagrams.hasPortAt(at)) return counts.event('unsent')
  peer.read(datagrams.names, datagrams.addressAt(at), socket.family === 4 ? 4 : 16)
  const length = respond(datagrams.packets[at]!, datagrams.lengthAt(at), peer)
  if (length > 0) datagrams.answer(at, length)
}

/**
 * Sends the row; gives how many the system did not take. The kernel stops at the first that fails, and says so next: that
 * one is dropped. Where there is no room to send for as long as the socket waits, all that is left of the row is dropped:
 * each of 64 would wait as long, while nobody receives.
 */
function sendAll(libc: Libc, fd: number, datagrams: Datagrams): number {
  let unsent = 0
  let from = 0
  while (from < datagrams.count) {
    const sent = libc.sendmmsg(fd, datagrams.sendFrom(from), datagrams.count - from, 0)
    const errno = sent < 0 ? libc.errno() : 0
    if (errno === EAGAIN) return unsent + datagrams.count - from
    if (sent > 0) from += sent
    else if (errno !== EINTR) {
      from += 1
      unsent += 1
    }
  }
  return unsent
}
