/**
 * Somebody between an edge and its cloud: a proxy that passes everything on as it is, until it is told to do what an attacker
 * on the way, or a broken disk, would do.
 */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer, request as ask, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { SignedHead } from '@tocsin/core/list'

/** `tampers`: a byte of each file is another; `forges`: heads are signed with a key of its own; `replays`: the head that it
 * saw first is told for ever; `stalls`: files come by half and no further. */
export type Meddling = 'passes on' | 'tampers' | 'forges' | 'replays' | 'stalls'

/** See above. */
export class Meddler implements AsyncDisposable {
  /** Files that it holds back by half. */
  stalled = 0
  readonly #upstream: string
  readonly #server: Server
  readonly #foreign: KeyObject = generateKeyPairSync('ed25519').privateKey
  /** Where news go. */
  readonly #listeners = new Set<ServerResponse>()
  #meddling: Meddling = 'passes on'
  #first: string | undefined

  private constructor(upstream: string) {
    this.#upstream = upstream
    this.#server = createServer((request, response) => this.#pass(request, response))
  }

  /** Stands in front of a node. */
  static async before(upstream: string): Promise<Meddler> {
    const meddler = new Meddler(upstream)
    meddler.#server.listen(0, '127.0.0.1')
    await once(meddler.#server, 'listening')
    return meddler
  }

  /** Begins to do something else. */
  async meddle(meddling: Meddling): Promise<void> {
    this.#meddling = meddling
    if (this.#liesAboutHeads()) await this.#lie()
  }

  get http(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
  }

  #pass(request: IncomingMessage, response: ServerResponse): void {
    const { host: _, ...headers } = request.headers
    const passed = ask(this.#upstream + request.url, { method: request.method!, headers }, answer => {
      const path = request.url!.split('?')[0]!
      if (path.startsWith('/v1/book/files/')) void this.#file(answer, response)
      else if (path === '/v1/book/head') void this.#head(answer, response)
      else {
        response.writeHead(answer.statusCode!, answer.headers)
        if (path === '/v1/book/events') this.#news(answer, response)
        else answer.pipe(response)
      }
    })
    passed.on('error', () => response.destroy())
    response.on('close', () => passed.destroy())
    request.pipe(passed)
  }

  #news(answer: IncomingMessage, response: ServerResponse): void {
    this.#listeners.add(response)
    response.on('close', () => this.#listeners.delete(response))
    answer.on('data', (piece: Buffer) => {
      if (this.#liesAboutHeads()) void this.#lie()
      else response.write(piece)
    })
    answer.on('close', () => response.end())
  }

  /** Tells whoever listens for news of a head that is not the cloud's last word. */
  async #lie(): Promise<void> {
    const head = this.#said(await (await fetch(`${this.#upstream}/v1/book/head`)).text())
    for (const listener of this.#listeners) listener.write(`event: head\ndata: ${head}\n\n`)
  }

  #liesAboutHeads(): boolean {
    return this.#meddling === 'forges' || this.#meddling === 'replays'
  }

  async #head(answer: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = (await wholeOf(answer)).toString()
    if (answer.statusCode === 200) this.#first ??= text
    const { 'content-length': __, ...headers } = answer.headers
    response.writeHead(answer.statusCode!, headers).end(this.#said(text))
  }

  #said(text: string): string {
    if (this.#meddling === 'forges') return this.#forged(text)
    return this.#meddling === 'replays' ? this.#first! : text
  }

  async #file(answer: IncomingMessage, response: ServerResponse): Promise<void> {
    const bytes = await wholeOf(answer)
    response.writeHead(answer.statusCode!, answer.headers)
    if (this.#meddling === 'stalls') {
      response.write(bytes.subarray(0, bytes.length >> 1))
      this.stalled += 1
      return
    }
    if (this.#meddling === 'tampers') bytes[bytes.length >> 1]! ^= 1
    response.end(bytes)
  }

  #forged(text: string): string {
    const { head, keyId } = JSON.parse(text) as SignedHead
    const signature = sign(null, Buffer.from(head), this.#foreign).toString('base64')
    return JSON.stringify({ head, keyId, signature })
  }
}

async function wholeOf(answer: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of answer) pieces.push(piece as Buffer)
  return Buffer.concat(pieces)
}
