/** Settings of unbound that block names: `local-zone: "example.com" always_nxdomain`, `local-data: "example.com A 0.0.0.0"`. */
import { quote, refused, skipped } from '../content.ts'
import type { Content } from '../format.ts'
import { readHost } from '../words.ts'
import { emptyContent, meaningfulLines, sureness, withoutComment } from './comments.ts'
import { SINKS } from './hosts.ts'
import { lineFormat } from './line-format.ts'

const ZONE = /^local-zone:\s*"?([^\s"]+)"?\s+"?([a-z_]+)"?$/
const DATA = /^local-data:\s*["']([^\s"']+)\s+(?:\d+\s+)?(?:IN\s+)?([A-Z]+)\s+([^"']*)["']$/i

/** Types of zones that answer with nothing, or with nothing but what `local-data` says. */
const BLOCKING: ReadonlySet<string> = new Set([
  'always_nxdomain',
  'always_nodata',
  'always_null',
  'always_refuse',
  'always_deny',
  'inform_deny',
  'inform_redirect',
  'static',
  'refuse',
  'deny',
  'redirect',
])

/** Reads a line. */
export function readUnbound(line: string): Content {
  return emptyContent(line) ?? readCarefully(withoutComment(line))
}

function readCarefully(text: string): Content {
  const zone = ZONE.exec(text)
  if (zone !== null) return BLOCKING.has(zone[2]!) ? nameOf(zone[1]!) : skipped('exception')
  const data = DATA.exec(text)
  if (data !== null) {
    const isSink = /^A(?:AAA)?$/i.test(data[2]!) && SINKS.has(data[3]!.trim())
    return isSink ? nameOf(data[1]!) : skipped('not-an-indicator')
  }
  if (/^[a-z][a-z0-9-]*:(?:\s|$)/.test(text) && !text.startsWith('local-')) return skipped('metadata')
  return refused('syntax', `it must be a setting as 'local-zone: "example.com" always_nxdomain', found ${quote(text)}`)
}

function nameOf(name: string): Content {
  return readHost(name.endsWith('.') ? name.slice(0, -1) : name)
}

/** The format `unbound`. */
export const unbound = lineFormat({
  name: 'unbound',
  about: 'unbound settings as local-zone: "example.com" always_nxdomain, and local-data that leads nowhere',
  detect: sample => sureness(meaningfulLines(sample), line => /^\s*local-(?:zone|data):/.test(line), 0.95),
  reads: readUnbound,
})
