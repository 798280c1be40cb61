/** rbldnsd, and the responder that looks nothing up. */
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { answers } from '../ask/dns-client.ts'
import type { ListKind } from '../ask/lists.ts'
import { BASE, dnsName, label } from '../ask/queries.ts'
import type { Bench } from '../harness/bench.ts'
import { type Running, run, start, untilReady } from '../harness/processes.ts'
import { findProgram, missing } from '../harness/programs.ts'
import { freePort } from './ports.ts'

/** A DNS server under test. */
export interface DnsServer extends AsyncDisposable {
  readonly pid: number
  readonly port: number
}

const RESPONDER = fileURLToPath(new URL('../responder.c', import.meta.url))

/**
 * Its refusals carry a SOA, as ours do and as resolvers need; the list is checked for changes once in an hour. Listed
 * names are given as they are, not as `.name`: it has only the exact name to look up, where ours asks for the parents
 * too.
 */
export async function startRbldnsd(
  bench: Bench,
  kind: ListKind,
  listed: readonly string[],
): Promise<DnsServer | string> {
  const program = findProgram('rbldnsd')
  if (program === undefined) return missing('rbldnsd')
  const folder = bench.scratch(`rbldnsd-${kind}-${listed.length}`)
  const set = kind === 'ip' ? 'ip4set' : 'dnset'
  if (!existsSync(folder)) {
    mkdirSync(folder)
    const head = `$SOA 60 ns.${BASE} hostmaster.${BASE} 0 300 60 86400 60\n$NS 3600 ns.${BASE}\n:127.0.0.2:Listed\n`
    const lines = kind === 'hash' ? listed.map(subject => label(kind, subject)) : listed
    writeFileSync(join(folder, 'list'), `${head}${lines.join('\n')}\n`)
    chmodSync(folder, 0o755)
    // The daemon gives up root, and must still reach its list.
    chmodSync(join(folder, '..'), 0o755)
  }
  const port = await freePort()
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : []
  const args = [
    '-n',
    ...user,
    '-b',
    `127.0.0.1/${port}`,
    '-c',
    '3600',
    '-t',
    '300',
    `${kind}.${BASE}:${set}:${folder}/list`,
  ]
  const server = start(program, args, { core: 'server' })
  const name = dnsName(kind, listed[0]!)
  await untilReady(server, () => answers(port, name), 'rbldnsd')
  return withPort(server, port)
}

/** Compiles the responder where that has not been done, and starts it. */
export async function startResponder(bench: Bench): Promise<DnsServer | string> {
  const compiler = findProgram('cc') ?? findProgram('gcc')
  if (compiler === undefined) return missing('cc')
  const program = bench.scratch('responder')
  if (!existsSync(program)) await run(compiler, ['-O2', '-o', program, RESPONDER], { core: 'any', secondsMax: 60 })
  const port = await freePort()
  const server = start(program, [String(port)], { core: 'server' })
  await untilReady(server, () => answers(port, `any.${BASE}`), 'the responder')
  return withPort(server, port)
}

function withPort(server: Running, port: number): DnsServer {
  return Object.assign(server, { port })
}
