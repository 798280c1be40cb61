/** The DNS door: the handler behind UDP and TCP sockets. See README.md for what it speaks. */
import { unwrap } from '@tocsin/core/base'
import type { Batch, Book } from '../../book/book.ts'
import type { Transport } from '../../protocols/dns/index.ts'
import { BookFollower } from './book-follower.ts'
import { DnsHandler, type HandlerOptions } from './handler.ts'
import { listenAt } from './listen.ts'
import { type Place, TcpListeners } from './tcp.ts'
import { TCP_LIMITS, type TcpLimits } from './tcp-connection.ts'
import { UdpSockets } from './udp.ts'
import { TTL_DEFAULTS, type TtlSettings, zonesUnder } from './zones.ts'

/** What the door is composed with. */
export interface DnsDoorOptions extends Omit<HandlerOptions, 'sequence' | 'hasBelow' | 'count'> {
  /** Whether this address (IPv4-mapped ones as IPv4) needs a key label to get answers. */
  readonly needsKey: (peerAddress: string) => boolean
  readonly book: Book
  /** Where to listen, UDP and TCP on the same port; at least one. */
  readonly listen: readonly Place[]
  /** The name above the zones, such as `tocsin.example`; at most 120 bytes. */
  readonly base: string
  /** Addresses of `ns.<base>`, as resolvers reach this door; may be empty. */
  readonly nameServers: readonly string[]
  /** Default {@link TTL_DEFAULTS}. */
  readonly ttl?: Partial<TtlSettings>
  /** Default {@link TCP_LIMITS}. */
  readonly tcp?: Partial<TcpLimits>
}

/** The door while it is open. */
export interface DnsDoor extends AsyncDisposable {
  /** The first place that is listened at, with the port that was bound. */
  readonly address: Place
  /** All of them. */
  readonly addresses: readonly Place[]
  /** Has to be called with each published batch. Cheap; does not throw. */
  applyBatch(batch: Batch): void
  /** One message in, its answer out, without a socket. */
  handle(packet: Uint8Array, peerAddress: string, transport: Transport): Uint8Array | undefined
}

/**
 * Reads the book's domains (see `book-follower.ts`), then listens. Rejects with a ProblemError of code `invalid` for a
 * base, a name server or no place to listen at; with the system's error where a place cannot be bound, and nothing
 * stays open.
 */
export async function openDnsDoor(options: DnsDoorOptions): Promise<DnsDoor> {
  const zones = unwrap(zonesUnder(options.base, options.nameServers))
  const follower = await BookFollower.open(options.book, options.onError)
  const parts = {
    ...options,
    sequence: () => follower.sequence,
    hasBelow: (labels: readonly string[]) => follower.nonTerminals.has(labels.join('.')),
    count: () => undefined,
  }
  const handler = new DnsHandler(parts, zones, { ...TTL_DEFAULTS, ...options.ttl })
  const handle = (packet: Uint8Array, peer: string, transport: Transport) =>
    handler.handle(packet, options.needsKey(peer), transport)

  await using stack = new AsyncDisposableStack()
  const udp = stack.use(new UdpSockets((packet, peer) => handle(packet, peer, 'udp'), options.onError))
  const tcp = stack.use(
    new TcpListeners(
      { ...TCP_LIMITS, ...options.tcp },
      (message, peer) => handle(message, peer, 'tcp'),
      options.onError,
    ),
  )
  const addresses = await listenAt(options.listen, tcp, udp)
  const sockets = stack.move()
  return {
    address: addresses[0] as Place,
    addresses,
    applyBatch: batch => follower.apply(batch),
    handle,
    [Symbol.asyncDispose]: async () => {
      await sockets.disposeAsync()
      await follower.settled()
    },
  }
}
