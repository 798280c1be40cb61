/** The safety lists of the set: what may not be blocked on the word of one, for a node that nobody has configured yet. */
import { createHash } from 'node:crypto'
import { parseSubject, subjectText } from '@tocsin/core/subject'
import { packagedSuffixes } from '../../packages/server/src/compose/suffixes.ts'
import { lines, member } from './origins.ts'
import type { StarterPart } from './parts.ts'
import { CERTIFIED, FREE_HOSTS } from './well-known.ts'

const WARNINGLISTS = {
  origin: 'https://github.com/MISP/misp-warninglists',
  licence: 'CC0-1.0',
  date: '2026-08-20',
} as const
const OWN = { origin: 'Tocsin; names and addresses as their operators publish them', licence: 'CC0-1.0' } as const

/**
 * Lists of popular domains that are free. Not here: tranco10k, into which the list of Cloudflare Radar goes (CC BY-NC),
 * and every list made by Cloudflare. University domains are left out for the time that a first start may take: few of them are ever listed.
 */
const POPULAR = ['cisco_top20k', 'alexa', 'moz-top500', 'bank-website']
/**
 * A name of a list of today's questions (Cisco Umbrella) must have been in a list of popular ones a year before: to be
 * asked for much is cheap for a while.
 */
const POPULAR_SINCE = '2025-08-20'
const ASKED_FOR = new Set(['cisco_top20k'])
/** Deeper names of that list are single machines. */
const LABELS_MAX = 3

/**
 * Names that a list of popular ones had before this day. Tranco's has held the one of Cloudflare Radar since August 2023, so its
 * older days are taken for what they were. Some of these names have changed hands: it protects them and does not praise them.
 */
const ONCE_BEFORE = '2023-08-01'
const ONCE = new Set(['tranco10k', 'alexa', 'majestic_million', 'moz-top500'])

/** Hosts where anyone may publish or point anywhere: not blocked as a whole, and no reason to call a page on them safe. */
const SHARED = ['lots-project', 'url-shortener', 'link-in-bio', 'public-ipfs-gateways', 'whats-my-ip']

/** Classes of ranges whose members serve many, with what they say; others are for enrichment alone. */
const SERVING = new Set(['good-mail-sender', 'good-crawler', 'good-infra'])
/** Lists of ranges that are not shipped: of Cloudflare (CC BY-NC), open resolvers of anybody, a third of all hosters. */
const NOT_SHIPPED = new Set(['cloudflare', 'public-dns-v4', 'vpn-ipv4', 'rfc5735', 'rfc1918', 'list'])

/** Files that are everywhere and do nothing, by their content. */
const TRIVIAL: readonly Uint8Array[] = [
  ...['', '\n', '\r\n', ' ', '\0', '{}', '[]', 'null', '{}\n', '[]\n', 'ok', 'OK', 'true', 'false', '0', '1'].map(
    text => Buffer.from(text),
  ),
  Buffer.from([0xef, 0xbb, 0xbf]), // a byte order mark alone
  Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64'), // the usual GIF of one pixel
]

/** The safety lists, made from the data in `folder`, without the names that the set calls bad. */
export function safetyParts(folder: string, bad: ReadonlySet<string>): readonly StarterPart[] {
  const rules = { compressed: true, whole: true } as const
  const shared = new Set(SHARED.flatMap(name => warninglist(folder, name)).map(name => name.replace(/^\./, '')))
  const popular = [...popularDomains(folder), ...warninglist(folder, 'captive-portals')].filter(
    name => !shared.has(name),
  )
  const known = new Set([...popular, ...shared])
  return [
    {
      name: 'safety-certified',
      title: 'Resolvers, root servers and time servers that everybody uses',
      kind: 'certified',
      confidence: 1,
      ...OWN,
      date: '2026-11-22',
      entries: canonical(CERTIFIED),
      whole: true,
    },
    {
      name: 'safety-popular-domains',
      title: 'Popular domains and banks (by MISP warninglists)',
      kind: 'popular',
      confidence: 1,
      ...WARNINGLISTS,
      entries: canonical(popular.map(name => `domain:${name}`)),
      ...rules,
    },
    {
      name: 'safety-shared-hosts',
      title: 'Hosts where anyone may publish, shorteners and gateways (by MISP warninglists)',
      kind: 'shared-host',
      confidence: 1,
      ...WARNINGLISTS,
      entries: canonical([...shared, ...FREE_HOSTS].filter(hasName).map(name => `domain:${name}`)),
      ...rules,
    },
    {
      name: 'safety-once-popular',
      title: 'Domains that were popular before August 2023 (by the history of MISP warninglists)',
      kind: 'popular',
      confidence: 0.5,
      ...WARNINGLISTS,
      entries: canonical(
        oncePopular(folder).flatMap(name => (known.has(name) || bad.has(name) ? [] : [`domain:${name}`])),
      ),
      ...rules,
    },
    {
      name: 'safety-serving-ranges',
      title: 'Ranges that mail providers, crawlers and certificate authorities serve many from (by MISP warninglists)',
      kind: 'popular',
      confidence: 0.5,
      ...WARNINGLISTS,
      entries: canonical(servingRanges(folder)),
      ...rules,
    },
    {
      name: 'safety-known-files',
      title: 'The empty file and others that are everywhere and do nothing',
      kind: 'known-good',
      confidence: 1,
      ...WARNINGLISTS,
      entries: canonical([...trivialFiles(), ...falsePositives(folder)]),
      whole: true,
    },
  ]
}

