/** What is asked about a URL: the hashes of its expressions. */
import { ok, type Result } from '@tocsin/core/base'
import { expressionsOf, type PublicSuffixes, parseSubjectOf, subjectKey, subjectText } from '@tocsin/core/subject'

/** An expression of a URL: of up to 5 hosts × 6 paths. */
export interface UrlHash {
  /** `domain:example.com`, `url:example.com/a/`. */
  readonly expression: string
  /** SHA-256 of the Safe Browsing expression, 32 bytes. */
  readonly hash: Uint8Array
  /** Its first four bytes, big-endian. */
  readonly prefix: number
}

/** A URL with its hashes, the most specific first. */
export interface HashedUrl {
  /** Its canonical text: `url:example.com/a`. */
  readonly subject: string
  readonly hashes: readonly UrlHash[]
}

/** The hashes of a URL (with or without scheme) or a bare host. Fails as `invalid` for what is no URL. */
export function urlHashes(url: string, suffixes: PublicSuffixes): Result<HashedUrl> {
  const subject = parseSubjectOf('url', url)
  if (!subject.ok) return subject
  const hashes: UrlHash[] = []
  for (const expression of expressionsOf(subject.value, suffixes)) {
    // The address of a page on a bare address has a key of ours, which no list of URLs holds.
    if (expression.type === 'ip') continue
    const hash = subjectKey(expression)
    hashes.push({ expression: subjectText(expression), hash, prefix: prefixOf(hash) })
  }
  return ok({ subject: subjectText(subject.value), hashes })
}

/** The first four bytes of a hash, big-endian. */
export function prefixOf(hash: Uint8Array): number {
  return ((hash[0]! << 24) | (hash[1]! << 16) | (hash[2]! << 8) | hash[3]!) >>> 0
}
