/** The lists of the starter set: from which published data each is taken, under which licence, and what it says. */
import { type Doubts, readDoubts } from './doubts.ts'
import { lines } from './origins.ts'
import { pick } from './pick.ts'
import { safetyParts } from './safety.ts'

/** One list of the set. */
export interface StarterPart {
  /** Lists of samples are called `starter-…`. */
  readonly name: string
  readonly title: string
  readonly kind: string
  readonly confidence: number
  readonly origin: string
  readonly licence: string
  /** The day of the data. */
  readonly date: string
  readonly entries: readonly string[]
  /** All that there is, and no sample. */
  readonly whole?: true
  /** The file is compressed. */
  readonly compressed?: true
}

const MALTRAIL = { origin: 'https://github.com/stamparm/maltrail', licence: 'MIT', date: '2026-06-30' } as const
const URLHAUS = {
  origin: 'https://urlhaus.abuse.ch, by https://gitlab.com/malware-filter/urlhaus-filter',
  licence: 'CC0-1.0',
  date: '2025-07-19',
} as const

/** Reads the data in `folder` and picks the entries of every list. */
export function starterParts(folder: string): readonly StarterPart[] {
  const samples = sampleParts(folder)
  return [...samples, ...safetyParts(folder, new Set(samples.flatMap(({ entries }) => entries)))]
}

function sampleParts(folder: string): readonly StarterPart[] {
  const doubts = readDoubts(folder)
  return [
    {
      name: 'starter-control-servers',
      title: 'Addresses of servers that control malware (ThreatFox)',
      kind: 'listed-botnet',
      confidence: 1,
      origin: 'https://threatfox.abuse.ch, by https://github.com/elliotwutingfeng/ThreatFox-IOC-IPs',
      licence: 'CC0-1.0',
      date: '2026-06-30',
      entries: pick(lines(folder, 'raw/threatfox-ioc-ips/ips.txt.gz').filter(doubts.isSureAddress), 300),
    },
    {
      name: 'starter-web-attackers',
      title: 'Addresses that attacked web servers (HTTP Threat Blocklist)',
      kind: 'listed-attack',
      confidence: 1,
      origin: 'https://github.com/ddrimus/http-threat-blocklist',
      licence: 'MIT',
      date: '2026-06-30',
      entries: pick(lines(folder, 'raw/http-threat-blocklist/blocklist.txt.gz').filter(doubts.isSureAddress), 200),
    },
    {
      name: 'starter-scam-domains',
      title: 'Domains of shops and services that cheat (Scam Blocklist)',
      kind: 'listed-scam',
      confidence: 1,
      origin: 'https://github.com/durablenapkin/scamblocklist',
      licence: 'MIT',
      date: '2026-06-30',
      entries: pick(scamDomains(folder).filter(doubts.isSureDomain), 300),
    },
    {
      name: 'starter-malware-domains',
      title: 'Domains that malware calls (Maltrail)',
      kind: 'listed-malware',
      confidence: 1,
      ...MALTRAIL,
      entries: pick(maltrailDomains(folder).filter(doubts.isSureDomain), 300),
    },
    {
      name: 'starter-malware-hosts',
      title: 'Hosts that hand out malware (URLhaus)',
      kind: 'listed-malware',
      confidence: 1,
      ...URLHAUS,
      entries: pick(malwareHosts(folder, doubts), 300),
    },
    {
      name: 'starter-malware-pages',
      title: 'Pages that hand out malware (URLhaus)',
      kind: 'listed-malware',
      confidence: 1,
      ...URLHAUS,
      entries: pick(malwarePages(folder, doubts), 250),
    },
    {
      name: 'starter-malware-files',
      title: 'SHA-256 of malware that Maltrail refers to',
      kind: 'listed-malware',
      confidence: 1,
      ...MALTRAIL,
      entries: pick(malwareFiles(folder), 300),
    },
  ]
}

function scamDomains(folder: string): string[] {
  const names = lines(folder, 'raw/scamblocklist/hosts.txt.gz').map(line => line.split(' ')[1] ?? '')
  return names.filter(name => !name.startsWith('www.'))
}

/** Replays the history of one line per day, sign, trail and family. */
function maltrailDomains(folder: string): string[] {
  const current = new Set<string>()
  for (const line of lines(folder, 'history/maltrail.delta.tsv.gz')) {
    const [, sign, trail, family] = line.split('\t')
    if (trail === undefined || family?.startsWith('malware/') !== true) continue
    if (sign === '+') current.add(trail)
    else current.delete(trail)
  }
  return [...current]
}

function malwareHosts(folder: string, doubts: Doubts): string[] {
  const hosts = lines(folder, 'raw/urlhaus-filter-2025-07-19/urlhaus-filter-domains-online.txt.gz')
  return hosts.filter(host => doubts.isSureAddress(host) || doubts.isSureDomain(host))
}

/** Filter rules `||host/path^$all`; only pages on hosts that are not shared, and no documents. */
function malwarePages(folder: string, doubts: Doubts): string[] {
  const rules = lines(folder, 'raw/urlhaus-filter-2025-07-19/urlhaus-filter-online.txt.gz')
  const pages = rules.flatMap(rule => /^\|\|([a-z0-9./_-]+\/[a-z0-9./_-]+)\^\$all$/.exec(rule)?.[1] ?? [])
  const sure = pages.filter(page => doubts.isSureDomain(page.split('/', 1)[0]!) && !page.endsWith('.pdf'))
  return sure.map(page => `http://${page}`)
}

function malwareFiles(folder: string): string[] {
  const rows = lines(folder, 'bad/hashes.tsv.gz').map(line => line.split('\t'))
  const ours = rows.filter(([, , type, source, family]) => {
    return type === 'sha256' && source === 'maltrail-ref' && family?.startsWith('malware/') === true
  })
  return ours.map(([, hash]) => hash!).filter(hash => !hash.startsWith('e3b0c44298fc1c14'))
}
