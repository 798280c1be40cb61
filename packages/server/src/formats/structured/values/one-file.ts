/** Several digests in one record: names of one file, or of several. */
import type { Digests } from '../../format.ts'
import type { Detail } from './indicators.ts'

/** 70 digits with or without `T1`; the variants of TLSH that are longer are not read. */
const TLSH = /^(?:T1)?[0-9a-f]{70}$/i

/**
 * What a record says of a file by the hashes beside it. With at most one of each kind they are its digests: the same file
 * by other names. With more the record is about several files, which are related and nothing more, and what they are like
 * is not told apart.
 *
 * @param subject a `file` in canonical text; any other has no digests, and `others` are related to it
 * @param others subjects of type `file` in canonical text; the subject itself may be among them
 * @param tlsh as the record has it; passed over where it is none, as tables have `n/a` there
 */
export function oneFile(subject: string, others: readonly string[], tlsh = ''): Pick<Detail, 'related' | 'digests'> {
  const names = [...new Set([subject, ...others])]
  const fuzzy = TLSH.test(tlsh) ? { tlsh } : {}
  if (names.length === 1) return 'tlsh' in fuzzy && subject.startsWith('file:') ? { digests: fuzzy } : {}
  const digests: { -readonly [Name in keyof Digests]: Digests[Name] } = fuzzy
  for (const name of names) {
    const kind = kindOf(name)
    if (kind === undefined || digests[kind] !== undefined) return { related: names.slice(1) }
    digests[kind] = name.slice(name.lastIndexOf(':') + 1)
  }
  return { digests }
}

function kindOf(name: string): 'md5' | 'sha1' | 'sha256' | undefined {
  if (name.startsWith('file:md5:')) return 'md5'
  if (name.startsWith('file:sha1:')) return 'sha1'
  return name.startsWith('file:') ? 'sha256' : undefined
}
