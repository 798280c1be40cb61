/** Trust over HTTP: what sources have earned and lost, for administrators alone, since it names who reports. */
import { ProblemError } from '@tocsin/core/base'
import { trustStepOf } from '@tocsin/core/scoring'
import {
  PROBLEM_SCHEMA,
  TRUST_EPOCH_SCHEMA,
  TRUST_PIN_SCHEMA,
  TRUST_SCHEMA,
  TRUST_UNPIN_SCHEMA,
  type WireTrust,
  type WireTrustEpoch,
  type WireTrustPin,
  type WireTrustUnpin,
} from '@tocsin/core/wire'
import type { FastifyInstance, onRequestAsyncHookHandler } from 'fastify'

/** What the routes ask. All methods reject with a `ProblemError`. */
export interface TrustConsole {
  /** The table in force, with sources that are new since. */
  list(): Promise<WireTrust>
  /** What the next epoch would be. */
  propose(): Promise<WireTrust>
  /** Makes the next epoch. */
  apply(): Promise<WireTrust>
  /** Holds a source at a step, or lets it learn again; resolves with whether there is one of this name. */
  pin(source: string, step: number | undefined): Promise<boolean>
}

interface Named {
  readonly $id: string
}

/** Mounts `/v1/console/trust`. */
export function mountTrust(app: FastifyInstance, onRequest: onRequestAsyncHookHandler, trust: TrustConsole): void {
  const route = (summary: string, body?: Named) => ({
    onRequest,
    schema: {
      tags: ['console'],
      summary,
      ...(body === undefined ? {} : { body: { $ref: `${body.$id}#` } }),
      response: {
        200: { description: 'As asked.', $ref: `${TRUST_SCHEMA.$id}#` },
        default: { description: 'A problem, RFC 9457.', $ref: `${PROBLEM_SCHEMA.$id}#` },
      },
    },
  })
  const pin = async (source: string, step: number | undefined): Promise<WireTrust> => {
    if (await trust.pin(source, step)) return await trust.list()
    const what = step === undefined ? 'let learn' : 'pin'
    throw new ProblemError({ code: 'not-found', message: `Cannot ${what} source "${source}": it has said nothing yet` })
  }
  app.get('/v1/console/trust', route('The trust of all sources, and how they came to it.'), () => trust.list())
  app.post(
    '/v1/console/trust/epoch',
    route('Makes the next epoch, or tells what it would be.', TRUST_EPOCH_SCHEMA),
    request => ((request.body as WireTrustEpoch).apply ? trust.apply() : trust.propose()),
  )
  app.post('/v1/console/trust/pin', route('Holds a source at a trust.', TRUST_PIN_SCHEMA), request => {
    const { source, trust: wanted } = request.body as WireTrustPin
    return pin(source, trustStepOf(wanted))
  })
  app.post('/v1/console/trust/unpin', route('Lets a source learn again.', TRUST_UNPIN_SCHEMA), request =>
    pin((request.body as WireTrustUnpin).source, undefined),
  )
}
