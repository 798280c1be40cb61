/**
 * Response policy zones as zone files (RFC 1035 §5, draft-vixie-dnsop-dns-rpz): names that are answered with nothing.
 *
 * Names may be relative or absolute. The zone's own name, which owner names end in where they are absolute, is that of the
 * SOA record or the first `$ORIGIN`; where neither says it, an absolute name is taken as the host itself.
 */
import { BLANK, COMMENT, quote, refused, skipped } from '../content.ts'
import type { Content, Sample } from '../format.ts'
import { isBlank, meaningfulLines, sureness, wordsOf } from './comments.ts'
import { SINKS } from './hosts.ts'
import { type LineReading, lineFormat } from './line-format.ts'
import { readTrigger } from './rpz-trigger.ts'

const CLASS_OR_TTL = /^(?:IN|CH|HS|\d+[smhdw]?(?:\d+[smhdw])*)$/i
const TYPE = /^(?:[A-Z]+\d*|TYPE\d+)$/i

/** Targets that mean: no such name, no data, no answer. */
const BLOCKING: ReadonlySet<string> = new Set(['.', '*.', 'rpz-drop.'])

const RECORD =
  /^\S*\s+(?:\S+\s+){0,2}(?:CNAME\s+(?:\.|\*\.|rpz-(?:drop|passthru|tcp-only)\.)|A\s+0\.0\.0\.0)\s*(?:;|$)/i

class ZoneReading implements LineReading {
  /** What relative names end in, and the zone; without a dot at the end, `undefined` until something says so. */
  #origin: string | undefined
  #zone: string | undefined
  #owner = ''
  /** Inside the parentheses of a record of several lines. */
  #isOpen = false

  read(line: string): Content {
    const text = withoutZoneComment(line)
    if (text.trim() === '') return line.trim() === '' ? BLANK : COMMENT
    if (this.#isOpen) return this.#inside(text)
    if (text.startsWith('$')) return this.#directive(text)
    const words = wordsOf(text)
    if (!isBlank(text.charCodeAt(0))) this.#owner = words.shift()!
    while (words.length > 0 && CLASS_OR_TTL.test(words[0]!)) words.shift()
    const type = words[0]?.toUpperCase()
    if (type === undefined || !TYPE.test(type)) {
      return refused('syntax', `it must be a record as "example.com CNAME .", found ${quote(line)}`)
    }
    return this.#record(type, words.slice(1), text)
  }

  #record(type: string, data: readonly string[], text: string): Content {
    if (type === 'CNAME') return this.#alias(data)
    if (type === 'A' || type === 'AAAA') {
      return data.length === 1 && SINKS.has(data[0]!) ? this.#trigger() : skipped('not-an-indicator')
    }
    if (type === 'SOA') this.#zone = this.#absolute(this.#owner) ?? this.#zone
    this.#isOpen = text.includes('(') && !text.includes(')')
    return skipped('metadata')
  }

  #alias(data: readonly string[]): Content {
    const target = data[0]?.toLowerCase()
    if (target === undefined || data.length > 1) return refused('syntax', 'a CNAME must have one target')
    if (BLOCKING.has(target)) return this.#trigger()
    const owner = this.#owner.toLowerCase()
    // An alias of a name to itself is how the first versions wrote "pass".
    if (target === 'rpz-passthru.' || target === owner || target === `${owner}.`) return skipped('exception')
    return skipped('not-an-indicator')
  }

  #trigger(): Content {
    const owner = this.#owner
    if (this.#origin === undefined && this.#zone === undefined && !owner.endsWith('.')) return readTrigger(owner)
    const name = this.#absolute(owner)
    if (name === undefined) return readTrigger(owner)
    const zone = this.#zone
    if (zone === undefined) return readTrigger(name)
    const ending = `.${zone}`
    if (name.toLowerCase().endsWith(ending)) return readTrigger(name.slice(0, -ending.length))
    return refused('syntax', `a name must end in the zone ${quote(zone)}, found ${quote(owner)}`)
  }

  /** A name with its origin and without its last dot; `undefined` where it is relative to what nothing has said. */
  #absolute(name: string): string | undefined {
    if (name.endsWith('.')) return name.slice(0, -1)
    if (this.#origin === undefined) return undefined
    return name === '@' ? this.#origin : `${name}.${this.#origin}`
  }

  #directive(text: string): Content {
    const [word, name] = wordsOf(text)
    if (word?.toUpperCase() === '$ORIGIN' && name !== undefined) {
      this.#origin = this.#absolute(name)?.toLowerCase()
      this.#zone ??= this.#origin
    }
    return skipped('metadata')
  }

  #inside(text: string): Content {
    if (text.includes(')')) this.#isOpen = false
    return skipped('metadata')
  }
}

/** A semicolon begins a comment, but not between quotation marks. */
function withoutZoneComment(line: string): string {
  if (!line.includes(';')) return line
  return /^(?:"[^"]*"|[^;"])*/.exec(line)?.[0] ?? ''
}

function detect(sample: Sample): number {
  const lines = meaningfulLines(sample)
  const hasHead = lines.slice(0, 20).some(line => /^\$(?:TTL|ORIGIN)\s/i.test(line) || /\sSOA\s/i.test(line))
  return sureness(lines, line => RECORD.test(line), hasHead ? 1 : 0.9)
}

/** The format `rpz`. */
export const rpz = lineFormat({
  name: 'rpz',
  about: 'response policy zone files: CNAME . and *. and rpz-drop., A 0.0.0.0, and rpz-ip triggers',
  detect,
  reads: { open: () => new ZoneReading() },
})
