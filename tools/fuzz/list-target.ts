/** Snapshots, deltas and heads: what a replica takes from whoever says to be its upstream. */
import { ProblemError, sha256 } from '@tocsin/core/base'
import {
  changesOf,
  compareChanges,
  inMemory,
  type ListHeader,
  type ListPacking,
  type ListUnpacking,
  type MemoryChange,
  openList,
  parseHead,
  writeList,
} from '@tocsin/core/list'
import { parseSubject, subjectKey } from '@tocsin/core/subject'
import { must, seedsOf, type Target } from './target.ts'

/** Nothing is compressed, so that cases reach what stands in the blocks. */
const PACKING: ListPacking & ListUnpacking = { sha256, compress: bytes => bytes, decompress: bytes => bytes }

const HASH = '5a'.repeat(32)
const STATE = { ip: HASH, net: HASH, domain: HASH, url: HASH, file: HASH }
const DELTA: ListHeader = { kind: 'delta', bookId: 'book', from: 3, to: 9, publishedAt: 1, stateHash: { ip: HASH } }

const TEXTS = [
  'ip:192.0.2.1',
  'ip:192.0.2.7',
  'ip:2001:db8::1',
  'ip:2001:db8::1:1',
  'net:10.0.0.0/8',
  'net:2001:db8::/32',
  'domain:example.com',
  'domain:www.example.com',
  'url:example.com/a?x=1',
  'url:example.com/a/b',
  `file:${'7b'.repeat(32)}`,
  `file:md5:${'7b'.repeat(16)}`,
]

const SEEDS: readonly Buffer[] = [
  listOf(
    DELTA,
    TEXTS.map((text, at) => changeOf(text, at % 4 > 0)),
  ),
  listOf(DELTA, [{ ...changeOf('url:example.com/a', true), value: undefined }]),
  listOf(
    { ...DELTA, kind: 'snapshot', from: 0, stateHash: STATE },
    TEXTS.map(text => changeOf(text, true)),
  ),
]

/** A list is read to its end or refused in words, and what is read is written again as it was read. */
export const LIST_FILE: Target = {
  name: 'list-file',
  seeds: SEEDS,
  check(bytes) {
    let header: ListHeader
    let changes: MemoryChange[]
    try {
      const list = openList(inMemory(bytes), PACKING)
      header = list.header
      changes = [...changesOf(list)]
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
      must(error.message.length <= 500, () => `a problem of ${error.message.length} characters`)
      return
    }
    must(changes.length <= bytes.length, () => `${changes.length} changes of ${bytes.length} bytes`)
    for (const { type, key, value } of changes) {
      const parsed = value === undefined ? undefined : parseSubject(`${type}:${value}`)
      must(parsed === undefined || parsed.ok, () => `"${value}" is no ${type}`)
      const isIts = parsed?.ok !== true || Buffer.compare(subjectKey(parsed.value), key) === 0
      must(isIts && key.length === 32, () => `"${value}" stands beside the key of another subject`)
    }
    const again = changesOf(openList(inMemory(listOf(header, changes)), PACKING))
    must(
      JSON.stringify([...again]) === JSON.stringify(changes),
      () => 'what is written again is read as something else',
    )
  },
}

/** A head is read or refused, and what is read has every field. */
export const LIST_HEAD: Target = {
  name: 'list-head',
  seeds: seedsOf([
    JSON.stringify({
      bookId: 'book',
      sequence: 9,
      publishedAt: '2026-11-22T09:00:00.000Z',
      validUntil: '2026-11-22T10:00:00.000Z',
      entries: { ip: 1, net: 2, domain: 3, url: 4, file: 5 },
      stateHash: STATE,
      snapshot: { name: `${HASH}.snapshot`, sequence: 3, bytes: 7 },
      nextKey: `${'A'.repeat(43)}=`,
    }),
  ]),
  check(bytes) {
    const parsed = parseHead(bytes.toString('utf8'))
    if (!parsed.ok) return
    const { sequence, validUntil, entries } = parsed.value
    const numbers = [sequence, validUntil, ...Object.values(entries)]
    must(numbers.every(Number.isSafeInteger), () => JSON.stringify(parsed.value))
  },
}

function changeOf(text: string, isThere: boolean): MemoryChange {
  const parsed = parseSubject(text)
  if (!parsed.ok) throw new Error(parsed.problem.message)
  const { type, value } = parsed.value
  const entry = { when: text.length % 2 === 0 ? 3 : 6400 + text.length, what: 0x18000001 }
  return { type, key: subjectKey(parsed.value), value, entry: isThere ? entry : undefined }
}

function listOf(header: ListHeader, changes: readonly MemoryChange[]): Buffer {
  return Buffer.concat([...writeList(header, changes.toSorted(compareChanges), PACKING)])
}
