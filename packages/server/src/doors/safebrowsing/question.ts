/**
 * What a request asks, from its query: parameters one by one, or a whole message in `$req`, base64 of its bytes, as
 * browsers send it. Everything fails as `invalid`, and says which parameter.
 */
import { fail, ok, type Result } from '@tocsin/core/base'
import {
  type BatchGetRequest,
  decodeBase64,
  PREFIXES_MAX,
  readBatchRequest,
  readSearchRequest,
  type SizeConstraints,
} from '../../protocols/safebrowsing/index.ts'
import { prefixOf } from './threat-table.ts'

/** A parsed query: a parameter that stands more than once has several values. */
export type Query = Readonly<Record<string, string | readonly string[] | undefined>>

/** How an answer is written. */
export type AnswerFormat = 'json' | 'proto'

/** Bytes of a prefix that may be asked for: what the published protocol asks for now. */
const PREFIX_BYTES = 4

/** Least update size that a client may ask for (SizeConstraints.max_update_entries). */
const UPDATE_ENTRIES_MIN = 1024

/** Names in one question; there are fewer lists. */
const NAMES_MAX = 100

/** What the public service takes beside what is asked, and what has no meaning here. */
const PASSED_OVER: ReadonlySet<string> = new Set([
  '$ct',
  '$httpMethod',
  '$prettyPrint',
  'prettyPrint',
  'key',
  'quotaUser',
])

/** The prefixes of a search, as big-endian numbers, none twice. */
export function searchQuestion(query: Query): Result<readonly number[]> {
  const unknown = unknownParameter(query, ['hashPrefixes', '$req', 'type'])
  if (unknown !== undefined) return unknown
  const message = messageOf(query)
  if (!message.ok) return message
  const prefixes =
    message.value === undefined ? prefixesOf(all(query, 'hashPrefixes')) : readSearchRequest(message.value)
  if (!prefixes.ok) return prefixes
  if (prefixes.value.length === 0) return fail('invalid', 'Cannot search: hashPrefixes must have one prefix at least')
  if (prefixes.value.length > PREFIXES_MAX) {
    return fail(
      'invalid',
      `Cannot search: hashPrefixes must have at most ${PREFIXES_MAX} prefixes, found ${prefixes.value.length}`,
    )
  }
  const wrong = prefixes.value.find(prefix => prefix.length !== PREFIX_BYTES)
  if (wrong !== undefined) {
    return fail('invalid', `Cannot search: a prefix must have exactly ${PREFIX_BYTES} bytes, found ${wrong.length}`)
  }
  return ok([...new Set(prefixes.value.map(prefixOf))])
}

/** Whether names or files are searched: `type=file` for files. */
export function searchedType(query: Query): Result<'name' | 'file'> {
  const type = one(query, 'type')
  if (type === undefined || type === 'name' || type === 'file') return ok(type ?? 'name')
  return fail('invalid', `Cannot search: type must be "name" or "file", found ${JSON.stringify(type)}`)
}

/** The names, versions and limits of a question for several lists. */
export function batchQuestion(query: Query): Result<BatchGetRequest> {
  const parameters = [
    'names',
    'version',
    '$req',
    'sizeConstraints.maxUpdateEntries',
    'sizeConstraints.maxDatabaseEntries',
  ]
  const unknown = unknownParameter(query, parameters)
  if (unknown !== undefined) return unknown
  const message = messageOf(query)
  if (!message.ok) return message
  const asked = message.value === undefined ? batchOf(query) : readBatchRequest(message.value)
  if (!asked.ok) return asked
  const { names, sizeConstraints } = asked.value
  if (names.length === 0 || names.length > NAMES_MAX) {
    return fail('invalid', `Cannot give lists: names must be 1 to ${NAMES_MAX} names, found ${names.length}`)
  }
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined) {
    return fail('invalid', `Cannot give lists: names must be different, found ${JSON.stringify(twice)} twice`)
  }
  const { maxUpdateEntries } = sizeConstraints
  if (maxUpdateEntries > 0 && maxUpdateEntries < UPDATE_ENTRIES_MIN) {
    return fail(
      'invalid',
      `Cannot give lists: maxUpdateEntries must be at least ${UPDATE_ENTRIES_MIN}, found ${maxUpdateEntries}`,
    )
  }
  return asked
}

