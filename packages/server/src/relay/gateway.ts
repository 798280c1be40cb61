/**
 * The one gateway that a relay forwards to. It is sent sealed bytes and nothing else, so that it learns nothing of who asks: no
 * header of the client's, and the same few of ours with each request.
 *
 * The operator has named it, so requests do not go through the guard of `outbound`; redirects are errors.
 */

/** The media types of RFC 9458, by which a relay knows what it carries; it cannot open it. */
export const SEALED = { request: 'message/ohttp-req', response: 'message/ohttp-res' } as const

/** How a request is sent: the runtime's `fetch`, or what a test puts in its place. */
export type Send = (url: string, init: RequestInit) => Promise<Response>

/** The runtime's own. */
export const runtimeSend: Send = (url, init) => fetch(url, init)

/** What a gateway is asked within. */
export interface GatewayBounds {
  /** Milliseconds until the whole answer is there. */
  readonly answerMs: number
  readonly answerBytesMax: number
}

/** What a gateway said: an answer, that it cannot open the request, that it is too busy, or nothing of use. */
export type Said =
  | { readonly is: 'answer'; readonly sealed: Uint8Array }
  | { readonly is: 'unknown-key' | 'busy' | 'silent' }

/** Sends a sealed request. Never rejects. Of what a gateway says in clear, nothing but its status is heard. */
export async function ask(url: string, sealed: Uint8Array, send: Send, bounds: GatewayBounds): Promise<Said> {
  try {
    const response = await send(url, {
      method: 'POST',
      headers: { 'content-type': SEALED.request, accept: SEALED.response, 'user-agent': 'tocsin-relay' },
      body: new Uint8Array(sealed),
      redirect: 'error',
      signal: AbortSignal.timeout(bounds.answerMs),
    })
    if (response.status !== 200 || response.headers.get('content-type') !== SEALED.response) {
      await response.body?.cancel()
      if (response.status === 422) return { is: 'unknown-key' }
      return { is: response.status === 429 || response.status === 503 ? 'busy' : 'silent' }
    }
    const answer = await bounded(response, bounds.answerBytesMax)
    return answer === undefined ? { is: 'silent' } : { is: 'answer', sealed: answer }
  } catch {
    return { is: 'silent' }
  }
}

/** The body; `undefined` where it is longer than it may be. */
async function bounded({ body }: Response, max: number): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of body ?? []) {
    length += part.length
    // Leaving the loop closes the stream.
    if (length > max) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts)
}
