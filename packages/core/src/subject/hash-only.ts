import type { Subject } from './subject.ts'
import { brandSubject } from './subject.ts'

/** A page named by the key of its expression, in either case: nothing before it and nothing behind. */
const FORM = /^sha256:[0-9a-f]{64}$/i

/** Characters of the value: the word, a colon and 64 digits. */
const LENGTH = 71

/**
 * The `url` subject of `sha256:` and 64 hex digits: a page of which only the key is told, SHA-256 of `host/path`.
 * `undefined` for any other text. No URL is lost by it: its host would be `sha256` and its port above 65535, but for
 * numbers that begin with 59 zeros, and who writes those means a hash.
 */
export function parseHashOnly(text: string): Subject | undefined {
  return text.length === LENGTH && FORM.test(text) ? brandSubject('url', text.toLowerCase()) : undefined
}

/**
 * Whether a page is named by its hash alone: it has a key and no host, path or text. Of no other canonical `url` has the
 * value a colon before its first slash but where the host is an IPv6 address, in brackets.
 */
export function isHashOnly({ type, value }: Pick<Subject, 'type' | 'value'>): boolean {
  return type === 'url' && value.length === LENGTH && value.startsWith('sha256:')
}

/** The 64 hex digits of a subject of which {@link isHashOnly} is true. */
export function hashDigits({ value }: Pick<Subject, 'value'>): string {
  return value.slice(LENGTH - 64)
}