/** The same for the list of a path. */
export function listQuestion(name: string, query: Query): Result<BatchGetRequest> {
  if (all(query, 'names').length > 0) return fail('invalid', 'Cannot give a list: its name stands in the path already')
  const asked = batchQuestion({ ...query, names: [name] })
  if (asked.ok && asked.value.names[0] !== name) {
    return fail('invalid', `Cannot give list ${JSON.stringify(name)}: the message asks for another`)
  }
  return asked
}

/** JSON where `alt` or `Accept` asks for it, else bytes, as the public service answers. `alt` outweighs `Accept`. */
export function answerFormat(query: Query, accept: string | undefined): Result<AnswerFormat> {
  const alt = one(query, '$alt') ?? one(query, 'alt')
  if (alt === 'json' || alt === 'proto') return ok(alt)
  if (alt !== undefined)
    return fail('invalid', `Cannot answer: alt must be "json" or "proto", found ${JSON.stringify(alt)}`)
  return ok(/\bapplication\/json\b/i.test(accept ?? '') ? 'json' : 'proto')
}

function unknownParameter(query: Query, known: readonly string[]): ReturnType<typeof fail> | undefined {
  const unknown = Object.keys(query).find(
    name => !known.includes(name) && !PASSED_OVER.has(name) && name !== 'alt' && name !== '$alt',
  )
  if (unknown === undefined) return undefined
  return fail('invalid', `Cannot read the query: parameter ${JSON.stringify(unknown.slice(0, 80))} is not known`)
}

/** The bytes of `$req`; `undefined` where there is none. */
function messageOf(query: Query): Result<Uint8Array | undefined> {
  const text = one(query, '$req')
  if (text === undefined) return ok(undefined)
  const bytes = decodeBase64(text)
  return bytes === undefined ? fail('invalid', 'Cannot read the query: $req must be base64') : ok(bytes)
}

function prefixesOf(texts: readonly string[]): Result<readonly Uint8Array[]> {
  return bytesOf('hashPrefixes', texts)
}

function batchOf(query: Query): Result<BatchGetRequest> {
  const versions = bytesOf('version', all(query, 'version'))
  if (!versions.ok) return versions
  const update = limitOf(query, 'sizeConstraints.maxUpdateEntries')
  if (!update.ok) return update
  const database = limitOf(query, 'sizeConstraints.maxDatabaseEntries')
  if (!database.ok) return database
  const sizeConstraints: SizeConstraints = { maxUpdateEntries: update.value, maxDatabaseEntries: database.value }
  return ok({ names: all(query, 'names'), versions: versions.value, sizeConstraints })
}

function bytesOf(parameter: string, texts: readonly string[]): Result<readonly Uint8Array[]> {
  const values: Uint8Array[] = []
  for (const text of texts) {
    const bytes = decodeBase64(text)
    if (bytes === undefined) {
      return fail(
        'invalid',
        `Cannot read the query: ${parameter} must be base64, found ${JSON.stringify(text.slice(0, 80))}`,
      )
    }
    values.push(bytes)
  }
  return ok(values)
}

function limitOf(query: Query, parameter: string): Result<number> {
  const text = one(query, parameter) ?? '0'
  if (/^\d{1,9}$/.test(text)) return ok(Number(text))
  return fail(
    'invalid',
    `Cannot read the query: ${parameter} must be a whole number, found ${JSON.stringify(text.slice(0, 80))}`,
  )
}

function all(query: Query, parameter: string): readonly string[] {
  const value = query[parameter]
  return value === undefined ? [] : typeof value === 'string' ? [value] : value
}

/** The last of a parameter that should stand once. */
function one(query: Query, parameter: string): string | undefined {
  return all(query, parameter).at(-1)
}
