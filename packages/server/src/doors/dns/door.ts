/** The DNS door: the handler behind UDP and TCP sockets. See README.md for what it speaks. */
import { fail, unwrap } from '@tocsin/core/base'
import type { Batch, Book } from '../../book/book.ts'
import type { Transport } from '../../protocols/dns/index.ts'
import { BookFollower } from './book-follower.ts'
import { type DnsCounters, DnsHandler, type HandlerOptions } from './handler.ts'
import { type Place, TcpListeners } from './tcp.ts'
import { TCP_LIMITS, type TcpLimits } from './tcp-connection.ts'
import { UdpSockets } from './udp.ts'
import { TTL_DEFAULTS, type TtlSettings, zonesUnder } from './zones.ts'

/** What the door is composed with. */
export interface DnsDoorOptions extends HandlerOptions {
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
  /** A copy of the counters. */
  counters(): DnsDoorCounters
}

/** Counts since the start, but for `connections`. */
export interface DnsDoorCounters extends DnsCounters {
  /** Answers that UDP could not send. */
  readonly unsent: number
  /** TCP connections open now. */
  readonly connections: number
  /** TCP connections that the limits did not allow. */
  readonly connectionsRefused: number
}

/** How often a port that the system chose for TCP may turn out to be taken for UDP. */
const PORT_ATTEMPTS = 10

/**
 * Reads the book's domains (see `book-follower.ts`), then listens. Rejects with a ProblemError of code `invalid` for a
 * base, a name server or no place to listen at; with the system's error where a place cannot be bound, and nothing
 * stays open.
 */
export async function openDnsDoor(options: DnsDoorOptions): Promise<DnsDoor> {
  const zones = unwrap(zonesUnder(options.base, options.nameServers))
  const follower = await BookFollower.open(options.book, options.onError)
  const handler = new DnsHandler(options, zones, { ...TTL_DEFAULTS, ...options.ttl }, follower)

  await using stack = new AsyncDisposableStack()
  const udp = stack.use(new UdpSockets((packet, peer) => handler.handle(packet, peer, 'udp'), options.onError))
  const tcp = stack.use(
    new TcpListeners(
      { ...TCP_LIMITS, ...options.tcp },
      (message, peer) => handler.handle(message, peer, 'tcp'),
      options.onError,
    ),
  )
  const addresses = await bindAll(options.listen, tcp, udp)
  const sockets = stack.move()
  return {
    address: addresses[0] as Place,
    addresses,
    applyBatch: batch => handler.applyBatch(batch),
    handle: (packet, peerAddress, transport) => handler.handle(packet, peerAddress, transport),
    counters: () => ({
      ...handler.counters(),
      unsent: udp.unsent,
      connections: tcp.connections,
      connectionsRefused: tcp.refused,
    }),
    [Symbol.asyncDispose]: async () => {
      await sockets.disposeAsync()
      await follower.settled()
    },
  }
}

async function bindAll(places: readonly Place[], tcp: TcpListeners, udp: UdpSockets): Promise<Place[]> {
  if (places.length === 0) {
    unwrap(fail('invalid', 'Cannot open the DNS door: it must have at least one address to listen at, found none'))
  }
  // Beside an IPv4 place, `::` must leave IPv4 alone, or one of the two could not be bound.
  const ipv6Only = places.some(place => !place.host.includes(':'))
  const bound: Place[] = []
  for (const place of places) bound.push(await bindBoth(place, ipv6Only && place.host.includes(':'), tcp, udp))
  return bound
}

/** TCP first: a port that is free for TCP is more often free for UDP than the other way round. */
async function bindBoth(place: Place, ipv6Only: boolean, tcp: TcpListeners, udp: UdpSockets): Promise<Place> {
  for (let attempt = 1; ; attempt++) {
    const { port, release } = await tcp.listen(place, ipv6Only)
    try {
      await udp.listen({ host: place.host, port }, ipv6Only)
      return { host: place.host, port }
    } catch (error) {
      await release()
      const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
      if (!taken || place.port !== 0 || attempt === PORT_ATTEMPTS) throw error
    }
  }
}
