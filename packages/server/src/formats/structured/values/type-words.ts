import type { SubjectType } from '@tocsin/core/subject'

/** What feeds call the type of an indicator, in lower case without blanks, hyphens and underscores. */
const TYPES: ReadonlyMap<string, SubjectType> = new Map([
  ...words(
    'ip',
    'ip ipport ipdstport ipsrcport ipv4port socket ipv4 ipv6 ipaddress ipaddr ipv4addr ipv6addr ipsrc ipdst srcip dstip address addressip host4',
  ),
  ...words('net', 'net cidr netblock network range ipv4cidr ipv6cidr ipcidr subnet prefix'),
  ...words('domain', 'domain domainname hostname fqdn dns domainport dnsname'),
  ...words('url', 'url uri link httpurl'),
  ...words(
    'file',
    'file hash filehash md5 sha1 sha256 md5hash sha1hash sha256hash filehashmd5 filehashsha1 filehashsha256',
  ),
  // As ThreatFox writes them, row after row: found without taking the signs out first.
  ...words('ip', 'ip:port'),
  ...words('file', 'md5_hash sha1_hash sha256_hash'),
  ...words('file', 'hashmd5 hashsha1 hashsha256 filemd5 filesha1 filesha256'),
])

/** Types with a port behind the address, `ip:port`. */
const WITH_PORT: ReadonlySet<string> = new Set(['ipport', 'ipdstport', 'ipsrcport', 'ipv4port', 'socket', 'domainport'])

/** The word as the tables have it. */
export function plainWord(word: string): string {
  return word.toLowerCase().replace(/[^a-z0-9]/g, '')
}

/** The type that a feed's word means; `undefined` for one that is none of a subject, or not known. */
export function typeOfWord(word: string): SubjectType | undefined {
  return TYPES.get(word) ?? TYPES.get(plainWord(word))
}

/** Whether values of the type carry a port behind them. */
export function hasPort(word: string): boolean {
  return /port|socket/i.test(word) && WITH_PORT.has(plainWord(word))
}

/** The value without `:port` behind it, where there is one. */
export function withoutPort(value: string): string {
  if (/^\d+\.\d+\.\d+\.\d+:\d{1,5}$/.test(value)) return value.slice(0, value.indexOf(':'))
  return value
    .trim()
    .replace(/^\[([\da-f:.]+)\](?:\[?:\]?\d{1,5})?$/i, '$1')
    .replace(/^([^:]+)(?:\[:\]|:|\|)\d{1,5}$/, '$1')
}

function words(type: SubjectType, text: string): readonly (readonly [string, SubjectType])[] {
  return text.split(' ').map(word => [word, type] as const)
}
