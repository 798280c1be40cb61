/** What must not stand in a starter set as bad: whatever is popular, shared by many, reserved or known to be good. */
import {
  containsAddress,
  type NetRange,
  netRange,
  parseAddress,
  parseSubject,
  reservedPrefix,
} from '@tocsin/core/subject'
import { lines, member } from './origins.ts'

const ARCHIVE = 'raw/misp-warninglists-selected.tar.gz'

/** Hosts where anyone may publish, and what points to them. The suffix list holds private suffixes, such as github.io. */
const SHARED = [
  'dynamic-dns',
  'lots-project',
  'url-shortener',
  'link-in-bio',
  'public-ipfs-gateways',
  'second-level-tlds',
]

/** The questions that an entry must pass. */
export interface Doubts {
  readonly isSureAddress: (text: string) => boolean
  readonly isSureDomain: (text: string) => boolean
  /** Whether strangers cannot publish below it. */
  readonly isNotShared: (domain: string) => boolean
}

/** Reads the lists of what is good or shared. */
export function readDoubts(folder: string): Doubts {
  const shared = new Set(SHARED.flatMap(name => member(folder, ARCHIVE, `lists/${name}/list.json`)).map(trimmed))
  const popular = new Set(lines(folder, 'good/domains.tsv.gz').map(line => trimmed(line.split('\t')[0]!)))
  const good = goodRanges(folder)
  const isNotShared = (domain: string) => parents(domain).every(parent => !shared.has(parent))
  return {
    isNotShared,
    isSureDomain: text => {
      return isPlainName(text) && isNotShared(text) && parents(text).every(parent => !popular.has(parent))
    },
    isSureAddress: text => {
      const address = parseAddress(text)
      if (!address.ok || reservedPrefix(address.value) !== undefined) return false
      return !good.some(range => containsAddress(range, address.value))
    },
  }
}

function goodRanges(folder: string): NetRange[] {
  const rows = lines(folder, 'good/ip-ranges.tsv.gz').map(line => line.split('\t'))
  return rows.flatMap(([range, , kind]) => {
    if (kind?.startsWith('good-') !== true) return []
    const subject = parseSubject(range!.includes('/') ? `net:${range}` : `ip:${range}`)
    return subject.ok ? [netRange(subject.value)] : []
  })
}

function isPlainName(text: string): boolean {
  return /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/.test(text)
}

/** The name and all above it that have two labels or more. */
function parents(domain: string): string[] {
  const labels = domain.split('.')
  return labels.slice(0, -1).map((_, at) => labels.slice(at).join('.'))
}

function trimmed(domain: string): string {
  return domain.replace(/^\./, '').toLowerCase()
}
