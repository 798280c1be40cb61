/**
 * Scripts of RouterOS that fill an address list: `/ip firewall address-list`, then `add list=x address=192.0.2.0/24`, or both
 * in one line. A backslash at the end of a line says that it goes on in the next.
 */
import { oneSubject, quote, refused, skipped } from '../content.ts'
import type { Content } from '../format.ts'
import { quickSubject } from '../quick.ts'
import { readWord } from '../words.ts'
import { emptyContent, isBlank, meaningfulLines, sureness } from './comments.ts'
import { type LineReading, lineFormat } from './line-format.ts'
import { LINE_BYTES_MAX } from './splitter.ts'

const MENU = /^\s*\/?(ipv?6? firewall address-list)\b/

/** `name=value`, the value between quotation marks or without white space. */
const FIELD = /([\w-]+)=("(?:[^"\\]|\\.)*"|[^\s"}]*)/g

class ScriptReading implements LineReading {
  /** The lines of one command that has not ended yet. */
  #begun = ''
  #isBegun = false
  /** Whether bare commands belong to an address list; what says no menu is taken for part of one. */
  #inList = true

  read(line: string): Content | undefined {
    if (line.charCodeAt(line.length - 1) === 0x5c && !/^\s*#/.test(line)) {
      const more = line.slice(0, -1)
      if (this.#begun.length + more.length > LINE_BYTES_MAX) {
        this.#begun = ''
        this.#isBegun = false
        return refused('too-long', `a command must have at most ${LINE_BYTES_MAX} characters`)
      }
      this.#begun += this.#isBegun ? more.trimStart() : more
      this.#isBegun = true
      return undefined
    }
    const whole = this.#isBegun ? this.#begun + line.trimStart() : line
    this.#begun = ''
    this.#isBegun = false
    return this.#command(whole)
  }

  end(): Content | undefined {
    return this.#isBegun ? this.read('') : undefined
  }

  #command(line: string): Content {
    const empty = line.charCodeAt(0) === 0x2f ? undefined : emptyContent(line)
    if (empty !== undefined) return empty
    const menu = /^\s*\//.test(line) ? MENU.test(line) : undefined
    const isAdd = /(?:^|\s)add\s/.test(line)
    // A menu with a command behind it is for that line alone, as the one on a line of its own is for those that follow.
    if (menu !== undefined && !isAdd) this.#inList = menu
    const isOther = !isAdd || !(menu ?? (this.#inList || /firewall address-list/.test(line)))
    return isOther ? otherCommand(line) : readEntry(line)
  }
}

function readEntry(line: string): Content {
  const at = line.indexOf(' address=')
  if (at >= 0 && !line.includes('"') && !line.includes('disabled')) {
    const from = at + ' address='.length
    let to = from
    while (to < line.length && !isBlank(line.charCodeAt(to))) to++
    const subject = quickSubject(line, from, to)
    if (subject !== undefined) return oneSubject(subject)
  }
  const fields = new Map([...line.matchAll(FIELD)].map(([, name, value]) => [name!, value!.replace(/^"(.*)"$/, '$1')]))
  const address = fields.get('address')
  if (address === undefined) return refused('syntax', `it must say "address=", found ${quote(line)}`)
  return fields.get('disabled') === 'yes' ? skipped('not-an-indicator') : readWord(address)
}

function otherCommand(line: string): Content {
  if (/^\s*[/:{}]/.test(line) || /^\s*[a-z-]+(?:\s|$)/.test(line)) return skipped('metadata')
  return refused('syntax', `it must be a command as "add list=x address=192.0.2.0/24", found ${quote(line)}`)
}

/** The format `routeros`. */
export const routeros = lineFormat({
  name: 'routeros',
  about: 'RouterOS scripts that fill an address list: add list=x address=192.0.2.0/24',
  detect: sample =>
    sureness(meaningfulLines(sample), line => MENU.test(line) || /(?:^|\s)add\s.*\b(?:address|list)=/.test(line), 0.95),
  reads: { open: () => new ScriptReading() },
})
