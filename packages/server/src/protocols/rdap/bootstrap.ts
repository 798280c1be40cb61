/** Which RDAP server knows the names under which suffix: the bootstrap registry of RFC 9224. */
import { fail, ok, type Result } from '@tocsin/core/base'
import { listIn, readObject } from './json.ts'

/** Where IANA publishes it: RFC 9224 §4. */
export const BOOTSTRAP_URL = 'https://data.iana.org/rdap/dns.json'

/** Bytes of the file, at most; in 2024 it had about 60,000. */
export const BOOTSTRAP_BYTES_MAX = 1024 * 1024

/** Groups, and names or servers of one group, at most: far more than there are top-level domains. */
const ITEMS_MAX = 5000

/** Characters of the address of a server. */
const URL_LENGTH_MAX = 512

/** Base addresses by suffix, each ending in `/`. */
export type Bootstrap = ReadonlyMap<string, string>

/**
 * Reads the file: `{"version":"1.0","services":[[["com","net"],["https://…/"]],…]}`. Takes of each group the first server
 * over HTTPS; a group without one, or with anything odd, is left out. Fails as `invalid` where no group is left.
 */
export function readBootstrap(bytes: Uint8Array): Result<Bootstrap> {
  const what = 'the list of RDAP servers'
  const read = readObject(bytes, what, BOOTSTRAP_BYTES_MAX)
  if (!read.ok) return read
  const { version, services } = read.value
  if (version !== '1.0') {
    return fail('invalid', `Cannot read ${what}: its version must be "1.0", found ${quoted(version)}`)
  }
  const servers = new Map<string, string>()
  for (const group of listIn(services, ITEMS_MAX)) {
    const [names, addresses] = listIn(group, 2)
    const server = listIn(addresses, ITEMS_MAX)
      .map(serverOf)
      .find(found => found !== undefined)
    if (server === undefined) continue
    for (const name of listIn(names, ITEMS_MAX)) if (isSuffix(name)) servers.set(name.toLowerCase(), server)
  }
  return servers.size > 0 ? ok(servers) : fail('invalid', `Cannot read ${what}: it names no server over HTTPS`)
}

/** The server for a name: that of its longest suffix (RFC 9224 §4); `undefined` where none is known. */
export function serverFor(bootstrap: Bootstrap, name: string): string | undefined {
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const server = bootstrap.get(name.slice(dot + 1))
    if (server !== undefined) return server
  }
  return undefined
}

/** What to ask a server about a name (RFC 9082 §3.1.3). `name` is a canonical host: ASCII, no slash, no white space. */
export function domainUrl(server: string, name: string): string {
  return `${server}domain/${encodeURIComponent(name)}`
}

function serverOf(address: unknown): string | undefined {
  if (typeof address !== 'string' || address.length > URL_LENGTH_MAX) return undefined
  const url = URL.parse(address)
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') return undefined
  if (url.search !== '' || url.hash !== '') return undefined
  return url.href.endsWith('/') ? url.href : `${url.href}/`
}

function isSuffix(name: unknown): name is string {
  return typeof name === 'string' && name.length <= 253 && /^[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*$/i.test(name)
}

function quoted(value: unknown): string {
  return JSON.stringify(typeof value === 'string' ? value.slice(0, 40) : typeof value)
}
