/** What `ipset save` writes and `ipset restore` reads: `add NAME 192.0.2.0/24 timeout 0 comment "x"`. */
import { oneSubject, quote, refused, skipped } from '../content.ts'
import type { Content } from '../format.ts'
import { quickSubject } from '../quick.ts'
import { readWord } from '../words.ts'
import { emptyContent, meaningfulLines, sureness, wordsOf } from './comments.ts'
import { lineFormat } from './line-format.ts'

/** Commands that make, empty or drop sets, in their long and short forms. */
const OTHER_COMMAND = /^(?:create|-N|destroy|-X|flush|-F|rename|-E|swap|-W|save|list|del|-D|version|COMMIT)$/

/** Behind an address, in sets of addresses and ports: `,tcp:80`, `,80`. */
const PORT = /,(?:[a-z0-9-]+:)?\d{1,5}(?:-\d{1,5})?$/i

/** Reads a line. */
export function readIpset(line: string): Content {
  return quick(line) ?? emptyContent(line) ?? readCarefully(line)
}

/** `add NAME ADDRESS` and nothing else. */
function quick(line: string): Content | undefined {
  if (!line.startsWith('add ')) return undefined
  const from = line.indexOf(' ', 4) + 1
  if (from === 0 || line.indexOf(' ', from) >= 0) return undefined
  const subject = quickSubject(line, from, line.length)
  return subject?.startsWith('ip:') === true || subject?.startsWith('net:') === true ? oneSubject(subject) : undefined
}

function readCarefully(line: string): Content {
  const words = wordsOf(line)
  if (words[0] === 'ipset') words.shift()
  while (words[0] === '-exist' || words[0] === '-!') words.shift()
  const [command, name, element, ...options] = words
  if (command !== undefined && OTHER_COMMAND.test(command)) return skipped('metadata')
  if ((command !== 'add' && command !== '-A') || name === undefined || element === undefined) {
    return refused('syntax', `it must be a command as "add NAME 192.0.2.0/24", found ${quote(line)}`)
  }
  if (options.includes('nomatch')) return skipped('exception')
  return readWord(element.replace(PORT, ''))
}

/** The format `ipset`. */
export const ipset = lineFormat({
  name: 'ipset',
  about: 'scripts for ipset restore: add NAME 192.0.2.0/24',
  detect: sample =>
    sureness(meaningfulLines(sample), line => /^(?:ipset\s+)?(?:add|-A|create|-N)\s+\S+\s+\S/.test(line), 0.9),
  reads: readIpset,
})
