/** Posts evidence at a steady rate, as many reporters together do. */
import { randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import type { OurNode } from '../servers/ours.ts'

/** What was posted so far. */
export interface Posted {
  readonly accepted: number
  readonly refused: number
  /** Seconds since the first post. */
  readonly seconds: number
}

/** Posts NDJSON in twenty batches a second until it is told to stop; later batches go out while earlier ones wait. */
export function startPosting(node: OurNode, perSecond: number, addresses: readonly string[]): () => Promise<Posted> {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 })
  // An id that was seen before would be a duplicate, which costs nearly nothing.
  const run = randomUUID().slice(0, 8)
  const startedAt = performance.now()
  const open = new Set<Promise<void>>()
  let next = 0
  let accepted = 0
  let refused = 0
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - startedAt) / 1000) * perSecond)
    const lines: string[] = []
    for (; next < due; next++) {
      const subject = `ip:${addresses[next % addresses.length]!}`
      const observedAt = new Date().toISOString()
      lines.push(JSON.stringify({ subject, kind: 'brute-force', confidence: 0.5, observedAt, id: `${run}-${next}` }))
    }
    if (lines.length === 0) return
    const posting = post(node, agent, lines.join('\n')).then(
      receipt => {
        accepted += receipt.accepted
        refused += receipt.refused.length
      },
      () => {
        refused += lines.length
      },
    )
    open.add(posting)
    void posting.finally(() => open.delete(posting))
  }, 50)
  return async () => {
    clearInterval(timer)
    const seconds = (performance.now() - startedAt) / 1000
    await Promise.all(open)
    agent.destroy()
    return { accepted, refused, seconds }
  }
}

interface Receipt {
  readonly accepted: number
  readonly refused: readonly { readonly index: number; readonly reason: string }[]
}

/** Posts evidence as NDJSON; resolves when it is acknowledged. */
export function post(node: Pick<OurNode, 'http' | 'adminKey'>, agent: Agent, body: string): Promise<Receipt> {
  const headers = {
    authorization: `Bearer ${node.adminKey}`,
    'content-type': 'application/x-ndjson',
    'content-length': Buffer.byteLength(body),
  }
  return new Promise((resolve, reject) => {
    const asking = request(`${node.http}/v1/evidence`, { method: 'POST', agent, headers }, response => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (piece: string) => (text += piece))
      response.on('error', reject)
      response.on('end', () => {
        if (response.statusCode === 200) resolve(JSON.parse(text) as Receipt)
        else reject(new Error(`Cannot post evidence: ${response.statusCode} ${text}`))
      })
    })
    asking.on('error', reject)
    asking.end(body)
  })
}
