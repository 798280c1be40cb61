/** What the routes of this source share about bodies. */
import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { ProblemError } from '@tocsin/core/base'

/** Stands for a schema of `core/wire` in a route. */
export function refTo(schema: { readonly $id: string }): { readonly $ref: string } {
  return { $ref: `${schema.$id}#` }
}

/**
 * The bytes of a body. Rejects with `invalid` where the connection breaks before the body is whole, so that no reader
 * takes what came for everything.
 */
export async function* unbroken(request: IncomingMessage, body: Readable, what: string): AsyncGenerator<Uint8Array> {
  const broken = (cause?: unknown) =>
    new ProblemError(
      { code: 'invalid', message: `Cannot read the ${what}: the connection broke before it was whole` },
      { cause },
    )
  try {
    // Not destroyed when the reader gives up: that would cut the connection before it could be told why.
    for await (const chunk of body.iterator({ destroyOnReturn: false })) yield chunk as Uint8Array
  } catch (error) {
    throw broken(error)
  }
  if (request.complete === false) throw broken()
}
