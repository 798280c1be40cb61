/** The lists of a file as a node takes them: those of lines together, for each of JSON is a text of its own. */
import { basename, join } from 'node:path'
import { findFormat } from '../../packages/server/src/formats/all.ts'
import { detectFormat, sampleOf } from '../../packages/server/src/formats/detect.ts'
import { isDocument } from '../../packages/server/src/formats/documents.ts'
import type { Format, Indicator } from '../../packages/server/src/formats/format.ts'
import { type Member, membersOf } from '../feeds-table/reading.ts'
import type { TrialFeed } from './feeds.ts'

/** One list, and the source that it becomes. */
export interface TrialList {
  readonly source: string
  readonly format: Format
  readonly fileName: string
  readonly bytes: Uint8Array
}

/** Longest name of a source without its number. */
const NAME_LENGTH_MAX = 56

/** All lists of a file, but for documents and what no format can read. */
export async function listsOf(
  folder: string,
  { path, without, withoutLines }: TrialFeed,
): Promise<readonly TrialList[]> {
  const groups: { readonly format: Format; readonly members: Member[] }[] = []
  for await (const member of membersOf(join(folder, path))) {
    if (without?.test(member.name) === true || isDocument(basename(member.name))) continue
    const format = detectFormat(sampleOf(member.name, member.bytes))
    if (!format.ok) continue
    const known = groups.find(group => group.format === format.value && format.value.unit === 'line')
    if (known === undefined) groups.push({ format: format.value, members: [member] })
    else known.members.push(member)
  }
  const name = nameOf(path)
  const lists = groups.map(({ format, members }, at) => ({
    source: groups.length === 1 ? name : `${name}-${at + 1}`,
    format,
    fileName: basename(members[0]!.name),
    bytes: withoutThose(withoutLines, Buffer.concat(members.flatMap(({ bytes }) => [bytes, Buffer.from('\n')]))),
  }))
  return lists.map(list => (list.format.name === 'delta' ? lastDay(list) : list))
}

/** What a history comes to, as the list of its last day: a node holds a whole history back until its end. */
function lastDay(list: TrialList): TrialList {
  const left = new Set<string>()
  for (const { subject, gone } of indicatorsOf(list)) {
    if (gone === true) left.delete(subject)
    else left.add(subject)
  }
  return { ...list, format: findFormat('plain')!, bytes: Buffer.from([...left].join('\n')) }
}

/** What a list says, read here as the node reads it. */
export function* subjectsOf(list: TrialList): Generator<string, void> {
  for (const { subject, gone } of indicatorsOf(list)) if (gone !== true) yield subject
}

function* indicatorsOf({ format, bytes }: TrialList): Generator<Indicator, void> {
  const reader = format.open({})
  for (const records of [reader.push(bytes), reader.end()]) {
    for (const { content } of records) if (content.is === 'indicators') yield* content.indicators
  }
}

function withoutThose(lines: RegExp | undefined, bytes: Buffer): Uint8Array {
  if (lines === undefined) return bytes
  const kept = bytes
    .toString()
    .split('\n')
    .filter(line => !lines.test(line))
  return Buffer.from(kept.join('\n'))
}

function nameOf(path: string): string {
  const plain = path.replace(/^raw\//, '').replace(/(?:\.(?:gz|tar|tsv|txt|csv|json|conf))+$/, '')
  return plain
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .slice(0, NAME_LENGTH_MAX)
}
