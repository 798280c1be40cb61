/** Made-up lists in every format that feeds come in: the same on every machine. */
import { randomNumbers, subjects } from '../ask/lists.ts'

/** An input of one format. */
export interface ParserInput {
  /** The format, and what the lines hold where it has more than one row. */
  readonly format: string
  readonly holds?: string
  readonly unit: 'lines' | 'rows' | 'objects'
  /** A second on one core, at least. */
  readonly target?: number
  /** Mapping of columns, for `csv`. */
  readonly columns?: { readonly subject: string; readonly observedAt: string; readonly confidence: string }
  readonly head?: string
  readonly between?: string
  readonly tail?: string
  /** One line, row or object by its number, without its end. */
  readonly item: (at: number, from: Material) => string
}

/** What lines are made of: lists of which each line takes one. */
export interface Material {
  readonly ip: (at: number) => string
  readonly net: (at: number) => string
  readonly ipv6: (at: number) => string
  readonly domain: (at: number) => string
  readonly md5: (at: number) => string
  readonly sha1: (at: number) => string
  readonly sha256: (at: number) => string
  readonly url: (at: number) => string
}

/** Different subjects of each type; lines beyond begin again. */
const DIFFERENT = 50_000

/** Makes the material. */
export function makeMaterial(): Material {
  const ips = subjects('ip', DIFFERENT, 0).listed
  const domains = subjects('domain', DIFFERENT, 0).listed
  const digests = subjects('hash', DIFFERENT, 0).listed
  const random = randomNumbers(7)
  const paths = Array.from({ length: DIFFERENT }, () => {
    const name = Math.floor(random() * 2e9).toString(36)
    return random() < 0.5 ? `/${name}/bin.sh` : `/wp-content/${name}/login.php?id=${name}&x=1`
  })
  const of = (list: readonly string[], at: number): string => list[at % DIFFERENT]!
  const group = (at: number): string => of(digests, at).slice(0, 4)
  return {
    ip: at => of(ips, at),
    net: at => of(ips, at).replace(/\.\d+$/, '.0/24'),
    ipv6: at => `2001:db8:${group(at).replace(/^0+/, '')}:1::${group(at + 1).replace(/^0+/, '')}`,
    domain: at => of(domains, at),
    md5: at => of(digests, at).slice(0, 32),
    sha1: at => of(digests, at).slice(0, 40),
    sha256: at => of(digests, at),
    url: at => `http${at % 3 === 0 ? 's' : ''}://${of(at % 2 === 0 ? ips : domains, at)}${paths[at % DIFFERENT]!}`,
  }
}

const MILLION = 1_000_000
const DAY = '2026-01-02 03:04:05'

const PLAIN: readonly ParserInput[] = [
  { format: 'plain', holds: 'IPv4', unit: 'lines', target: MILLION, item: (at, from) => from.ip(at) },
  {
    format: 'plain',
    holds: 'IPv4, nets, domains, SHA-256 in turn',
    unit: 'lines',
    target: MILLION,
    item: (at, from) => [from.ip, from.net, from.domain, from.sha256][at % 4]!(at),
  },
  { format: 'plain', holds: 'nets', unit: 'lines', target: MILLION, item: (at, from) => from.net(at) },
  { format: 'plain', holds: 'domains', unit: 'lines', target: MILLION, item: (at, from) => from.domain(at) },
  { format: 'plain', holds: 'SHA-256', unit: 'lines', target: MILLION, item: (at, from) => from.sha256(at) },
  { format: 'plain', holds: 'URLs', unit: 'lines', item: (at, from) => from.url(at) },
  { format: 'plain', holds: 'IPv6', unit: 'lines', item: (at, from) => from.ipv6(at) },
  { format: 'plain', holds: 'IPv4 and port', unit: 'lines', item: (at, from) => `${from.ip(at)}:${1 + (at % 65_535)}` },
  { format: 'plain', holds: 'IPv4 and count', unit: 'lines', item: (at, from) => `${from.ip(at)}\t${at % 99}` },
]

