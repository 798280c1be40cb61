/** JSON of no format of its own: texts, or objects with a field that everybody calls alike, in an array or lines. */
import type { SubjectType } from '@tocsin/core/subject'
import { quote, refused, skipped } from '../content.ts'
import type { Content, Format } from '../format.ts'
import { readElements } from '../json/elements.ts'
import type { JsonElement } from '../json/splitter.ts'
import { shareOf, single } from './values/indicators.ts'
import { oneFile } from './values/one-file.ts'
import { subjectOfText } from './values/subject-text.ts'
import { timeOf } from './values/times.ts'
import { hasPort, typeOfWord, withoutPort } from './values/type-words.ts'

type Properties = Readonly<Record<string, unknown>>

/** Fields that hold a subject, the most telling first, with the type that their name says. */
const FIELDS: readonly (readonly [string, SubjectType | undefined])[] = [
  ['indicator', undefined],
  ['ioc', undefined],
  ['ioc_value', undefined],
  ['subject', undefined],
  ['url', 'url'],
  ['sha256', 'file'],
  ['sha256_hash', 'file'],
  ['sha1', 'file'],
  ['sha1_hash', 'file'],
  ['md5', 'file'],
  ['md5_hash', 'file'],
  ['hash', 'file'],
  ['hostname', 'domain'],
  ['domain', 'domain'],
  ['host', undefined],
  ['cidr', 'net'],
  ['ip', 'ip'],
  ['ip_address', 'ip'],
  ['ipAddress', 'ip'],
  ['ip_addr', 'ip'],
  ['value', undefined],
]

const TYPE_FIELDS = ['ioc_type', 'indicator_type', 'type'] as const
const TIME_FIELDS = [
  'last_seen',
  'lastSeen',
  'first_seen',
  'firstSeen',
  'date',
  'dateadded',
  'timestamp',
  'created',
] as const
const CONFIDENCE_FIELDS = ['confidence_level', 'confidence', 'abuseConfidenceScore'] as const

/** Members that hold what is listed, and those that hold what is not. */
const LISTED =
  /^(?:deny|denysub|denylist|block|blocked|blocklist|blacklist|bad|malicious|domains?|hosts?|hostnames?|ips?|addresses|urls?|hash(?:es)?|md5|sha1|sha256|files|indicators?|iocs?|data|results?|items?|entries|list|feed|\d+)$/i
const EXCEPTED = /^(?:allow|allowed|allowlist|whitelist|safelist|exceptions?|good|fuzzylist|excluded?|tolerance)$/i

const NOTHING_KNOWN = 'an object must have one of the fields indicator, ioc, url, domain, ip, cidr, sha256, md5, value'

/** Arrays at the top and in members. */
const PATHS = ['[*]', '{*}[*]'] as const

/** An array, lines, or an object whose members are arrays, named for what they hold (`deny`, `allow`, `ips`, …). */
export const JSON_LIST: Format = {
  name: 'json',
  about:
    'JSON: an array, lines or named arrays of texts or of objects with a field as ip, domain, url, indicator, sha256',
  unit: 'object',
  detect: ({ text }) => {
    const head = text.replace(/^\uFEFF/, '').trimStart()
    if (!/^(?:\[\s*(?:[{"]|\])|\{\s*"|")/.test(head)) return 0
    const names = FIELDS.map(([name]) => name).join('|')
    const hasField = new RegExp(`"(?:${names})"\\s*:\\s*"`).test(head)
    if (hasField || /^\[\s*"/.test(head)) return 0.5
    return /"\w+"\s*:\s*\[/.test(head) ? 0.4 : 0.1
  },
  open: () => readElements({ paths: PATHS, lines: true, read: readElement }),
}

function readElement({ path, name, value }: JsonElement): readonly Content[] {
  if (path === 1) return readMember(name ?? '', value)
  return readValues(value, path === -1)
}

/** An item of an array that is a member: its name says what is in it. */
function readMember(name: string, value: unknown): readonly Content[] {
  if (EXCEPTED.test(name)) return [skipped('exception')]
  if (LISTED.test(name)) return readValues(value, false)
  return [
    refused(
      'not-a-subject',
      `a member must be named for what it lists (deny, ips, indicators …), found ${quote(name)}`,
    ),
  ]
}

/** One record, or those of a pulse of OTX, which holds its indicators. */
function readValues(value: unknown, isWhole: boolean): readonly Content[] {
  const object = Object(value) as Properties
  const inside = object['indicators']
  if (Array.isArray(inside)) return inside.map(readValue)
  // The whole text with nothing but empty lists.
  if (isWhole && Object.values(object).some(Array.isArray) && FIELDS.every(([name]) => textAt(object, name) === ''))
    return []
  return [readValue(value)]
}

function readValue(value: unknown): Content {
  if (typeof value === 'string') return contentOf(subjectOfText(value))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refused('not-a-subject', 'an element must be a text or an object')
  }
  return readObject(value as Properties)
}

function contentOf(subject: ReturnType<typeof subjectOfText>): Content {
  return typeof subject === 'string' ? single(subject, {}) : subject
}

function readObject(object: Properties): Content {
  const found = FIELDS.filter(([name]) => textAt(object, name) !== '')
  const [first] = found
  if (first === undefined) return refused('not-a-subject', NOTHING_KNOWN)
  const [name, typeOfName] = first
  const said = TYPE_FIELDS.map(field => textAt(object, field)).find(text => text !== '') ?? ''
  const type = typeOfName ?? typeOfWord(said)
  // OTX, ThreatFox and others list mail addresses, names of files and much else beside.
  if (typeOfName === undefined && said !== '' && type === undefined && name !== 'host')
    return skipped('not-an-indicator')
  const text = textAt(object, name)
  const subject = subjectOfText(hasPort(said) ? withoutPort(text) : text, type)
  if (typeof subject !== 'string') return subject
  const confidence = CONFIDENCE_FIELDS.map(field => shareOf(object[field])).find(share => share !== undefined)
  if (confidence === 0) return skipped('not-for-detection')
  const observedAt = TIME_FIELDS.map(field => timeOf(object[field])).find(time => time !== undefined)
  const digests = subject.startsWith('file:')
    ? oneFile(subject, hashesBeside(object, subject), textAt(object, 'tlsh'))
    : {}
  return single(subject, { confidence, observedAt, ...digests })
}

/** Other hashes of the file that an object is about. */
function hashesBeside(object: Properties, subject: string): readonly string[] {
  const texts = FIELDS.filter(([, type]) => type === 'file').map(([name]) => textAt(object, name))
  const hashes = texts.filter(text => text !== '').map(text => subjectOfText(text, 'file'))
  return [...new Set(hashes.filter(hash => typeof hash === 'string' && hash !== subject))] as string[]
}

function textAt(object: Properties, name: string): string {
  const value = object[name]
  return typeof value === 'string' ? value.trim() : ''
}
