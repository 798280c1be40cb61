/** What nodes of every kind need where they begin to listen. */
import { isIP } from 'node:net'
import { ProblemError } from '@tocsin/core/base'
import type { Config } from '../config/index.ts'
import type { KeyRing } from '../intake/keys.ts'
import type { DnsSettings } from './dns-responder.ts'

/** The labels by which keys are shown in DNS questions. */
export function labelsOf(keys: KeyRing): string[] {
  return keys.list().map(key => key.dnsLabel)
}

/** The system's error where something cannot be bound, with what was to be done in front. */
export async function orUnavailable<T>(what: string, open: () => Promise<T>): Promise<T> {
  try {
    return await open()
  } catch (error) {
    if (!(error instanceof Error) || error instanceof ProblemError) throw error
    throw new ProblemError({ code: 'unavailable', message: `${what}: ${error.message}` }, { cause: error })
  }
}

/** Addresses of `ns.<base>`: as configured, else where the door listens, if that is an address of its own. */
function nameServers(config: Config, host: string): readonly string[] {
  if (config.dns.nameservers.length > 0) return config.dns.nameservers
  return isIP(host) !== 0 && host !== '0.0.0.0' && host !== '::' ? [host] : []
}

/** How a node answers DNS where it listens. */
export function dnsSettings(config: Config, host: string): DnsSettings {
  return {
    base: config.dns.base,
    nameServers: nameServers(config, host),
    ttl: { answerSeconds: config.dns.ttlSeconds, negativeSeconds: config.dns.negativeTtlSeconds },
    policy: config.policy,
    needsKey: config.dns.needsKey,
    clients: config.dns.clients,
    responsesPerSecond: config.dns.responsesPerSecond,
  }
}

/** A place as it is written. */
export function joined({ host, port }: { readonly host: string; readonly port: number }): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
