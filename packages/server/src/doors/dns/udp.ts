import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { peerText } from './peer.ts'
import type { Place } from './tcp.ts'

/** Bytes asked of the kernel, which may give less: a second of bursts at the rate that one thread can answer. */
const RECEIVE_BUFFER_BYTES = 4 << 20

/** The UDP side of the door, a socket for each place. */
export class UdpSockets implements AsyncDisposable {
  /** Answers that could not be sent, such as to a forged address. */
  unsent = 0
  readonly #handle: (packet: Uint8Array, peerAddress: string) => Uint8Array | undefined
  readonly #onError: (error: unknown) => void
  readonly #sockets: Socket[] = []

  constructor(
    handle: (packet: Uint8Array, peerAddress: string) => Uint8Array | undefined,
    onError: (error: unknown) => void,
  ) {
    this.#handle = handle
    this.#onError = onError
  }

  /** Binds one more place. Rejects with the system's error if it cannot. */
  async listen({ host, port }: Place, ipv6Only: boolean): Promise<void> {
    const socket = createSocket({
      type: host.includes(':') ? 'udp6' : 'udp4',
      ipv6Only,
      recvBufferSize: RECEIVE_BUFFER_BYTES,
    })
    socket.bind({ address: host, port })
    try {
      await once(socket, 'listening')
    } catch (error) {
      socket.close()
      throw error
    }
    socket.on('error', this.#onError)
    socket.on('message', (packet, peer) => {
      const response = this.#handle(packet, peerText(peer.address))
      if (response !== undefined) this.#send(socket, response, peer)
    })
    this.#sockets.push(socket)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = this.#sockets.splice(0).map(async socket => {
      socket.close()
      await once(socket, 'close')
    })
    await Promise.all(closed)
  }

  /** Port 0 is a forgery that `send` throws for. */
  #send(socket: Socket, response: Uint8Array, peer: { readonly address: string; readonly port: number }): void {
    if (peer.port === 0) {
      this.unsent++
      return
    }
    socket.send(response, peer.port, peer.address, error => {
      if (error !== null) this.unsent++
    })
  }
}
