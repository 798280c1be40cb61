/** A cloud with edges, each a process of its own, enrolled with keys of a stated trust. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { WireKey } from '@tocsin/core/wire'
import { BASE } from '../ask/queries.ts'
import type { Bench } from '../harness/bench.ts'
import { type Running, start, untilReady } from '../harness/processes.ts'
import type { OurNode } from './ours.ts'

const MAIN = fileURLToPath(new URL('../../packages/server/bin/tocsin.js', import.meta.url))

/** An edge that runs. */
export interface OurEdge extends Running {
  readonly http: string
  readonly dnsPort: number
  /** Of the edge's own clients. */
  readonly adminKey: string
}

/** Makes a key at a node; gives its secret. */
export async function keyAt(node: OurNode, name: string, trust: number): Promise<string> {
  const response = await fetch(`${node.http}/v1/keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${node.adminKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name, role: 'sensor', trust }),
  })
  if (!response.ok) throw new Error(`Cannot make a key: ${response.status} ${await response.text()}`)
  return ((await response.json()) as WireKey).token!
}

/** Starts `tocsin edge` with a key; resolves when it answers. */
export async function startEdge(bench: Bench, node: OurNode, name: string, key: string): Promise<OurEdge> {
  const data = bench.scratch(name)
  const listen = ['--data', data, '--http', '127.0.0.1:0', '--dns', '127.0.0.1:0', '--dns-base', BASE]
  const env = { TOCSIN_LOG_LEVEL: 'warn', TOCSIN_UPSTREAM: node.http, TOCSIN_KEY: key, ...bench.settings }
  const server = start(process.execPath, [MAIN, 'edge', ...listen], { core: 'any', env })
  await untilReady(server, () => /\bready\b.*\n/.test(server.out()), 'an edge')
  const http = /http:\/\/[^\s,]+/.exec(server.out())![0]
  const dnsPort = Number(/DNS [\d.]+:(\d+)/.exec(server.out())![1])
  return Object.assign(server, { http, dnsPort, adminKey: readFileSync(`${data}/admin.key`, 'utf8').trim() })
}