/** The lines of the ranges for enrichment: network, list and class between tabs. */
export function enrichmentRanges(folder: string): readonly string[] {
  return rangeRows(folder)
    .map(row => row.join('\t'))
    .toSorted()
}

function popularDomains(folder: string): string[] {
  const rows = lines(folder, 'good/domains.tsv.gz').map(line => line.split('\t'))
  return rows.flatMap(([name = '', list = '', since = '']) => {
    if (!POPULAR.includes(list) || (ASKED_FOR.has(list) && since > POPULAR_SINCE)) return []
    const names = hasName(name) ? withRegistrable(name.replace(/^\./, '')) : []
    return names.filter(each => each.split('.').length <= LABELS_MAX)
  })
}

function oncePopular(folder: string): string[] {
  const rows = lines(folder, 'enrichment/domain-earliest-sighting.tsv.gz').map(line => line.split('\t'))
  return rows.flatMap(([day = '', name = '', list = '']) => {
    return ONCE.has(list) && day < ONCE_BEFORE && hasName(name) ? withRegistrable(name) : []
  })
}

/** The name, and the registered domain above it: it is asked for at least as often. */
function withRegistrable(name: string): string[] {
  const domain = packagedSuffixes.registrableDomain(name)
  return domain === undefined || domain === name ? [name] : [name, domain]
}

function servingRanges(folder: string): string[] {
  return rangeRows(folder).flatMap(([range, , name]) =>
    SERVING.has(name) ? [range.includes('/') ? `net:${range}` : `ip:${range}`] : [],
  )
}

function rangeRows(folder: string): (readonly [string, string, string])[] {
  const rows = lines(folder, 'good/ip-ranges.tsv.gz').map(line => line.split('\t'))
  return rows.flatMap(([range = '', list = '', name = '']) =>
    NOT_SHIPPED.has(list) ? [] : [[range, list, name] as const],
  )
}

function trivialFiles(): string[] {
  return TRIVIAL.flatMap(content => [
    `file:${digest('sha256', content)}`,
    `file:sha1:${digest('sha1', content)}`,
    `file:md5:${digest('md5', content)}`,
  ])
}

function falsePositives(folder: string): string[] {
  const names = { 32: 'file:md5:', 40: 'file:sha1:', 64: 'file:' } as const
  return warninglist(folder, 'common-ioc-false-positive').flatMap(text => {
    const prefix = /^[\da-f]+$/.test(text) ? names[text.length as keyof typeof names] : undefined
    return prefix === undefined ? [] : [`${prefix}${text}`]
  })
}

function warninglist(folder: string, name: string): string[] {
  return member(folder, 'raw/misp-warninglists-selected.tar.gz', `lists/${name}/list.json`)
}

function digest(algorithm: string, content: Uint8Array): string {
  return createHash(algorithm).update(content).digest('hex')
}

function hasName(text: string): boolean {
  return /^\.?(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/.test(text)
}

/** Canonical text, sorted, each once; what cannot be parsed is left out. */
function canonical(texts: readonly string[]): readonly string[] {
  const subjects = texts.flatMap(text => {
    const subject = parseSubject(text)
    return subject.ok ? [subjectText(subject.value)] : []
  })
  return [...new Set(subjects)].toSorted()
}
