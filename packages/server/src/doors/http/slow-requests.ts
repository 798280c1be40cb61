/** Clients that do not speak HTTP, or take for ever to say something. */
import type { Socket } from 'node:net'
import type { ConnectionError, FastifyInstance } from 'fastify'
import { HttpProblem, problemToWire } from './problem.ts'

const STATUS_OF_ERROR: Readonly<Record<string, number>> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 }

/** Answers what is not HTTP, too long a head, or one that does not end, and closes the connection. */
export function refuseUnreadable(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy()
    return
  }
  const status = STATUS_OF_ERROR[error.code] ?? 400
  const message = 'Cannot read the request: its head must be whole HTTP of at most 64 KiB, within 30 seconds'
  const problem = problemToWire(new HttpProblem(status, { code: 'invalid', message }), false)
  const body = JSON.stringify(problem)
  socket.end(
    `HTTP/1.1 ${status} ${problem.title}\r\nContent-Type: application/problem+json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
}

/**
 * Cuts connections whose JSON body, or sealed request, has not come whole in time: such bodies are held in memory while
 * they come. Streams of lines are not, and may take as long as something moves.
 */
export function limitBodyTime(app: FastifyInstance, bodyMs: number): void {
  app.addHook('preParsing', (request, reply, payload, done) => {
    if (/^(?:application\/json|message\/ohttp-req)\b/i.test(request.headers['content-type'] ?? '')) {
      const late = setTimeout(() => request.raw.destroy(), bodyMs).unref()
      const inTime = () => clearTimeout(late)
      payload.once('end', inTime)
      reply.raw.once('close', inTime)
    }
    done(null, payload)
  })
}
