/** Hosts files: names behind an address that leads nowhere. */
import { oneSubject, quote, refused, skipped, together } from '../content.ts'
import type { Content } from '../format.ts'
import { quickHost } from '../quick.ts'
import { readHost } from '../words.ts'
import { emptyContent, isBlank, meaningfulLines, sureness, withoutComment, wordsOf } from './comments.ts'
import { lineFormat } from './line-format.ts'

/** Addresses that mean "nowhere" in lists that block. */
export const SINKS: ReadonlySet<string> = new Set(['0.0.0.0', '127.0.0.1', '::', '::1'])

/** Names that every hosts file has for the machine itself and its network. */
const OWN_NAMES: ReadonlySet<string> = new Set([
  'localhost',
  'localhost.localdomain',
  'localhost4',
  'localhost6',
  'local',
  'broadcasthost',
  'ip6-localhost',
  'ip6-loopback',
  'ip6-localnet',
  'ip6-mcastprefix',
  'ip6-allnodes',
  'ip6-allrouters',
  'ip6-allhosts',
  '0.0.0.0',
])

/** Reads a line. */
export function readHosts(line: string): Content {
  const name = quickName(line)
  if (name !== undefined) return oneSubject(name)
  return emptyContent(line) ?? readCarefully(withoutComment(line))
}

/** The name of a line that is `0.0.0.0 name` or `127.0.0.1 name` and nothing else. */
function quickName(line: string): string | undefined {
  const length = line.startsWith('0.0.0.0') ? 7 : line.startsWith('127.0.0.1') ? 9 : 0
  if (length === 0 || !isBlank(line.charCodeAt(length)) || line.endsWith('.localdomain')) return undefined
  return quickHost(line, length + 1, line.length)
}

function readCarefully(line: string): Content {
  const [address, ...names] = line.split(/\s+/) as [string, ...string[]]
  const foreign = names.filter(name => !OWN_NAMES.has(name.toLowerCase()))
  if (names.length > 0 && foreign.length === 0) return skipped('own-name')
  if (!SINKS.has(address) || names.length === 0) {
    const reason = `it must be an address that leads nowhere (0.0.0.0) and names, found ${quote(line)}`
    return refused('not-a-subject', reason)
  }
  return together(foreign.map(readHost))
}

/** The format `hosts`. */
export const hosts = lineFormat({
  name: 'hosts',
  about: 'as /etc/hosts: names behind 0.0.0.0, 127.0.0.1, :: or ::1',
  detect: sample => sureness(meaningfulLines(sample), looksLikeHosts, 0.8),
  reads: readHosts,
})

function looksLikeHosts(line: string): boolean {
  const [address, name] = wordsOf(withoutComment(line))
  return SINKS.has(address!) && name !== undefined
}
