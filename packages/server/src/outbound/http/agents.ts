/** Connections that are kept for the next request, a few and for seconds: a node has thousands of feeds on as many hosts. */
import { Agent, type AgentOptions, type RequestOptions } from 'node:http'
import { Agent as SecureAgent } from 'node:https'

/** Options of a request beside those of the platform. */
export interface PinnedOptions extends RequestOptions {
  /** Canonical text of the checked addresses, part of a connection's name in the pool. */
  readonly pinned: string
}

const POOL: AgentOptions = {
  keepAlive: true,
  /** For one host; a MISP feed has thousands of small files on one. */
  maxSockets: 8,
  maxFreeSockets: 2,
  maxTotalSockets: 64,
  /** Milliseconds for which a free connection is kept. */
  timeout: 5000,
  scheduling: 'lifo',
}

// A kept connection serves only who has just checked the same addresses: else what one feed may reach, another could.
class PinnedAgent extends Agent {
  override getName(options?: RequestOptions): string {
    return `${super.getName(options)}:${(options as PinnedOptions).pinned}`
  }
}

class SecurePinnedAgent extends SecureAgent {
  override getName(options?: RequestOptions): string {
    return `${super.getName(options)}:${(options as PinnedOptions).pinned}`
  }
}

/** The pools of one outbound. They take no proxy from the environment. */
export class Agents {
  readonly #plain = new PinnedAgent(POOL)
  readonly #secure: SecurePinnedAgent

  /** @param authorities certificates in PEM to trust instead of those of the platform */
  constructor(authorities: readonly string[] | undefined) {
    const trusted = authorities === undefined ? {} : { ca: [...authorities] }
    this.#secure = new SecurePinnedAgent({ ...POOL, ...trusted, rejectUnauthorized: true })
  }

  of(secure: boolean): Agent {
    return secure ? this.#secure : this.#plain
  }

  /** Closes what is kept. */
  destroy(): void {
    this.#plain.destroy()
    this.#secure.destroy()
  }
}
