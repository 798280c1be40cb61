/** One attribute of a MISP event (https://www.misp-project.org/datamodels/): a type, a value, and whether to detect by it. */
import type { SubjectType } from '@tocsin/core/subject'
import { refused, skipped } from '../../content.ts'
import type { Content } from '../../format.ts'
import { type Detail, single } from '../values/indicators.ts'
import { oneFile } from '../values/one-file.ts'
import { subjectOfText } from '../values/subject-text.ts'
import { timeOf } from '../values/times.ts'
import { withoutPort } from '../values/type-words.ts'

/** The fields of a JSON object. */
export type Properties = Readonly<Record<string, unknown>>

/** Where in the value the subject stands: all of it, behind the bar, or in front of it with or without what is behind. */
type Part = 'whole' | 'behind' | 'front' | 'pair'

/** Types that say a subject. `domain|ip` says the domain; the address, which may have a thousand others, is related. */
const TYPES: ReadonlyMap<string, readonly [SubjectType, Part]> = new Map([
  ...row('ip', 'whole', 'ip-src', 'ip-dst'),
  ...row('ip', 'front', 'ip-src|port', 'ip-dst|port'),
  ...row('domain', 'whole', 'domain', 'hostname'),
  ...row('domain', 'front', 'hostname|port'),
  ...row('domain', 'pair', 'domain|ip'),
  ...row('url', 'whole', 'url', 'uri'),
  ...row('file', 'whole', 'md5', 'sha1', 'sha256'),
  ...row('file', 'behind', 'filename|md5', 'filename|sha1', 'filename|sha256', 'malware-sample'),
])

/** Reads an attribute. `names`: all hashes of the file that its object is about; `tlsh`: what that is like. */
export function readAttribute(value: unknown, names: readonly string[] = [], tlsh = ''): Content {
  const attribute = Object(value) as Properties
  const type = attribute['type']
  if (typeof type !== 'string') return refused('syntax', 'an attribute must have a "type" in quotes')
  if (!TYPES.has(type)) return skipped('not-an-indicator')
  if (!isForDetection(attribute['to_ids'])) return skipped('not-for-detection')
  const subjects = subjectsOf(type, attribute['value'])
  if ('is' in subjects) return subjects
  const [subject, ...others] = subjects as readonly [string, ...string[]]
  const same = subject.startsWith('file:') ? oneFile(subject, names, tlsh) : {}
  return single(subject, { ...detailOf(attribute), related: others, ...same })
}

/** The hash that an attribute says, for its relatives in the same object; `undefined` for any other attribute. */
export function hashOf(value: unknown): string | undefined {
  const attribute = Object(value) as Properties
  const type = attribute['type']
  if (typeof type !== 'string' || TYPES.get(type)?.[0] !== 'file') return undefined
  const subjects = subjectsOf(type, attribute['value'])
  return 'is' in subjects ? undefined : subjects[0]
}

/** The TLSH that an attribute says; `undefined` for any other attribute. */
export function tlshOf(value: unknown): string | undefined {
  const { type, value: text } = Object(value) as Properties
  return type === 'tlsh' && typeof text === 'string' ? text : undefined
}

function subjectsOf(type: string, value: unknown): readonly string[] | Content {
  const [subjectType, part] = TYPES.get(type) as readonly [SubjectType, Part]
  if (typeof value !== 'string') return refused('syntax', 'an attribute must have a "value" in quotes')
  if (type === 'uri' && !/^[a-z]+:\/\//i.test(value)) return skipped('not-an-indicator')
  const texts: string[] = []
  if (part === 'whole') texts.push(value)
  else if (part === 'behind') texts.push(value.slice(value.lastIndexOf('|') + 1))
  else if (part === 'front') texts.push(withoutPort(value))
  else texts.push(...value.split('|', 2))
  const subjects: string[] = []
  for (const [at, text] of texts.entries()) {
    const subject = subjectOfText(text, at === 0 ? subjectType : 'ip')
    if (typeof subject !== 'string') return subject
    subjects.push(subject)
  }
  return subjects
}

/** MISP writes true, "1" or 1; where nothing is said, nothing is to be detected. */
function isForDetection(flag: unknown): boolean {
  return flag === true || flag === 1 || flag === '1' || flag === 'true'
}

function detailOf(attribute: Properties): Detail {
  const deleted = attribute['deleted']
  return {
    observedAt: timeOf(attribute['last_seen']) ?? timeOf(attribute['timestamp']),
    gone: deleted === true || deleted === 1 || deleted === '1',
  }
}

function row(
  type: SubjectType,
  part: Part,
  ...names: readonly string[]
): (readonly [string, readonly [SubjectType, Part]])[] {
  return names.map(name => [name, [type, part]] as const)
}
