import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { parseAddress } from '@tocsin/core/subject'
import { peerText } from './peer.ts'
import { serveConnection, type TcpLimits } from './tcp-connection.ts'

/** Milliseconds that clients have, when the door closes, to take the answers under way. */
const GRACE_MS = 1_000

/** A place to listen at. */
export interface Place {
  /** An IPv4 or IPv6 address. */
  readonly host: string
  /** 0 for any free one. */
  readonly port: number
}

/** The TCP side of the door: all its listeners share the limits. */
export class TcpListeners implements AsyncDisposable {
  /** Connections that the limits did not allow. */
  refused = 0
  readonly #limits: TcpLimits
  readonly #handle: (message: Uint8Array, peerAddress: string) => Uint8Array | undefined
  readonly #onError: (error: unknown) => void
  readonly #servers = new Set<Server>()
  readonly #open = new Map<Socket, (graceMs: number) => void>()
  readonly #ofPeer = new Map<string, number>()

  constructor(
    limits: TcpLimits,
    handle: (message: Uint8Array, peerAddress: string) => Uint8Array | undefined,
    onError: (error: unknown) => void,
  ) {
    this.#limits = limits
    this.#handle = handle
    this.#onError = onError
  }

  /** Connections that are open. */
  get connections(): number {
    return this.#open.size
  }

  /**
   * Listens at one more place; resolves to the port bound and a function that gives it up again. Rejects if it cannot.
   */
  async listen(
    { host, port }: Place,
    ipv6Only: boolean,
  ): Promise<{ readonly port: number; readonly release: () => Promise<void> }> {
    const server = createServer(socket => this.#accept(socket))
    server.listen({ host, port, ipv6Only })
    await once(server, 'listening')
    server.on('error', this.#onError)
    this.#servers.add(server)
    const bound = server.address()
    return {
      port: bound !== null && typeof bound === 'object' ? bound.port : port,
      release: async () => {
        this.#servers.delete(server)
        server.close()
        await once(server, 'close')
      },
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = [...this.#servers].map(async server => {
      server.close()
      await once(server, 'close')
    })
    for (const end of this.#open.values()) end(GRACE_MS)
    await Promise.all(closed)
    this.#servers.clear()
  }

  #accept(socket: Socket): void {
    const peerAddress = peerText(socket.remoteAddress ?? '')
    const group = peerGroup(peerAddress)
    const ofPeer = this.#ofPeer.get(group) ?? 0
    if (this.#open.size >= this.#limits.connections || ofPeer >= this.#limits.connectionsOfPeer) {
      this.refused++
      socket.on('error', () => undefined)
      socket.destroy()
      return
    }
    this.#ofPeer.set(group, ofPeer + 1)
    this.#open.set(
      socket,
      serveConnection(socket, this.#limits, message => this.#handle(message, peerAddress)),
    )
    socket.on('close', () => {
      this.#open.delete(socket)
      const left = (this.#ofPeer.get(group) ?? 1) - 1
      if (left === 0) this.#ofPeer.delete(group)
      else this.#ofPeer.set(group, left)
    })
  }
}

/** Who counts as one client: an IPv4 address, or an IPv6 /64, which is the least that anyone gets. */
function peerGroup(peerAddress: string): string {
  const address = parseAddress(peerAddress)
  return address.ok && address.value.length === 16 ? address.value.subarray(0, 8).join('.') : peerAddress
}
