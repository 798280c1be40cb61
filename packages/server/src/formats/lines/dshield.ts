/** The block list of DShield: first address, last address, length of the prefix, attacks, name, country, mailbox. */
import { parseAddress } from '@tocsin/core/subject'
import { quote, refused, skipped } from '../content.ts'
import type { Content, Sample } from '../format.ts'
import { lastAddress } from '../ranges.ts'
import { readWord } from '../words.ts'
import { emptyContent, meaningfulLines, shareOf } from './comments.ts'
import { lineFormat } from './line-format.ts'

const LINE = /^([\d.]+)\t([\d.]+)\t(\d{1,2})(?:\t|$)/

/** Reads a line. The three columns must say the same network. */
export function readDshield(line: string): Content {
  return emptyContent(line) ?? readColumns(line)
}

function readColumns(line: string): Content {
  if (/^start\s+end\s+netmask/i.test(line)) return skipped('header')
  const [, first, last, length] = LINE.exec(line) ?? []
  if (first === undefined) {
    return refused('columns', `it must be first and last address and a prefix length, found ${quote(line)}`)
  }
  const network = readWord(`${first}/${length!}`)
  const address = parseAddress(first)
  if (network.is !== 'indicators' || !address.ok) return network
  if (lastAddress(address.value, Number(length)) === last) return network
  return refused('range', `the columns must say one network, found ${quote(line)}`)
}

function detect(sample: Sample): number {
  const lines = meaningfulLines(sample)
  return shareOf(lines, line => LINE.test(line) || /^start\tend\tnetmask/i.test(line)) > 0.9 ? 0.98 : 0
}

/** The format `dshield`. */
export const dshield = lineFormat({
  name: 'dshield',
  about: 'DShield block.txt: first address, last address, prefix length, with tabulators between',
  detect,
  reads: readDshield,
})
