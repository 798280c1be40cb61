import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * Programs of others that some tests talk to, and the Debian packages that they come in. A test that needs one says
 * `test(name, peer('dig'), …)`: without the program it is skipped, and `npm test` tells how to get it.
 */
export const DEBIAN_PACKAGES = {
  'c-icap-client': 'c-icap',
  chromium: 'chromium',
  clamdscan: 'clamdscan',
  curl: 'curl',
  dig: 'bind9-dnsutils',
  dnsperf: 'dnsperf',
  'nats-server': 'nats-server',
  nginx: 'nginx-light',
  nsupdate: 'bind9-dnsutils',
  openssl: 'openssl',
  postfix: 'postfix',
  postgres: 'postgresql-15',
  rbldnsd: 'rbldnsd',
  squid: 'squid',
  swaks: 'swaks',
  unbound: 'unbound',
  zstd: 'zstd',
} as const

/** Programs that come in packages of npm, each by its own name; they are no dependencies, for they are large. */
export const NPM_PACKAGES = { bun: 'bun', deno: 'deno' } as const

/** A program that tests may need. */
export type Peer = keyof typeof DEBIAN_PACKAGES | keyof typeof NPM_PACKAGES

/** Where Debian puts daemons, beside the PATH of an ordinary user. */
const DAEMON_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/lib/postgresql/15/bin']

/** The path of a program on this machine, or `undefined` if it is not installed. */
export function findPeer(name: Peer): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...DAEMON_FOLDERS].filter(folder => folder !== '')
  return folders.map(folder => join(folder, name)).find(isExecutable)
}

/** Options for a test that needs these programs: runs it if all are there, else skips it and says how to get them. */
export function peer(...names: readonly [Peer, ...Peer[]]): { readonly skip: false | string } {
  return needs(names.filter(name => findPeer(name) === undefined))
}

/** As {@link peer}, given the programs that are missing. */
export function needs(missing: readonly Peer[]): { readonly skip: false | string } {
  if (missing.length === 0) return { skip: false }
  const debian = missing.flatMap(name => (name in DEBIAN_PACKAGES ? [DEBIAN_PACKAGES[name as 'dig']] : []))
  const npm = missing.filter(name => name in NPM_PACKAGES)
  const commands = [
    ...(debian.length === 0 ? [] : [`apt-get install ${[...new Set(debian)].join(' ')}`]),
    ...(npm.length === 0 ? [] : [`npm install --global ${npm.join(' ')}`]),
  ]
  return { skip: `needs ${missing.join(' and ')}: ${commands.join(' && ')}` }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
