/** What our HTTP answers are held against: Fastify alone, and CrowdSec's local API. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Bench } from '../harness/bench.ts'
import { type Running, run, start, untilReady } from '../harness/processes.ts'
import { findProgram, missing } from '../harness/programs.ts'
import { freePort } from './ports.ts'

/** An HTTP server under test. */
export interface HttpServer extends Running {
  readonly http: string
}

const PLAIN = fileURLToPath(new URL('./fastify-plain.ts', import.meta.url))

/** The key that bouncers show to the CrowdSec that the bench starts. */
export const BOUNCER_KEY = 'bench-bouncer-key'

/** Fastify that answers one constant object to everything. */
export async function startPlainFastify(answer: object): Promise<HttpServer> {
  const server = start(process.execPath, [PLAIN, JSON.stringify(answer)], { core: 'server' })
  await untilReady(server, () => server.out().includes('\n'), 'plain Fastify')
  return Object.assign(server, { http: server.out().trim() })
}

/** CrowdSec's local API without agent and without central API, with these addresses banned; or why it is missing. */
export async function startCrowdsec(bench: Bench, banned: readonly string[]): Promise<HttpServer | string> {
  const [crowdsec, cscli] = [findProgram('crowdsec'), findProgram('cscli')]
  if (crowdsec === undefined || cscli === undefined) return missing('crowdsec')
  const folder = bench.scratch('crowdsec')
  const http = `http://127.0.0.1:${await freePort()}`
  const config = writeConfiguration(folder, http)
  const byCscli = (args: readonly string[], secondsMax: number) =>
    run(cscli, ['-c', config, ...args], { core: 'load', secondsMax })
  await byCscli(['machines', 'add', 'bench', '-p', 'bench', '-u', http, '-f', join(folder, 'credentials.yaml')], 60)
  await byCscli(['bouncers', 'add', 'bench', '-k', BOUNCER_KEY], 60)
  const server = start(crowdsec, ['-c', config, '-no-cs', '-no-capi'], { core: 'server' })
  try {
    const headers = { 'x-api-key': BOUNCER_KEY }
    const asks = () => fetch(`${http}/v1/decisions?ip=192.0.2.1`, { headers }).then(answer => answer.ok)
    await untilReady(server, () => asks().catch(() => false), "CrowdSec's local API")
    const list = join(folder, 'decisions.csv')
    writeFileSync(list, `duration,scope,value\n${banned.map(address => `48h,ip,${address}\n`).join('')}`)
    bench.say(`importing ${banned.length} decisions into CrowdSec`)
    await byCscli(['decisions', 'import', '-i', list], 600)
    const found = await fetch(`${http}/v1/decisions?ip=${banned.at(-1)!}`, { headers }).then(answer => answer.text())
    if (!found.includes(banned.at(-1)!))
      throw new Error(`Cannot use CrowdSec: it does not know what it imported: ${found}`)
  } catch (error) {
    await server[Symbol.asyncDispose]()
    throw error
  }
  return Object.assign(server, { http })
}

function writeConfiguration(folder: string, http: string): string {
  const at = (name: string) => join(folder, name)
  for (const name of ['', 'data', 'hub', 'notifications', 'plugins']) mkdirSync(at(name), { recursive: true })
  writeFileSync(at('simulation.yaml'), 'simulation: false\n')
  writeFileSync(at('hub/.index.json'), '{}\n')
  writeFileSync(at('profiles.yaml'), PROFILE)
  // YAML is a superset of JSON.
  const config = {
    common: { daemonize: false, log_media: 'stdout', log_level: 'warning', working_dir: folder },
    config_paths: {
      config_dir: folder,
      data_dir: at('data'),
      simulation_path: at('simulation.yaml'),
      hub_dir: at('hub'),
      index_path: at('hub/.index.json'),
      notification_dir: at('notifications'),
      plugin_dir: at('plugins'),
    },
    cscli: { output: 'raw' },
    // Debian's package turns the write-ahead log on where the file system has what it needs.
    db_config: { log_level: 'warning', type: 'sqlite', db_path: at('data/crowdsec.db'), use_wal: true },
    plugin_config: { user: 'nobody', group: 'nogroup' },
    api: {
      client: { credentials_path: at('credentials.yaml') },
      server: { log_level: 'warning', listen_uri: http.slice('http://'.length), profiles_path: at('profiles.yaml') },
    },
    prometheus: { enabled: false },
  }
  writeFileSync(at('config.yaml'), JSON.stringify(config))
  return at('config.yaml')
}

const PROFILE = `name: default_ip_remediation
filters:
 - Alert.Remediation == true && Alert.GetScope() == "Ip"
decisions:
 - type: ban
   duration: 4h
on_success: break
`
