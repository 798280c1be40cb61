/**
 * Rules of Suricata and Snort that name addresses: `alert ip [192.0.2.1,198.51.100.0/24] any -> $HOME_NET any (…)`, as
 * Emerging Threats has them. A rule that looks into traffic says nothing of a subject.
 */
import { quote, refused, skipped, together } from '../content.ts'
import type { Content } from '../format.ts'
import { emptyContent, meaningfulLines, sureness } from './comments.ts'
import { lineFormat } from './line-format.ts'
import { readPlain } from './plain.ts'

/** Such rules have hundreds of addresses in one line. */
const LINE_BYTES_MAX = 65_536

/** Action, protocol, source, port, direction, destination, port. */
const RULE =
  /^(\w+)\s+([\w-]+)\s+(\[[^\]]*\]|\S+)\s+(\[[^\]]*\]|\S+)\s+(?:->|<>|=>)\s+(\[[^\]]*\]|\S+)\s+(\[[^\]]*\]|\S+)\s*\(/

const ACTION = /^(?:alert|drop|reject|rejectsrc|rejectdst|rejectboth|block|sdrop|log|pass|activate|dynamic)$/

/** Reads a line. */
export function readSuricata(line: string): Content {
  return emptyContent(line) ?? readRule(line.trim())
}

function readRule(rule: string): Content {
  const match = RULE.exec(rule)
  if (match === null || !ACTION.test(match[1]!)) {
    return refused(
      'syntax',
      `it must be a rule as "alert ip [192.0.2.1] any -> $HOME_NET any (…)", found ${quote(rule)}`,
    )
  }
  if (match[1] === 'pass') return skipped('exception')
  const named = [match[3]!, match[5]!].filter(isNamed)
  if (named.length !== 1) return skipped('not-an-indicator')
  const addresses = named[0]!.replace(/^\[|\]$/g, '').split(',')
  return together(addresses.map(address => readAddress(address.trim())))
}

/** Whether a side of a rule names addresses, and neither anyone nor a variable. */
function isNamed(side: string): boolean {
  return side !== 'any' && !side.includes('$')
}

function readAddress(text: string): Content {
  if (/^(?:[\d./]+|[\da-f:./]*:[\da-f:./]*)$/i.test(text)) return readPlain(text)
  if (text.startsWith('!') || text.startsWith('[')) {
    return refused('pattern', `a rule must name its addresses one by one, found ${quote(text)}`)
  }
  return refused('not-a-subject', `it must be an address or a network, found ${quote(text)}`)
}

/** The format `suricata`. */
export const suricata = lineFormat({
  name: 'suricata',
  about: 'Suricata and Snort rules that name addresses: alert ip [192.0.2.1,…] any -> $HOME_NET any (…)',
  detect: sample =>
    sureness(meaningfulLines(sample), line => ACTION.test(line.split(/\s/, 1)[0]!) && RULE.test(line), 0.97),
  lineBytesMax: LINE_BYTES_MAX,
  reads: readSuricata,
})
