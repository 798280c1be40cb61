/** The few requests of the example, against the HTTP interface that every node has. */
import type { WireAnswer, WireExplanation, WireKey, WireReceipt, WireResults, WireStatus } from '@tocsin/core/wire'

/** A node and a key for it. */
export interface Asked {
  /** As `http://127.0.0.1:7080`. */
  readonly server: string
  readonly key: string
}

/** Fetches JSON; rejects, with the node's own words, for anything but 2xx. */
export async function ask<T>({ server, key }: Asked, method: string, path: string, body?: unknown): Promise<T> {
  const isText = typeof body === 'string'
  const response = await fetch(`${server}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': isText ? 'text/plain' : 'application/json' }),
    },
    ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`Cannot ${method} ${path}: ${response.status} ${text}`)
  return (text === '' ? undefined : JSON.parse(text)) as T
}

/** A key for somebody who reports, trusted as far as given (0 to 1). */
export function addReporter(node: Asked, name: string, trust: number): Promise<WireKey> {
  return ask(node, 'POST', '/v1/keys', { name, role: 'sensor', organisation: name, trust })
}

/** Reports; resolves when it is durable. */
export function report(node: Asked, evidence: readonly object[]): Promise<WireReceipt> {
  return ask(node, 'POST', '/v1/evidence', evidence)
}

/** Takes back what the same key said. */
export function retract(node: Asked, retractions: readonly object[]): Promise<{ readonly retracted: number }> {
  return ask(node, 'POST', '/v1/evidence/retract', { retractions })
}

/** What a door answers. */
export async function answersFor(node: Asked, subjects: readonly string[]): Promise<readonly WireAnswer[]> {
  const { results } = await ask<WireResults>(node, 'POST', '/v1/reputation', { subjects })
  return results as readonly WireAnswer[]
}

/** Why. */
export function explain(node: Asked, subject: string): Promise<WireExplanation> {
  return ask(node, 'GET', `/v1/explain?subject=${encodeURIComponent(subject)}`)
}

/** Resolves when all that was accepted before is in the book. */
export async function settled(node: Asked): Promise<void> {
  for (;;) {
    const { ledger } = await ask<WireStatus>(node, 'GET', '/v1/status')
    if (ledger.waiting === 0) return
  }
}
