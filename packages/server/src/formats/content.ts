/** The few shapes that contents of records have, made in one place, and how a refused text is quoted. */
import type { Content, Indicator, RefusalCause, SkipCause } from './format.ts'

/** A blank line. */
export const BLANK: Content = { is: 'skipped', cause: 'blank' }

/** A comment. */
export const COMMENT: Content = { is: 'skipped', cause: 'comment' }

/** A record that says nothing on purpose. */
export function skipped(cause: SkipCause): Content {
  return { is: 'skipped', cause }
}

/** A record that cannot be taken; `reason` says what it must be and what was found, for people. */
export function refused(cause: RefusalCause, reason: string): Content {
  return { is: 'refused', cause, reason }
}

/** A record about one subject, in canonical text with its type. */
export function oneSubject(subject: string): Content {
  return { is: 'indicators', indicators: [{ subject }] }
}

/** The same content with more said of each of its indicators; what is skipped or refused stays as it is. */
export function saying(content: Content, more: Omit<Indicator, 'subject'>): Content {
  if (content.is !== 'indicators') return content
  const only = content.indicators.length === 1 ? content.indicators[0] : undefined
  // Almost always one, and without more of its own: this is on the way of every line of a history.
  if (only !== undefined) return { is: 'indicators', indicators: [Object.assign({ ...only }, more)] }
  return { is: 'indicators', indicators: content.indicators.map(indicator => ({ ...indicator, ...more })) }
}

/**
 * Several readings as one record, all or nothing: the first refusal refuses the whole, so that a record is never taken
 * by halves. Where nothing is refused and nothing read, the first skip is the answer.
 */
export function together(contents: readonly Content[]): Content {
  const bad = contents.find(content => content.is === 'refused')
  if (bad !== undefined) return bad
  const indicators = contents.flatMap(content => (content.is === 'indicators' ? content.indicators : []))
  return indicators.length > 0 ? { is: 'indicators', indicators } : (contents[0] ?? BLANK)
}

/** A text between quotation marks, cut at 80 characters, with what a terminal would obey escaped. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text).replaceAll(
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    unseen => `\\u{${unseen.codePointAt(0)!.toString(16)}}`,
  )
}
