/** Which entries an answer about a subject rests on: the questions that `answerFor` would ask of a book. */
import { encodeHex, type Sha256 } from '@tocsin/core/base'
import { expressionsOf, netRange, type PublicSuffixes, type Subject, subjectKey } from '@tocsin/core/subject'
import type { WireEntryKey } from '@tocsin/core/wire'

/** How an entry is known here: by type and key together. */
export function nameOf({ type, key }: WireEntryKey): string {
  return `${type}:${key}`
}

/** The name of an address with all nets around it. */
export function nameOfAddress(address: Uint8Array): string {
  return `ip:${encodeHex(address)}`
}

/** The keys of all expressions of a subject; addresses and nets by the bytes of their (first) address. */
export function entryKeysOf(subject: Subject, suffixes: PublicSuffixes, sha256: Sha256): readonly WireEntryKey[] {
  return expressionsOf(subject, suffixes).map(expression =>
    expression.type === 'ip' || expression.type === 'net'
      ? { type: 'ip', key: encodeHex(netRange(expression).address) }
      : { type: expression.type, key: encodeHex(subjectKey(expression, sha256)) },
  )
}
