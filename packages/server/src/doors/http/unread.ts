/** What a request says about itself and nobody here would heed: better refused than misread. */
import type { IncomingMessage } from 'node:http'
import { HttpProblem } from './problem.ts'

/**
 * Throws for a second Host header (RFC 9112 §3.2: 400; a proxy might have heeded the other one), and for a body under a
 * `Content-Encoding`: packed bytes would be read as what they are not.
 */
export function refuseUnread({ headers, rawHeaders }: IncomingMessage): void {
  let hosts = 0
  for (let at = 0; at < rawHeaders.length; at += 2) if (rawHeaders[at]!.toLowerCase() === 'host') hosts += 1
  if (hosts > 1) {
    throw new HttpProblem(400, {
      code: 'invalid',
      message: `Cannot read the head: it must name one Host, found ${hosts}`,
    })
  }
  const encoding = headers['content-encoding'] ?? 'identity'
  if (encoding.toLowerCase() !== 'identity') {
    const message = `Cannot read the body: it must come without Content-Encoding, found ${JSON.stringify(encoding)}`
    throw new HttpProblem(415, { code: 'invalid', message })
  }
}
