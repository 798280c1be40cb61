/** A node whose miners are told things, and whose clock the test holds. */

import { Resolver } from 'node:dns/promises'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { unwrap } from '@tocsin/core/base'
import type { WireExplanation } from '@tocsin/core/wire'
import { type Node, startSingle } from '../packages/server/src/compose/single.ts'
import { loadConfig } from '../packages/server/src/config/index.ts'
import { silentLog } from '../packages/server/src/ops/events.ts'
import { ask } from './asking.ts'

/** What a test does with it. */
export interface MiningNode extends AsyncDisposable {
  readonly node: Node
  readonly asked: { readonly http: string; readonly adminKey: string }
  /** Makes a key of role sensor and of an organisation of its own; resolves with its token. */
  sensor(name: string, trust: number): Promise<string>
  /** Posts JSON, with the key of the administrator or another one. */
  post<T>(path: string, body: unknown, key?: string): Promise<T>
  /** What is said of a subject, as `kind by source`. */
  said(subject: string): Promise<readonly string[]>
  /** The addresses that DNS answers for an IPv4 address. */
  listed(address: string): Promise<readonly string[]>
}

/** How it is started. */
export interface MiningNodeOptions {
  /** The real one, where absent. */
  readonly clock?: () => number
  readonly mining?: 'on' | 'off'
}

/** Starts one on a data folder. */
export async function startMiningNode(data: string, options: MiningNodeOptions = {}): Promise<MiningNode> {
  const { clock = Date.now, mining = 'on' } = options
  const flags = { '--data': data, '--http': '127.0.0.1:0', '--dns': '127.0.0.1:0', '--starter': 'off' }
  const config = unwrap(loadConfig({ env: {}, flags: { ...flags, '--mining': mining } }))
  const node = await startSingle(config, { clock, log: silentLog, version: 'test' })
  const asked = { http: node.httpUrl, adminKey: readFileSync(join(data, 'admin.key'), 'utf8').trim() }
  const post = <T>(path: string, body: unknown, key = asked.adminKey) =>
    ask<T>({ ...asked, adminKey: key }, path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    })
  const resolver = new Resolver()
  resolver.setServers([node.dnsAddress])
  return {
    node,
    asked,
    post,
    async sensor(name, trust) {
      return (await post<{ readonly token: string }>('/v1/keys', { name, role: 'sensor', organisation: name, trust }))
        .token
    },
    async said(subject) {
      const path = `/v1/explain?subject=${encodeURIComponent(subject)}`
      const { contributions } = await ask<WireExplanation>(asked, path)
      return contributions.flatMap(({ kind, source }) => (kind === undefined ? [] : [`${kind} by ${source}`]))
    },
    async listed(address) {
      const name = `${address.split('.').toReversed().join('.')}.ip.tocsin.internal`
      return await resolver.resolve4(name).catch((error: { code?: string }) => {
        if (error.code === 'ENOTFOUND') return []
        throw error
      })
    },
    [Symbol.asyncDispose]: () => node[Symbol.asyncDispose](),
  }
}
