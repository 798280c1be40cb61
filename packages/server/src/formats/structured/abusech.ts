/** The tables of abuse.ch, which are published as CSV with the names of the columns in a comment (Feodo: in a row). */
import type { KindName } from '@tocsin/core/evidence'
import { skipped } from '../content.ts'
import type { Content, Format } from '../format.ts'
import { readElements } from '../json/elements.ts'
import { type Fields, knownTable } from './tables/known-table.ts'
import { shareOf, single } from './values/indicators.ts'
import { oneFile } from './values/one-file.ts'
import { subjectOfText } from './values/subject-text.ts'
import { timeOf } from './values/times.ts'
import { typeOfWord, withoutPort } from './values/type-words.ts'

const THREATFOX_COLUMNS =
  'first_seen_utc ioc_id ioc_value ioc_type threat_type fk_malware malware_alias malware_printable last_seen_utc ' +
  'confidence_level is_compromised reference tags anonymous reporter'
const BAZAAR_COLUMNS =
  'first_seen_utc sha256_hash md5_hash sha1_hash reporter file_name file_type_guess mime_type signature clamav ' +
  'vtpercent imphash ssdeep tlsh'

/** https://urlhaus.abuse.ch/downloads/csv_recent/: pages that serve malware. What is offline now stays listed. */
export const URLHAUS = knownTable({
  name: 'urlhaus',
  about: 'URLhaus of abuse.ch as CSV, and tables with its columns url and url_status',
  columns: 'id dateadded url url_status last_online threat tags urlhaus_link reporter'.split(' '),
  marks: ['url', 'url_status'],
  read: fields => {
    const subject = subjectOfText(fields('url'), 'url')
    if (typeof subject !== 'string') return subject
    return single(subject, {
      kind: 'listed-malware',
      observedAt: timeOf(fields('last_online')) ?? timeOf(fields('dateadded')),
    })
  },
})

/** https://threatfox.abuse.ch/export/csv/recent/: control servers, pages and files of malware. */
export const THREATFOX = knownTable({
  name: 'threatfox',
  about: 'ThreatFox of abuse.ch as CSV',
  columns: THREATFOX_COLUMNS.split(' '),
  marks: ['ioc_value', 'ioc_type'],
  read: readThreatFox,
})

/** https://bazaar.abuse.ch/export/csv/recent/: samples of malware, by SHA-256 with MD5, SHA-1 and TLSH. */
export const MALWARE_BAZAAR = knownTable({
  name: 'malwarebazaar',
  about: 'MalwareBazaar of abuse.ch as CSV',
  columns: BAZAAR_COLUMNS.split(' '),
  marks: ['sha256_hash', 'md5_hash'],
  read: fields => {
    const subject = subjectOfText(fields('sha256_hash'), 'file')
    if (typeof subject !== 'string') return subject
    const others = ['md5_hash', 'sha1_hash'].map(name => subjectOfText(fields(name), 'file'))
    const names = others.filter(other => typeof other === 'string')
    const observedAt = timeOf(fields('first_seen_utc'))
    return single(subject, { kind: 'listed-malware', observedAt, ...oneFile(subject, names, fields('tlsh')) })
  },
})

/** https://feodotracker.abuse.ch/downloads/ipblocklist.csv: control servers. */
export const FEODO_CSV = knownTable({
  name: 'feodo',
  about: 'Feodo Tracker of abuse.ch as CSV',
  columns: 'first_seen_utc dst_ip dst_port c2_status last_online malware'.split(' '),
  marks: ['dst_ip', 'dst_port'],
  read: fields => controlServer(fields('dst_ip'), fields('last_online'), fields('first_seen_utc')),
})

/** https://feodotracker.abuse.ch/downloads/ipblocklist.json: the same as an array of objects. */
export const FEODO_JSON: Format = {
  name: 'feodo-json',
  about: 'Feodo Tracker of abuse.ch as JSON',
  unit: 'object',
  detect: ({ text }) =>
    /"ip_address"\s*:/.test(text) && /"(?:as_number|as_name)"\s*:/.test(text) && /"malware"\s*:/.test(text) ? 1 : 0,
  open: () =>
    readElements({
      paths: ['[*]'],
      read: ({ value }) => {
        const { ip_address: address, last_online: online, first_seen: first } = Object(value) as Record<string, unknown>
        return [controlServer(typeof address === 'string' ? address : '', online, first)]
      },
    }),
}

/** Addresses behind which a botnet's control server stands; a table of MD5s with their family, as mirrors of it have. */
export const THREATFOX_HASHES = knownTable({
  name: 'threatfox-hashes',
  about: 'excerpts of ThreatFox: a hash (ioc_value) and the malware that it is (fk_malware)',
  columns: 'ioc_value fk_malware malware_alias malware_printable count'.split(' '),
  marks: ['ioc_value', 'fk_malware', 'count'],
  read: fields => {
    const subject = subjectOfText(fields('ioc_value'))
    if (typeof subject !== 'string') return subject
    return single(subject, { kind: 'listed-malware' })
  },
})

function controlServer(address: string, online: unknown, first: unknown): Content {
  const subject = subjectOfText(address, 'ip')
  if (typeof subject !== 'string') return subject
  return single(subject, { kind: 'listed-botnet', observedAt: timeOf(online) ?? timeOf(first) })
}

function readThreatFox(fields: Fields): Content {
  const type = typeOfWord(fields('ioc_type'))
  if (type === undefined) return skipped('not-an-indicator')
  const confidence = shareOf(fields('confidence_level'))
  if (confidence === 0) return skipped('not-for-detection')
  const value = fields('ioc_value')
  const subject = subjectOfText(type === 'ip' ? withoutPort(value) : value, type)
  if (typeof subject !== 'string') return subject
  const observedAt = timeOf(fields('last_seen_utc')) ?? timeOf(fields('first_seen_utc'))
  return single(subject, { kind: kindOf(subject, fields('threat_type')), confidence, observedAt })
}

/** The kind of botnets does not take files. */
function kindOf(subject: string, threat: string): KindName {
  return threat === 'botnet_cc' && !subject.startsWith('file:') ? 'listed-botnet' : 'listed-malware'
}
