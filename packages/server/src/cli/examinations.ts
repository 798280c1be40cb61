/** What `doctor` looks at: each examination is one question with a way out. None of them throws. */
import { constants } from 'node:fs'
import { access, stat, statfs } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import type { Config, Endpoint } from '../config/index.ts'
import { ADMIN_KEY_FILE, isLoopback, isUnavailable, remoteNode } from './reach.ts'
import type { Surroundings } from './surroundings.ts'
import { askTestPoint } from './test-point.ts'

/** What an examination found. */
export interface Finding {
  readonly state: 'ok' | 'warn' | 'fail'
  readonly found: string
  /** The way out. */
  readonly instead?: string
}

/** What is examined. */
interface Patient {
  readonly config: Config
  readonly world: Surroundings
}

/** One question. */
interface Examination {
  readonly name: string
  examine(patient: Patient): Promise<Finding>
}

/** The first Node with all that is needed. */
const NODE_MIN = [24, 16] as const
const GIB = 2 ** 30
const SKEW_MAX_MS = 5000

/** Asked about to learn what answers are worth; it is nobody's, and no queue keeps it. */
const PROBE = 'ip:127.0.0.1'

/** All of them, in the order of the table. */
export const EXAMINATIONS: readonly Examination[] = [
  { name: 'Node', examine: async () => nodeVersion(process.versions.node) },
  { name: 'data folder', examine: dataFolder },
  { name: 'disk space', examine: diskSpace },
  { name: 'admin key', examine: adminKey },
  { name: 'node', examine: node },
  { name: 'HTTP port', examine: patient => port(patient, patient.config.http.listen, '--http') },
  { name: 'DNS port', examine: patient => port(patient, patient.config.dns.listen, '--dns') },
  { name: 'DNS test point', examine: testPoint },
]

/** Whether a version of Node can run the program. */
export function nodeVersion(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1])) return ok(version)
  return fail(version, `install ${NODE_MIN.join('.')} or later; "npm ci" brings it on Linux`)
}

async function dataFolder({ config: { data }, world }: Patient): Promise<Finding> {
  const folder = resolve(data)
  try {
    if (!(await stat(folder)).isDirectory()) return fail(`${folder} is not a folder`, 'name another with --data')
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK)
    return ok(`${folder}, ${(await world.isHeld(data)) ? 'held by a node that runs' : 'free'}`)
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT') return warn(`${folder} does not exist`, 'a first "tocsin up" makes it')
    return fail(`${folder} cannot be written (${code})`, 'give its owner the right to, or name another with --data')
  }
}

async function diskSpace({ config: { data } }: Patient): Promise<Finding> {
  for (let folder = resolve(data); ; folder = dirname(folder)) {
    try {
      const { bavail, bsize } = await statfs(folder)
      const gib = (bavail * bsize) / GIB
      const found = `${gib.toFixed(1)} GiB free`
      if (gib >= 1) return ok(found)
      const instead = 'make room, or move the data folder'
      return gib < 0.1 ? fail(found, instead) : warn(found, instead)
    } catch (error) {
      if (codeOf(error) !== 'ENOENT' || folder === dirname(folder))
        return warn(`unknown (${codeOf(error)})`, 'look at "df"')
    }
  }
}

async function adminKey({ config: { data } }: Patient): Promise<Finding> {
  const file = join(resolve(data), ADMIN_KEY_FILE)
  try {
    const { mode } = await stat(file)
    if ((mode & 0o077) !== 0) return fail(`${file} can be read by others`, `chmod 600 ${file}, then revoke the key`)
    await access(file, constants.R_OK)
    return ok('readable by its owner only')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return warn('there is none', 'a first "tocsin up" makes it; or set TOCSIN_KEY')
    return fail(`${file} cannot be read (${codeOf(error)})`, 'run as its owner, or set TOCSIN_KEY')
  }
}

async function node({ config, world }: Patient): Promise<Finding> {
  const before = world.clock()
  try {
    const remote = remoteNode(config, world)
    const theirs = await remote.now()
    const skew = theirs - (before + world.clock()) / 2
    if (Math.abs(skew) > SKEW_MAX_MS) {
      return warn(`its clock is ${Math.round(skew / 1000)} s off ours`, 'set both by NTP: evidence decays by time')
    }
    const [probe] = await remote.check([PROBE])
    if (probe === undefined || 'error' in probe || probe.state === 'fresh') {
      return ok(`answers at ${config.server}, and its clock agrees`)
    }
    const found = `answers at ${config.server} are ${probe.state}${probe.state === 'stale' ? `, ${probe.ageSeconds} s old` : ''}`
    return warn(found, 'look at its log, and at an edge at GET /v1/edge, which says how its upstreams fare')
  } catch (error) {
    if (isUnavailable(error) && isLoopback(config.server)) {
      return warn(`none answers at ${config.server}`, 'start one with "tocsin up", or name another with --server')
    }
    return fail(messageOf(error), 'set --server and --key')
  }
}

async function port({ config, world }: Patient, at: Endpoint | 'off', flag: string): Promise<Finding> {
  if (at === 'off') return ok('off')
  const place = `${at.host}:${at.port}`
  const code = await listening(at)
  if (code === undefined) return ok(`${place} is free`)
  if (code === 'EADDRINUSE') {
    if (await isHeld({ config, world })) return ok(`${place} is taken, by the node it seems`)
    return fail(`${place} is taken by another program`, `end that, or name another port with ${flag}`)
  }
  return fail(
    `cannot listen at ${place} (${code})`,
    `name another with ${flag}; ports below 1024 need CAP_NET_BIND_SERVICE`,
  )
}

/** Tries to listen; the error's code where that is not possible. */
function listening({ host, port: number }: Endpoint): Promise<string | undefined> {
  return new Promise(settle => {
    const server = createServer()
    server.once('error', error => settle(codeOf(error)))
    server.listen({ host, port: number, exclusive: true }, () => server.close(() => settle(undefined)))
  })
}

async function testPoint({ config, world }: Patient): Promise<Finding> {
  const { listen, base } = config.dns
  if (listen === 'off') return ok('off')
  if (!(await isHeld({ config, world }))) return warn('not asked: no node runs here', 'start one with "tocsin up"')
  const answer = await askTestPoint(listen, base)
  if (answer.ok) return ok(`2.0.0.127.ip.${base} is listed and 1.0.0.127.ip.${base} is not (RFC 5782 §5)`)
  return fail(answer.why, 'look at the log of the node, and that --dns and --dns-base are the ones that it has')
}

/** Whether a node holds the data folder. One that is not there is not asked about: asking would make it. */
async function isHeld({ config: { data }, world }: Patient): Promise<boolean> {
  try {
    await stat(resolve(data))
    return await world.isHeld(data)
  } catch {
    return false
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? messageOf(error)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function ok(found: string): Finding {
  return { state: 'ok', found }
}

function warn(found: string, instead: string): Finding {
  return { state: 'warn', found, instead }
}

function fail(found: string, instead: string): Finding {
  return { state: 'fail', found, instead }
}
