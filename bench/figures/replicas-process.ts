/**
 * Replicas by the thousand, as far as the node that they follow can tell them from real ones: each listens for news, asks for
 * the way, and fetches the files of it. Nothing is verified or kept. Speaks with its parent by messages.
 */
import { Agent, get, type IncomingMessage } from 'node:http'

/** What the parent says. */
export type ToReplicas = { readonly do: 'connect'; readonly count: number } | { readonly do: 'tell' }

/** What it hears: all listen; or when each replica was at each sequence, in milliseconds since 1970. */
export type FromReplicas =
  | { readonly is: 'connected' }
  | { readonly is: 'arrivals'; readonly arrivals: readonly (readonly [sequence: number, at: readonly number[]])[] }

const [base, key] = [process.argv[2]!, process.argv[3]!]
const headers = { authorization: `Bearer ${key}` }
const listening = new Agent({ maxSockets: Number.POSITIVE_INFINITY })
// As an edge does, a connection is kept between questions; so many ask at the same time.
const asking = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY })
const arrivals = new Map<number, number[]>()

process.on('message', (word: ToReplicas) => {
  if (word.do === 'tell') tell({ is: 'arrivals', arrivals: [...arrivals] })
  else void connect(word.count)
})

async function connect(count: number): Promise<void> {
  for (let at = 0; at < count; at++) await listen()
  tell({ is: 'connected' })
}

/** One replica; resolves when it is where the book is. */
async function listen(): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let sequence = -1
  let wanted = -1
  let isCatchingUp = false
  const catchUp = async () => {
    while (sequence < wanted) {
      const [since, to] = [sequence, wanted]
      const way = JSON.parse((await fetched(`/v1/book/changes?since=${since}&to=${to}`)).toString()) as Way
      for (const { name } of way.files) await fetched(`/v1/book/files/${name}`)
      sequence = way.to
      const times = arrivals.get(sequence)
      if (times === undefined) arrivals.set(sequence, [Date.now()])
      else times.push(Date.now())
    }
  }
  const heard = (head: { readonly sequence: number }) => {
    if (sequence < 0) sequence = head.sequence
    wanted = head.sequence
    resolve()
    if (isCatchingUp) return
    isCatchingUp = true
    void catchUp().finally(() => (isCatchingUp = false))
  }
  const request = get(`${base}/v1/book/events`, { agent: listening, headers }, response => {
    let text = ''
    response.setEncoding('utf8').on('data', (piece: string) => {
      text += piece
      const events = text.split('\n\n')
      text = events.pop()!
      for (const event of events) {
        const data = /^data: (.*)$/m.exec(event)?.[1]
        if (data !== undefined) heard(JSON.parse((JSON.parse(data) as { readonly head: string }).head))
      }
    })
  })
  request.on('error', reject)
  await promise
}

interface Way {
  readonly to: number
  readonly files: readonly { readonly name: string }[]
}

function fetched(path: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const request = get(base + path, { agent: asking, headers }, (response: IncomingMessage) => {
      const pieces: Buffer[] = []
      response.on('data', (piece: Buffer) => pieces.push(piece))
      response.on('error', reject)
      response.on('end', () => {
        if (response.statusCode === 200) resolve(Buffer.concat(pieces))
        else reject(new Error(`Cannot fetch "${path}": ${response.statusCode}`))
      })
    })
    request.on('error', reject)
  })
}

function tell(word: FromReplicas): void {
  process.send!(word)
}
