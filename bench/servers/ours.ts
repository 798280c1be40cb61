/** Our node as a process of its own, and data folders for it. */
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { WireStatus } from '@tocsin/core/wire'
import type { ListKind } from '../ask/lists.ts'
import { BASE } from '../ask/queries.ts'
import type { Bench } from '../harness/bench.ts'
import { type Core, type Running, run, start, untilReady } from '../harness/processes.ts'

const MAIN = fileURLToPath(new URL('../../packages/server/bin/tocsin.js', import.meta.url))

/** A node that runs. */
export interface OurNode extends Running {
  /** As `http://127.0.0.1:40123`. */
  readonly http: string
  readonly dnsPort: number
  readonly adminKey: string
  /** Resolves when all that was accepted before is in the book. */
  settled(): Promise<WireStatus>
}

/** Starts `tocsin up` without the starter set; more arguments go to Node itself, as `--cpu-prof`. */
export async function startOurs(
  bench: Bench,
  data: string,
  core: Core = 'server',
  nodeArgs: readonly string[] = [],
  mining: 'on' | 'off' = 'off',
): Promise<OurNode> {
  const listen = ['--data', data, '--http', '127.0.0.1:0', '--dns', '127.0.0.1:0', '--dns-base', BASE]
  // Rate limit, client nets and counters are on, as on a node that the world asks; the limit is above what one client can ask.
  const guards = { TOCSIN_DNS_RESPONSES_PER_SECOND: '1000000', TOCSIN_DNS_CLIENTS_ALLOW: '127.0.0.0/8' }
  // Mining would list the neighbours of what is listed, which the questions take for unlisted.
  const quiet = { TOCSIN_STARTER: 'off', TOCSIN_LOG_LEVEL: 'warn', TOCSIN_MINING: mining }
  const env = { ...quiet, ...guards, ...bench.settings }
  const server = start(process.execPath, [...nodeArgs, MAIN, 'up', ...listen], { core, env })
  await untilReady(server, () => /\bready\b.*\n/.test(server.out()), 'Tocsin')
  const http = /http:\/\/[^\s,]+/.exec(server.out())![0]
  const adminKey = readFileSync(join(data, 'admin.key'), 'utf8').trim()
  async function settled(): Promise<WireStatus> {
    for (;;) {
      const response = await fetch(`${http}/v1/status`, { headers: { authorization: `Bearer ${adminKey}` } })
      if (!response.ok) throw new Error(`Cannot read the status: ${response.status} ${await response.text()}`)
      const status = (await response.json()) as WireStatus
      if (status.ledger.waiting === 0) return status
      await new Promise(resolve => setTimeout(resolve, 100))
    }
  }
  return Object.assign(server, { http, adminKey, settled, dnsPort: Number(/DNS [\d.]+:(\d+)/.exec(server.out())![1]) })
}

/** Runs `tocsin import` against a node, on the load's core. */
export async function importList(node: OurNode, file: string, source: string): Promise<void> {
  const args = [MAIN, 'import', file, '--source', source, '--server', node.http]
  await run(process.execPath, args, { core: 'load', env: { TOCSIN_KEY: node.adminKey }, secondsMax: 3600 })
}

/** Writes a list as our import and others' take it: a subject a line. */
export function writeList(file: string, listed: readonly string[]): void {
  writeFileSync(file, `${listed.join('\n')}\n`)
}

/** A data folder that holds a list and no more; prepared once in a run, or once for all runs that keep their folders. */
export async function preparedData(bench: Bench, kind: ListKind, listed: readonly string[]): Promise<string> {
  const data = bench.kept(`data-${kind}-${listed.length}`)
  const marker = `${data}.whole`
  if (existsSync(marker)) return data
  rmSync(data, { recursive: true, force: true })
  bench.say(`preparing a data folder of ${listed.length} ${kind} subjects`)
  const file = bench.scratch(`${kind}-${listed.length}.txt`)
  writeList(file, listed)
  {
    await using node = await startOurs(bench, data, 'any')
    await importList(node, file, 'bench')
    await node.settled()
  }
  writeFileSync(marker, '')
  return data
}

/** A copy that may be written to, gone with the run. */
export function copiedData(bench: Bench, data: string, name: string): string {
  const copy = bench.scratch(name)
  rmSync(copy, { recursive: true, force: true })
  cpSync(data, copy, { recursive: true })
  return copy
}
