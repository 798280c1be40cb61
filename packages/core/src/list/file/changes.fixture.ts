/** Random changes, as a scorer might publish them, and what a replica makes of them. */
import fc from 'fast-check'
import { concatBytes, encodeHex, sha256 } from '../../base/index.ts'
import { parseSubject, SUBJECT_TYPES, type SubjectType, subjectKey } from '../../subject/index.ts'
import type { PackedEntry } from '../../verdict/index.ts'
import type { MemoryChange } from '../memory-writer.ts'
import { entryDigest, StateHash } from '../state-hash.ts'
import type { ListHeader } from './header.ts'
import { changesOf, inMemory, type ListUnpacking, openList } from './read-list.ts'
import { compareChanges, type ListPacking, writeList } from './write-list.ts'

/** Compresses runs of zeros, so that both ways of writing a block are met. */
export const PACKING: ListPacking & ListUnpacking = {
  sha256,
  compress: bytes => bytes.subarray(0, bytes.findLastIndex(byte => byte !== 0) + 1),
  decompress: (bytes, size) => concatBytes([bytes, new Uint8Array(size - bytes.length)]),
}

const label = fc.constantFrom('a', 'b', 'example', 'xn--bcher-kva', 'www', 'mail-1')
const host = fc
  .tuple(fc.array(label, { minLength: 1, maxLength: 3 }), fc.constantFrom('com', 'org'))
  .map(([labels, last]) => [...labels, last].join('.'))
const byte = fc.nat(255)

const subject = fc.oneof(
  fc.tuple(fc.nat(3), byte, byte, byte).map(quad => `ip:${quad.join('.')}`),
  fc.nat(65_535).map(group => `ip:2001:db8::${group.toString(16)}`),
  fc.tuple(byte, byte, fc.integer({ min: 1, max: 31 })).map(([a, b, length]) => `net:10.${a}.${b}.0/${length}`),
  fc
    .tuple(fc.nat(65_535), fc.integer({ min: 0, max: 127 }))
    .map(([a, length]) => `net:2001:${a.toString(16)}::/${length}`),
  host.map(name => `domain:${name}`),
  fc
    .tuple(host, fc.array(label, { minLength: 1, maxLength: 3 }))
    .map(([name, path]) => `url:${name}/${path.join('/')}?x=1`),
  fc.uint8Array({ minLength: 32, maxLength: 32 }).map(hash => `file:${encodeHex(hash)}`),
  fc.uint8Array({ minLength: 16, maxLength: 16 }).map(hash => `file:md5:${encodeHex(hash)}`),
)

const when = fc.oneof(fc.nat(63), fc.integer({ min: 64, max: 0xffffffff }))
const entry: fc.Arbitrary<PackedEntry> = fc
  .tuple(when, fc.nat(100), fc.integer({ min: 1, max: 2 ** 25 - 1 }))
  .map(([low, score, rest]) => ({ when: low, what: score * 2 ** 25 + rest }))

/** One change; where the text is not known, of a digest type. */
export const someChange: fc.Arbitrary<MemoryChange> = fc
  .tuple(subject, fc.option(entry, { nil: undefined }), fc.integer({ min: 0, max: 9 }))
  .map(([text, packed, chance]) => {
    const parsed = parseSubject(text)
    if (!parsed.ok) throw new Error(parsed.problem.message)
    const { type, value } = parsed.value
    return { type, key: subjectKey(parsed.value), value: chance === 0 ? undefined : value, entry: packed }
  })

/** Changes in the order of a list, each subject once. */
export const someChanges: fc.Arbitrary<readonly MemoryChange[]> = fc
  .array(someChange, { maxLength: 60 })
  .map(changes => [...new Map(changes.map(change => [nameOf(change), change])).values()].sort(compareChanges))

/** A delta's header. */
export const HEADER: ListHeader = {
  kind: 'delta',
  bookId: '0b8f5c4e-book',
  from: 7,
  to: 300,
  publishedAt: 1_782_777_600_000,
  stateHash: { ip: 'ab'.repeat(32) },
}

/** The bytes of a list file. */
export function written(
  header: ListHeader,
  changes: Iterable<MemoryChange>,
  packing: ListPacking = PACKING,
): Uint8Array {
  return concatBytes([...writeList(header, changes, packing)])
}

/** The changes of a list file. */
export function read(bytes: Uint8Array, unpacking: ListUnpacking = PACKING): MemoryChange[] {
  return [...changesOf(openList(inMemory(bytes), unpacking))]
}

/** What a replica holds, by subject. */
export type Replica = ReadonlyMap<string, MemoryChange>

/** A replica after changes. */
export function applied(replica: Replica, changes: Iterable<MemoryChange>): Replica {
  const after = new Map(replica)
  for (const change of changes) {
    if (change.entry === undefined) after.delete(nameOf(change))
    else after.set(nameOf(change), change)
  }
  return after
}

/** The state hashes of a replica. */
export function stateOf(replica: Replica): Record<SubjectType, string> {
  const sums = SUBJECT_TYPES.map(() => new StateHash())
  for (const { type, key, entry: packed } of replica.values()) {
    sums[SUBJECT_TYPES.indexOf(type)]!.add(entryDigest(type, key, packed!, sha256))
  }
  return Object.fromEntries(SUBJECT_TYPES.map((type, at) => [type, sums[at]!.hex()])) as Record<SubjectType, string>
}

function nameOf({ type, key }: MemoryChange): string {
  return `${type} ${encodeHex(key)}`
}
