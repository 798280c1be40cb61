/** Names and URLs that are good, by where they come from, and which of them are learnt from. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { parseSubjectOf } from '@tocsin/core/subject'
import { hashOf } from './chance.ts'
import { linesOf } from './reading.ts'

/** One negative. */
export interface GoodName {
  readonly host: string
  readonly value: string
  /** The list that has it. */
  readonly origin: string
  /** `established`: popular, a university, a bank, a project; `new`: newly registered. */
  readonly group: 'established' | 'new'
  readonly part: 'learn' | 'test'
  /** Whether shipped weights may rest on it. */
  readonly free: boolean
}

/** Lists of popular names that are learnt from; the others are the test. Of those split by hash, half is for each. */
const LEARNT = new Set(['cisco_top20k', 'alexa', 'moz-top500'])

/** All negatives, the free lists first; a name of several lists belongs to the last one that tests. */
export function goodNames(folder: string): GoodName[] {
  const byValue = new Map<string, GoodName>()
  for (const line of linesOf(folder, 'good/domains.tsv.gz')) {
    const [text, list] = line.split('\t') as [string, string]
    // Tranco's list holds data of Cloudflare Radar, which is not for commercial use.
    add(byValue, text, list, 'established', LEARNT.has(list) ? 'learn' : 'test', list !== 'tranco10k')
  }
  for (const text of linesOf(folder, 'good/urls-debian-homepages.txt.gz')) {
    add(byValue, text, 'debian', 'established', half(text), true)
  }
  for (const text of hannousse(folder)) add(byValue, text, 'hannousse', 'established', half(text), false)
  for (const line of linesOf(folder, 'enrichment/nrd-first-seen.tsv.gz')) {
    const text = line.slice(line.indexOf('\t') + 1)
    add(byValue, text, 'newly-registered', 'new', half(text), false)
  }
  return [...byValue.values()]
}

function add(
  known: Map<string, GoodName>,
  text: string,
  origin: string,
  group: GoodName['group'],
  part: GoodName['part'],
  free: boolean,
): void {
  const parsed = parseSubjectOf('url', text)
  if (!parsed.ok) return
  const { value } = parsed.value
  const slash = value.indexOf('/')
  const before = known.get(value)
  if (before !== undefined && before.part === 'test') return
  known.set(value, { host: slash < 0 ? value : value.slice(0, slash), value, origin, group, part, free })
}

/** By the host, so that pages of one host are not in both. */
function half(text: string): GoodName['part'] {
  const host = text.replace(/^[a-z]+:\/\//, '').split('/', 1)[0]!
  return hashOf(host.split('.').slice(-2).join('.')) % 2 === 0 ? 'learn' : 'test'
}

function* hannousse(folder: string): Generator<string, void> {
  const text = gunzipSync(readFileSync(join(folder, 'labelled/hannousse-urls.csv.gz'))).toString('utf8')
  for (const line of text.split('\n')) {
    const found = /^"(.*)",legitimate\s*$/.exec(line)
    if (found !== null) yield found[1]!
  }
}
