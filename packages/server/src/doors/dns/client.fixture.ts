/** A small DNS client on real sockets, and a door to ask. */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { unwrap } from '@tocsin/core/base'
import { REFUSES_UNTESTED } from '@tocsin/core/verdict'
import {
  type Edns,
  frameMessage,
  MessageFramer,
  type ReadResponse,
  readResponse,
  TYPE,
  type WireName,
  wireNameOf,
  writeQuery,
} from '../../protocols/dns/index.ts'
import { MemoryBook, NOW } from './book.fixture.ts'
import { ClientNets, EVERYBODY } from './client-nets.ts'
import { type DnsCounters, DnsCounts, readCounts } from './counters.ts'
import { KeyLabels } from './key-labels.ts'
import { listenAt } from './listen.ts'
import { Peer } from './peer.ts'
import { RateLimit } from './rate-limit.ts'
import { Responder, type ResponderParts } from './responder.ts'
import { type Place, TcpListeners } from './tcp.ts'
import { TCP_LIMITS, type TcpLimits } from './tcp-connection.ts'
import { UdpSockets } from './udp.ts'
import { TTL_DEFAULTS, zonesUnder } from './zones.ts'

export const BASE = 'tocsin.example'
export const KEY = `tk-${'abcdefghijklmnopqrstuvwxyz'.replace(/[^a-z2-7]/g, 'a')}`

/** What a test changes about a door. */
export interface TestDoorOptions extends Partial<ResponderParts> {
  readonly listen?: readonly Place[]
  readonly base?: string
  readonly tcp?: Partial<TcpLimits>
}

/** A door over a book, with what went wrong. */
export interface TestDoor extends AsyncDisposable {
  readonly address: Place
  readonly addresses: readonly Place[]
  readonly tcp: TcpListeners
  readonly book: MemoryBook
  readonly errors: unknown[]
  counters(): DnsCounters
  /** Asks by UDP with EDNS, as rspamd does. */
  ask(name: string, type?: keyof typeof TYPE): Promise<ReadResponse>
}

/** A responder over a book, as a composition puts it together. */
export function respondFrom(book: MemoryBook, more: Partial<ResponderParts> = {}): ResponderParts {
  return {
    zones: unwrap(zonesUnder(BASE, ['192.0.2.53', '2001:db8::53'])),
    ttl: TTL_DEFAULTS,
    known: book.reader,
    get hasLists() {
      return book.hasLists
    },
    get listsUnknown() {
      return book.policy.mail === REFUSES_UNTESTED
    },
    keys: new KeyLabels(1, [KEY]),
    needsKey: () => false,
    nets: unwrap(ClientNets.from(EVERYBODY)),
    limit: new RateLimit(0, 1),
    freshness: () => ({ state: book.state, ageSeconds: 3 }),
    counts: new DnsCounts(),
    blocks: book.blocks,
    answer: book.answer,
    clock: () => NOW,
    onError: () => undefined,
    ...more,
  }
}

export async function startDoor(
  entries: Parameters<MemoryBook['publish']>[0] = {},
  { listen = [{ host: '127.0.0.1', port: 0 }], base = BASE, tcp: limits, ...more }: TestDoorOptions = {},
): Promise<TestDoor> {
  const book = new MemoryBook()
  if (Object.keys(entries).length > 0) book.publish(entries)
  const errors: unknown[] = []
  const onError = (error: unknown) => errors.push(error)
  const zones = unwrap(zonesUnder(base, ['192.0.2.53', '2001:db8::53']))
  const parts = Object.defineProperties({}, Object.getOwnPropertyDescriptors(respondFrom(book, {}))) as ResponderParts
  Object.assign(parts, { zones, onError, ...more })
  const responder = new Responder(parts)
  const peer = new Peer()
  const respond = (transport: 'udp' | 'tcp') => (message: Uint8Array, from: string) => {
    peer.readText(from)
    return responder.respondTo(message, peer, transport)
  }
  await using opened = new AsyncDisposableStack()
  const udp = opened.use(new UdpSockets(respond('udp'), onError))
  const tcp = opened.use(new TcpListeners({ ...TCP_LIMITS, ...limits }, respond('tcp'), onError))
  const addresses = await listenAt(listen, tcp, udp)
  const running = opened.move()
  return {
    address: addresses[0]!,
    addresses,
    tcp,
    book,
    errors,
    counters: () => readCounts([parts.counts.buffer]),
    ask: (name, type = 'A') => ask(addresses[0]!, name, type, EDNS),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

/** What rspamd and SpamAssassin send. */
export const EDNS: Edns = { udpSize: 4096, version: 0, dnssecOk: false }

/** The wire form of a name that a test relies on. */
export function wire(name: string): WireName {
  return unwrap(wireNameOf(name))
}

/** Asks by UDP, without EDNS unless it is given, as Postfix and Exim do. */
export async function ask(
  place: Place,
  name: string,
  type: keyof typeof TYPE = 'A',
  edns?: Edns,
): Promise<ReadResponse> {
  const query = writeQuery({ id: 4711, name: wire(name), type: TYPE[type], ...(edns === undefined ? {} : { edns }) })
  return read(await exchangeUdp(place, query))
}

/** Sends one packet and waits for the first that comes back. */
export async function exchangeUdp(place: Place, packet: Uint8Array): Promise<Uint8Array> {
  const socket = createSocket(place.host.includes(':') ? 'udp6' : 'udp4')
  try {
    socket.send(packet, place.port, place.host)
    const [answer] = (await once(socket, 'message')) as [Uint8Array]
    return answer
  } finally {
    socket.close()
  }
}

/** A TCP connection to the door. */
export class TcpClient {
  readonly socket: Socket
  readonly #framer = new MessageFramer(65_535)
  readonly #waiting: { resolve(message: Uint8Array): void }[] = []
  readonly closed: Promise<unknown>

  private constructor(socket: Socket) {
    this.socket = socket
    this.closed = new Promise(resolve => socket.on('close', resolve))
    socket.on('error', () => undefined)
    socket.on('data', chunk => {
      this.#framer.push(chunk)
      this.#deliver()
    })
  }

  static async connect(place: Place): Promise<TcpClient> {
    const socket = connect({ host: place.host, port: place.port, noDelay: true })
    const client = new TcpClient(socket)
    await once(socket, 'connect')
    return client
  }

  send(...messages: Uint8Array[]): void {
    this.socket.write(Buffer.concat(messages.map(frameMessage)))
  }

  /** The next answer. */
  receive(): Promise<Uint8Array> {
    const { promise, resolve } = Promise.withResolvers<Uint8Array>()
    this.#waiting.push({ resolve })
    this.#deliver()
    return promise
  }

  #deliver(): void {
    while (this.#waiting.length > 0) {
      const message = this.#framer.next()
      if (typeof message === 'string') return
      this.#waiting.shift()?.resolve(message.slice())
    }
  }
}

/** Reads an answer that a test relies on. */
export function read(message: Uint8Array): ReadResponse {
  const response = readResponse(message)
  assert.ok(response, `not an answer: ${Buffer.from(message).toString('hex')}`)
  return response
}

/** The data of all records of a section. */
export function dataOf(section: ReadResponse['answer']): string[] {
  return section.map(record => record.data)
}
