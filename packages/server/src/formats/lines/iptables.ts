/** Rules of iptables that drop all that comes from an address: `-A INPUT -s 192.0.2.0/24 -j DROP`. */
import { quote, refused, skipped, together } from '../content.ts'
import type { Content } from '../format.ts'
import { readWord } from '../words.ts'
import { emptyContent, meaningfulLines, sureness } from './comments.ts'
import { lineFormat } from './line-format.ts'

/** A word, or several between quotation marks. */
const WORDS = /"(?:[^"\\]|\\.)*"|\S+/g

const SUBJECT: ReadonlySet<string> = new Set(['-s', '--source', '--src', '-d', '--destination', '--dst'])
const TARGET: ReadonlySet<string> = new Set(['-j', '--jump', '-g', '--goto'])
const BLOCKING: ReadonlySet<string> = new Set(['DROP', 'REJECT', 'TARPIT'])

/** Options with one value that leave a rule about all of its address. */
const HARMLESS: ReadonlySet<string> = new Set([
  '-i',
  '--in-interface',
  '-o',
  '--out-interface',
  '-m',
  '--match',
  '--comment',
  '--reject-with',
  '-w',
])

/** Reads a line. */
export function readIptables(line: string): Content {
  const empty = emptyContent(line)
  if (empty !== undefined) return empty
  const words = line.match(WORDS) ?? []
  if (/^(?:\S*\/)?ip6?tables(?:-nft|-legacy)?$/.test(words[0]!)) words.shift()
  if (/^[*:]/.test(words[0]!) || words[0] === 'COMMIT') return skipped('metadata')
  if (words[0] === '-A' || words[0] === '-I' || words[0] === '--append' || words[0] === '--insert') {
    return readRule(words.slice(2), line)
  }
  if (words[0]?.startsWith('-') === true) return skipped('metadata')
  return refused('syntax', `it must be a rule as "-A INPUT -s 192.0.2.0/24 -j DROP", found ${quote(line)}`)
}

function readRule(options: readonly string[], line: string): Content {
  let subjects: string | undefined
  let target: string | undefined
  let isWhole = true
  for (let at = /^\d+$/.test(options[0] ?? '') ? 1 : 0; at < options.length; at += 2) {
    const [option, value] = [options[at]!, options[at + 1]]
    if (value === undefined) return refused('syntax', `an option must have a value, found ${quote(line)}`)
    if (SUBJECT.has(option)) {
      isWhole &&= subjects === undefined
      subjects = value
    } else if (TARGET.has(option)) target = value
    else if (!HARMLESS.has(option)) return skipped(target === 'ACCEPT' ? 'exception' : 'not-an-indicator')
  }
  if (target === 'ACCEPT' || target === 'RETURN') return skipped('exception')
  if (subjects === undefined || !isWhole || !BLOCKING.has(target ?? '')) return skipped('not-an-indicator')
  return together(subjects.split(',').map(readWord))
}

/** A rule, a table, the policy of a chain or the end of a table: a title of a document begins with a colon too. */
const FORM = /(?:^|\s)-[AI]\s+\S+\s.*-[sdj]\s|^\*[a-z]+\s*$|^:\S+\s+(?:ACCEPT|DROP|REJECT|-)(?:\s|$)|^COMMIT\s*$/

/** The format `iptables`. */
export const iptables = lineFormat({
  name: 'iptables',
  about: 'iptables rules that drop or reject all from an address: -A INPUT -s 192.0.2.0/24 -j DROP',
  detect: sample => sureness(meaningfulLines(sample), line => FORM.test(line), 0.92),
  reads: readIptables,
})
