/** The relay as a program of its own: no ledger, no book, no data folder, no key. */
import type { AddressInfo } from 'node:net'
import { ProblemError } from '@tocsin/core/base'
import type { Config } from '../config/index.ts'
import { isLoopback } from '../doors/http/hosts.ts'
import type { Log } from '../ops/events.ts'
import { runtimeSend, type Send } from '../relay/gateway.ts'
import { createRelay } from '../relay/relay.ts'
import { joined, orUnavailable } from './listening.ts'

/** What a relay takes from outside itself. */
export interface RelaySurroundings {
  readonly clock: () => number
  readonly log: Log
  /** How the gateway is asked; the runtime's own by default. */
  readonly send?: Send
}

/** A relay that runs. Disposing of it finishes answers under way. */
export interface Relay extends AsyncDisposable {
  /** As `http://127.0.0.1:7090`. */
  readonly url: string
}

/** Starts a relay. Rejects with `invalid` where no gateway is named, and with `unavailable` where it cannot listen. */
export async function startRelay(config: Config, surroundings: RelaySurroundings): Promise<Relay> {
  const { clock, log, send = runtimeSend } = surroundings
  const { listen, requestsPerSecond } = config.ohttp.relay
  if (config.gateway === undefined || listen === 'off') {
    const lacks =
      listen === 'off' ? '--ohttp-relay must say where it listens' : '--gateway must name the gateway, with its path'
    throw new ProblemError({ code: 'invalid', message: `Cannot run a relay: ${lacks}` })
  }
  const app = createRelay({
    gateway: config.gateway,
    send,
    requestsPerSecond,
    isLocal: isLoopback,
    clock,
    onGateway: state => log(state === 'silent' ? 'gateway-silent' : 'gateway-answers'),
  })
  await orUnavailable(`Cannot listen on ${joined(listen)}`, () => app.listen(listen))
  const bound = app.server.address() as AddressInfo
  const url = `http://${joined({ host: bound.address, port: bound.port })}`
  log('relay-started', { http: url, gateway: config.gateway })
  return {
    url,
    async [Symbol.asyncDispose]() {
      await app.close()
    },
  }
}
