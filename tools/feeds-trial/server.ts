/** The server of the trial's lists, in a process of its own so that its work is not taken for the node's. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type ListsPlan, makeLists, type ServedList, textOf, versionOf } from './lists.ts'
import { type Pace, timeAt } from './time.ts'

/** What the trial tells it: how time goes. */
export interface ToServer {
  readonly pace: Pace
}

/** What it tells the trial, once: where it listens. */
export interface FromServer {
  readonly port: number
}

const plan = JSON.parse(process.argv[2]!) as ListsPlan & { readonly beganAt: number }
const lists = makeLists(plan)
let pace: Pace = { wallAt: Date.now(), at: plan.beganAt, speed: 1 }

const server = createServer((request, response) => {
  const list = lists[Number(/^\/(\d+)\.txt$/.exec(request.url ?? '')?.[1])]
  if (list === undefined) response.writeHead(404).end()
  else answer(list, request, response)
})
server.listen(0, '127.0.0.1', () => {
  process.send!({ port: (server.address() as AddressInfo).port } satisfies FromServer)
})
process.on('message', (message: ToServer) => (pace = message.pace))
process.on('disconnect', () => process.exit())

function answer(list: ServedList, request: IncomingMessage, response: ServerResponse): void {
  const version = versionOf(list, plan.beganAt, timeAt(pace))
  if (list.trouble === 'error') return void response.writeHead(500).end('no')
  const etag = `"${list.number}-${version}"`
  if (request.headers['if-none-match'] === etag) return void response.writeHead(304, { etag }).end()
  const text = textOf(list, version)
  const isCut = list.trouble === 'cut' && version > 0
  response.writeHead(200, { etag, 'content-type': 'text/plain', 'content-length': text.length })
  if (!isCut) return void response.end(text)
  response.write(text.slice(0, text.length / 2), () => response.destroy())
}
