/** A small DNS client of our own, for questions one after another. */
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'

/** What a server said: a listing, its absence, or an error such as SERVFAIL. */
export type Said = 'listed' | 'not-listed' | 'error'

/** Asks a server on loopback, one question at a time. */
export class DnsClient implements AsyncDisposable {
  readonly #socket: Socket
  #id = 0

  private constructor(socket: Socket) {
    this.#socket = socket
  }

  /** A client of the server at a port. */
  static async to(port: number): Promise<DnsClient> {
    const socket = createSocket('udp4')
    socket.connect(port, '127.0.0.1')
    await once(socket, 'connect')
    // A refused port shows as a missing answer.
    socket.on('error', () => undefined)
    return new DnsClient(socket)
  }

  /** Asks for the A records of a name; `undefined` where nothing came in time. */
  ask(name: string, milliseconds = 200): Promise<Said | undefined> {
    this.#id = (this.#id + 1) & 0xffff
    const id = this.#id
    return new Promise(resolve => {
      const end = (said: Said | undefined): void => {
        clearTimeout(late)
        this.#socket.off('message', heard)
        resolve(said)
      }
      const heard = (packet: Buffer): void => {
        if (packet.readUInt16BE(0) === id) end(saidBy(packet))
      }
      const late = setTimeout(end, milliseconds, undefined)
      this.#socket.on('message', heard)
      this.#socket.send(question(id, name), () => undefined)
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close()
    await once(this.#socket, 'close')
  }
}

/** Whether a server at a port answers at all. */
export async function answers(port: number, name: string): Promise<boolean> {
  await using client = await DnsClient.to(port)
  return (await client.ask(name)) !== undefined
}

function saidBy(packet: Buffer): Said {
  const code = packet[3]! & 15
  if (code !== 0 && code !== 3) return 'error'
  return code === 0 && packet.readUInt16BE(6) > 0 ? 'listed' : 'not-listed'
}

function question(id: number, name: string): Buffer {
  const labels = name
    .split('.')
    .map(label => Buffer.concat([Buffer.from([label.length]), Buffer.from(label, 'latin1')]))
  const header = Buffer.from([id >> 8, id & 255, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0])
  return Buffer.concat([header, ...labels, Buffer.from([0, 0, 1, 0, 1])])
}
