/** What kind of thing has a reputation. The order is the wire order; numbers derived from it never change. */
export const SUBJECT_TYPES = ['ip', 'net', 'domain', 'url', 'file'] as const

/** `ip`, `net`, `domain`, `url` or `file`. */
export type SubjectType = (typeof SUBJECT_TYPES)[number]

declare const parsed: unique symbol

/**
 * Something that has a reputation, in canonical form. Made only by the parsers of this folder: past them there are no
 * raw strings.
 *
 * - `type`: one of {@link SUBJECT_TYPES}.
 * - `value`: canonical ASCII text without the type: `192.0.2.1`, `192.0.2.0/24`, `example.com`, `example.com/a/b?x=1`,
 *   `sha256:` and 64 hex digits (a page of which only the key is told), 64 hex digits of SHA-256, `md5:…`, `sha1:…`.
 */
export interface Subject {
  readonly type: SubjectType
  readonly value: string
  readonly [parsed]: true
}

/** The canonical text with its type: `ip:192.0.2.1`. Parsing it again gives an equal subject. */
export function subjectText(subject: Subject): string {
  return `${subject.type}:${subject.value}`
}

/** Brands a canonical value. For the parsers of this folder alone; whatever else calls it breaks the promise of the type. */
export function brandSubject(type: SubjectType, value: string): Subject {
  return { type, value } as Subject
}
