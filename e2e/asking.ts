/** What the end-to-end tests ask of a node over HTTP. */
import type { WireAnswer, WireHead, WireReceipt, WireResults, WireStatus } from '@tocsin/core/wire'
import type { NodeProcess } from '../testing/process.ts'

type Asked = Pick<NodeProcess, 'http' | 'adminKey'>

/** Fetches JSON; rejects for anything but 2xx. */
export async function ask<T>({ http, adminKey }: Asked, path: string, init: RequestInit = {}): Promise<T> {
  const response = await fetch(`${http}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${adminKey}`, ...(init.headers as Record<string, string>) },
  })
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

/** Answers for many subjects, in order. */
export async function answersFor(node: Asked, subjects: readonly string[]): Promise<WireAnswer[]> {
  const answers: WireAnswer[] = []
  for (let from = 0; from < subjects.length; from += 1000) {
    const body = JSON.stringify({ subjects: subjects.slice(from, from + 1000) })
    const init = { method: 'POST', body, headers: { 'content-type': 'application/json' } }
    answers.push(...((await ask<WireResults>(node, '/v1/reputation', init)).results as WireAnswer[]))
  }
  return answers
}

/** Reports evidence; resolves when it is durable. */
export function report(node: Asked, evidence: readonly object[]): Promise<WireReceipt> {
  const headers = { 'content-type': 'application/json' }
  return ask<WireReceipt>(node, '/v1/evidence', { method: 'POST', headers, body: JSON.stringify(evidence) })
}

/** Resolves with the head once all that is in the ledger is in the book. */
export async function settledHead(node: Asked): Promise<WireHead> {
  for (;;) {
    const { ledger, head } = await ask<WireStatus>(node, '/v1/status')
    if (ledger.waiting === 0) return head
  }
}