const LINES: readonly ParserInput[] = [
  { format: 'hosts', unit: 'lines', item: (at, from) => `0.0.0.0 ${from.domain(at)}` },
  { format: 'hashes', unit: 'lines', item: (at, from) => `${from.sha256(at)}  sample.exe` },
  { format: 'adblock', unit: 'lines', item: (at, from) => `||${from.domain(at)}^` },
  { format: 'dnsmasq', unit: 'lines', item: (at, from) => `address=/${from.domain(at)}/0.0.0.0` },
  { format: 'unbound', unit: 'lines', item: (at, from) => `local-zone: "${from.domain(at)}" always_nxdomain` },
  { format: 'rbldnsd', unit: 'lines', item: (at, from) => (at % 2 === 0 ? from.ip(at) : `.${from.domain(at)}`) },
  { format: 'ipset', unit: 'lines', item: (at, from) => `add bad ${from.ip(at)}` },
  { format: 'iptables', unit: 'lines', item: (at, from) => `-A INPUT -s ${from.net(at)} -j DROP` },
  { format: 'clamav', unit: 'lines', item: (at, from) => `${from.md5(at)}:${at + 1}:Win.Trojan.Agent-${at}` },
  { format: 'loki', unit: 'lines', item: (at, from) => `${from.sha256(at)};A report of somebody` },
  {
    format: 'suricata',
    unit: 'lines',
    item: (at, from) => `alert ip [${from.ip(at)}] any -> $HOME_NET any (msg:"ET"; sid:${at};)`,
  },
  { format: 'iprep', unit: 'lines', item: (at, from) => `${from.ip(at)},3,${1 + (at % 127)}` },
  { format: 'delta', unit: 'lines', item: (at, from) => `2026-01-02\t+\t${from.ip(at)}` },
  {
    format: 'dshield',
    unit: 'lines',
    item: (at, from) => {
      const net = from.net(at).slice(0, -'.0/24'.length)
      return `${net}.0\t${net}.255\t24\t${at % 9999}\tNAME\tUS\tabuse@example.com`
    },
  },
  {
    format: 'routeros',
    unit: 'lines',
    item: (at, from) => `/ip firewall address-list add list=bad address=${from.ip(at)}`,
  },
  { format: 'rpz', unit: 'lines', item: (at, from) => `${from.domain(at)} CNAME .` },
  {
    format: 'rpz',
    holds: 'rpz-ip',
    unit: 'lines',
    item: (at, from) => `32.${from.ip(at).split('.').toReversed().join('.')}.rpz-ip CNAME .`,
  },
]

const ROWS_A_SECOND = 300_000

const TABLES: readonly ParserInput[] = [
  {
    format: 'csv',
    holds: 'ip, date, score',
    unit: 'rows',
    target: ROWS_A_SECOND,
    columns: { subject: 'ip', observedAt: 'date', confidence: 'score' },
    head: 'ip,date,score\n',
    item: (at, from) => `${from.ip(at)},${DAY},${1 + (at % 100)}`,
  },
  {
    format: 'csv',
    holds: 'columns found, quoted',
    unit: 'rows',
    target: ROWS_A_SECOND,
    head: '"date","ioc","note"\n',
    item: (at, from) => `"${DAY}","${from.domain(at)}","a, b"`,
  },
  {
    format: 'urlhaus',
    unit: 'rows',
    target: ROWS_A_SECOND,
    head: '# id,dateadded,url,url_status,last_online,threat,tags,urlhaus_link,reporter\n',
    item: (at, from) =>
      `"${at}","${DAY}","${from.url(at)}","online","${DAY}","malware_download","32-bit,elf","https://urlhaus.example/url/${at}/","x"`,
  },
  {
    format: 'threatfox',
    unit: 'rows',
    target: ROWS_A_SECOND,
    head: '# "first_seen_utc","ioc_id","ioc_value","ioc_type","threat_type","fk_malware","malware_alias","malware_printable","last_seen_utc","confidence_level","reference","tags","anonymous","reporter"\n',
    item: (at, from) =>
      `"${DAY}", "${at}", "${from.ip(at)}:443", "ip:port", "botnet_cc", "win.x", "None", "X", "", "75", "None", "a,b", "0", "r"`,
  },
  {
    format: 'malwarebazaar',
    unit: 'rows',
    target: ROWS_A_SECOND,
    head: '# "first_seen_utc","sha256_hash","md5_hash","sha1_hash","reporter","file_name"\n',
    item: (at, from) => `"${DAY}", "${from.sha256(at)}", "${from.md5(at)}", "${from.sha1(at)}", "r", "a.exe"`,
  },
  {
    format: 'feodo',
    unit: 'rows',
    target: ROWS_A_SECOND,
    head: '"first_seen_utc","dst_ip","dst_port","c2_status","last_online","malware"\n',
    item: (at, from) => `"${DAY}","${from.ip(at)}","443","online","2026-01-05","Emotet"`,
  },
  {
    format: 'phishtank',
    unit: 'rows',
    target: ROWS_A_SECOND,
    head: 'phish_id,url,phish_detail_url,submission_time,verified,verification_time,online,target\n',
    item: (at, from) =>
      `${at},${from.url(at)},http://www.phishtank.com/x,2026-01-02T03:04:05+00:00,yes,2026-01-02T05:04:05+00:00,yes,Other`,
  },
]

