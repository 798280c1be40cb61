/** Settings of dnsmasq that send names nowhere: `address=/example.com/0.0.0.0`, `server=/example.com/`, `local=/example.com/`. */
import { oneSubject, quote, refused, skipped, together } from '../content.ts'
import type { Content } from '../format.ts'
import { quickHost } from '../quick.ts'
import { readHost } from '../words.ts'
import { emptyContent, meaningfulLines, sureness, withoutComment } from './comments.ts'
import { SINKS } from './hosts.ts'
import { lineFormat } from './line-format.ts'

const RULE = /^(address|server|local)=\/(.*)\/([^/]*)$/

/** Reads a line. */
export function readDnsmasq(line: string): Content {
  return quick(line) ?? emptyContent(line) ?? readCarefully(withoutComment(line))
}

/** `address=/name/0.0.0.0`, `server=/name/` and `local=/name/`, the name in canonical form. */
function quick(line: string): Content | undefined {
  const from = line.startsWith('address=/') ? 9 : line.startsWith('server=/') ? 8 : line.startsWith('local=/') ? 7 : 0
  const to = from === 0 ? -1 : line.indexOf('/', from)
  if (to < 0) return undefined
  const rest = line.length - to - 1
  if (rest !== 0 && !(from === 9 && rest === 7 && line.endsWith('/0.0.0.0'))) return undefined
  const subject = quickHost(line, from, to)
  return subject === undefined ? undefined : oneSubject(subject)
}

function readCarefully(text: string): Content {
  const match = RULE.exec(text)
  if (match === null) {
    if (/^[a-z][a-z0-9-]*(?:=|$)/.test(text)) return skipped('metadata')
    return refused('syntax', `it must be a setting as "address=/example.com/0.0.0.0", found ${quote(text)}`)
  }
  const [, setting, names, target] = match as unknown as [string, string, string, string]
  const isBlock = target === '' || (setting === 'address' && (target === '#' || SINKS.has(target)))
  // Names that are sent somewhere: the owner's own network, not a list.
  if (!isBlock || names === '#') return skipped('not-an-indicator')
  return together(names.split('/').map(readHost))
}

/** The format `dnsmasq`. */
export const dnsmasq = lineFormat({
  name: 'dnsmasq',
  about: 'dnsmasq settings as address=/example.com/0.0.0.0, server=/example.com/ and local=/example.com/',
  detect: sample => sureness(meaningfulLines(sample), line => RULE.test(withoutComment(line)), 0.95),
  reads: readDnsmasq,
})
