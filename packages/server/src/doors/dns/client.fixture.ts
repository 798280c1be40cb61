/** A small DNS client on real sockets, and a door to ask. */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { unwrap } from '@tocsin/core/base'
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
import { type DnsDoor, type DnsDoorOptions, openDnsDoor } from './door.ts'
import type { DnsSighting } from './handler.ts'
import type { Place } from './tcp.ts'

export const BASE = 'tocsin.example'
export const KEY = `tk-${'abcdefghijklmnopqrstuvwxyz'.replace(/[^a-z2-7]/g, 'a')}`

/** A door over a book, with what it said and what went wrong. */
export interface TestDoor extends AsyncDisposable {
  readonly door: DnsDoor
  readonly book: MemoryBook
  readonly sightings: DnsSighting[]
  readonly errors: unknown[]
  /** Publishes a batch in the book and tells the door. */
  publish(entries: Parameters<MemoryBook['publish']>[0]): void
  /** Asks by UDP with EDNS, as rspamd does. */
  ask(name: string, type?: keyof typeof TYPE): Promise<ReadResponse>
}

export async function startDoor(
  entries: Parameters<MemoryBook['publish']>[0] = {},
  more: Partial<DnsDoorOptions> = {},
): Promise<TestDoor> {
  const book = new MemoryBook()
  if (Object.keys(entries).length > 0) book.publish(entries)
  const sightings: DnsSighting[] = []
  const errors: unknown[] = []
  const door = await openDnsDoor({
    book,
    answer: book.answer,
    clock: () => NOW,
    listen: [{ host: '127.0.0.1', port: 0 }],
    base: BASE,
    nameServers: ['192.0.2.53', '2001:db8::53'],
    keys: { accepts: label => label === KEY },
    needsKey: () => false,
    observe: sighting => sightings.push(sighting),
    onError: error => errors.push(error),
    ...more,
  })
  return {
    door,
    book,
    sightings,
    errors,
    publish: changed => door.applyBatch(book.publish(changed)),
    ask: (name, type = 'A') => ask(door.address, name, type, EDNS),
    [Symbol.asyncDispose]: () => door[Symbol.asyncDispose](),
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