const IDENTIFIER = '0a0a0a0a-0000-4000-8000-000000000000'

const OBJECTS: readonly ParserInput[] = [
  {
    format: 'stix',
    unit: 'objects',
    target: 30_000,
    head: `{"type":"bundle","id":"bundle--${IDENTIFIER}","objects":[`,
    between: ',',
    tail: ']}',
    item: (at, from) =>
      JSON.stringify({
        type: 'indicator',
        spec_version: '2.1',
        id: `indicator--${IDENTIFIER}`,
        created: '2026-01-02T03:04:05.678Z',
        modified: '2026-01-02T03:04:05.678Z',
        name: 'made up',
        indicator_types: ['malicious-activity'],
        pattern: STIX_PATTERNS[at % STIX_PATTERNS.length]!(at, from),
        pattern_type: 'stix',
        valid_from: '2026-01-02T03:04:05.678Z',
        confidence: 80,
      }),
  },
  {
    format: 'misp',
    unit: 'objects',
    head: '{"Event":{"info":"x","Attribute":[',
    between: ',',
    tail: ']}}',
    item: (at, from) =>
      `{"id":"${at}","type":"ip-dst","category":"Network activity","to_ids":true,"timestamp":"1767323045","value":"${from.ip(at)}"}`,
  },
  {
    format: 'misp-warninglist',
    unit: 'objects',
    head: '{"description":"x","list":[',
    between: ',',
    tail: '],"matching_attributes":["domain"],"name":"x","type":"hostname","version":1}',
    item: (at, from) => `"${from.domain(at)}"`,
  },
  {
    format: 'feodo-json',
    unit: 'objects',
    head: '[',
    between: ',',
    tail: ']',
    item: (at, from) => `{"ip_address":"${from.ip(at)}","port":443,"as_number":1,"first_seen":"${DAY}","malware":"X"}`,
  },
  {
    format: 'spamhaus-drop-json',
    unit: 'objects',
    item: (at, from) => `{"cidr":"${from.net(at)}","sblid":"SBL${at}","rir":"ripencc"}`,
  },
  { format: 'json', unit: 'objects', head: '[', between: ',', tail: ']', item: (at, from) => `"${from.domain(at)}"` },
]

const STIX_PATTERNS: readonly ((at: number, from: Material) => string)[] = [
  (at, from) => `[ipv4-addr:value = '${from.ip(at)}']`,
  (at, from) => `[domain-name:value = '${from.domain(at)}']`,
  (at, from) => `[url:value = '${from.url(at)}']`,
  (at, from) => `[file:hashes.'SHA-256' = '${from.sha256(at)}' OR file:hashes.MD5 = '${from.md5(at)}']`,
]

/** All of them, in the order of the page. */
export const PARSER_INPUTS: readonly ParserInput[] = [...PLAIN, ...LINES, ...TABLES, ...OBJECTS]
