/** The Oblivious HTTP gateway with the node's own lookups behind it. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { BinaryResponse, Field } from '@tocsin/client/ohttp'
import type { Instant } from '@tocsin/core/evidence'
import type { FastifyInstance } from 'fastify'
import type { Config } from '../config/index.ts'
import type { Caller } from '../doors/http/access.ts'
import { mountGateway } from '../doors/ohttp/door.ts'
import type { InnerRequest } from '../doors/ohttp/inner-request.ts'
import { OBLIVIOUS_KEYS_FILE, openObliviousKeys } from './oblivious-keys.ts'

/** From whom a sealed request seems to come: from nobody's address, and so never from this machine. */
const NOBODY = '0.0.0.0'

/** A gateway that is not mounted yet. */
export interface Gateway {
  /** Who shows the gateway's own token, which it puts to requests without a key where `ohttp.open` lets them in. */
  callerOf(token: string): Caller | undefined
  mount(app: FastifyInstance): Promise<void>
}

/** What it takes of the node. */
export interface GatewayParts {
  readonly config: Pick<Config, 'data' | 'ohttp'>
  readonly clock: () => Instant
}

/** Builds the gateway; `undefined` where it is off. */
export function buildGateway({ config, clock }: GatewayParts): Gateway | undefined {
  const { gateway, open, rotateDays } = config.ohttp
  if (!gateway) return undefined
  // Made anew with each start, and never told to anybody.
  const token = open ? `oblivious-${randomBytes(32).toString('hex')}` : undefined
  const callers = new Map<string, Caller>(token === undefined ? [] : [[token, { name: 'oblivious', role: 'reader' }]])
  return {
    callerOf: shown => callers.get(shown),
    async mount(app) {
      const keys = await openObliviousKeys(join(config.data, OBLIVIOUS_KEYS_FILE), { clock, rotateDays })
      await mountGateway(app, { keys, forward: request => answered(app, request, token) })
    },
  }
}

/** What the node's routes say to a request that came sealed: keys, hosts and shapes are checked as for any other. */
async function answered(
  app: FastifyInstance,
  { method, url, headers, content }: InnerRequest,
  token: string | undefined,
): Promise<BinaryResponse> {
  const showsKey = headers['authorization'] !== undefined || headers['x-tocsin-key'] !== undefined
  const shown = showsKey || token === undefined ? {} : { authorization: `Bearer ${token}` }
  const response = await app.inject({
    method,
    url,
    headers: { ...headers, ...shown },
    remoteAddress: NOBODY,
    ...(method === 'POST' ? { payload: Buffer.from(content) } : {}),
  })
  const fields = Object.entries(response.headers).flatMap(([name, value]): Field[] =>
    value === undefined ? [] : [[name, String(value)]],
  )
  return { status: response.statusCode, fields, content: response.rawPayload }
}
