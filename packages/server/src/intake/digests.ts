/** Other digests of a file, as they are offered: are they digests, and do they go with what the subject itself says? */
import { fail, ok, type Result } from '@tocsin/core/base'
import { parseTlsh } from '@tocsin/core/similarity'
import { parseSubjectOf, subjectKey } from '@tocsin/core/subject'
import type { WireDigests } from '@tocsin/core/wire'
import type { FileDigests, LedgerSubject } from '../ledger/ledger.ts'

const KINDS = ['md5', 'sha1', 'sha256'] as const

/** Hexadecimal digits of each. */
const DIGITS = { md5: 32, sha1: 40, sha256: 64 } as const

/**
 * The names that `digests` give a file beside its own; `undefined` where they say no more than the subject does. Fails
 * with `invalid` where the subject is no file, a digest is none of its kind, or the one of the subject's kind is another.
 */
export function digestsOf(
  digests: WireDigests | undefined,
  subject: LedgerSubject,
  sha256: (bytes: Uint8Array) => Uint8Array,
): Result<FileDigests | undefined> {
  if (digests === undefined) return ok(undefined)
  if (subject.type !== 'file') return fail('invalid', `digests are said of a file, found a ${subject.type}`)
  const names: LedgerSubject[] = []
  for (const kind of KINDS) {
    const digest = digests[kind]
    if (digest === undefined) continue
    const name = nameOf(kind, digest, sha256)
    if (!name.ok) return name
    if (kindOf(subject.value!) !== kind) names.push(name.value)
    else if (name.value.value !== subject.value) {
      return fail('invalid', `digests: ${kind} must be the subject's own, "${subject.value}", found "${digest}"`)
    }
  }
  if (digests.tlsh === undefined) return ok(names.length === 0 ? undefined : { names })
  const tlsh = parseTlsh(digests.tlsh)
  if (!tlsh.ok) return fail('invalid', `digests: ${tlsh.problem.message}`)
  return ok({ names, tlsh: tlsh.value })
}

function nameOf(
  kind: (typeof KINDS)[number],
  digest: string,
  sha256: (bytes: Uint8Array) => Uint8Array,
): Result<LedgerSubject> {
  if (digest.length !== DIGITS[kind] || !/^[0-9a-f]+$/i.test(digest)) {
    return fail(
      'invalid',
      `digests: ${kind} must have ${DIGITS[kind]} hexadecimal digits, found "${digest.slice(0, 80)}"`,
    )
  }
  const parsed = parseSubjectOf('file', digest)
  if (!parsed.ok) return parsed
  return ok({ type: 'file', key: subjectKey(parsed.value, sha256), value: parsed.value.value })
}

function kindOf(value: string): (typeof KINDS)[number] {
  if (value.startsWith('md5:')) return 'md5'
  return value.startsWith('sha1:') ? 'sha1' : 'sha256'
}
