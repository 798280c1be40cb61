import type { Problem } from '../base/index.ts'
import { fail } from '../base/index.ts'

/** More of a refused text than this many UTF-16 units is not quoted back. */
const QUOTED_UNITS_MAX = 80

/** Refuses a text in the error grammar: `Cannot parse url "x:y": it must …, found …`. */
export function refuse(what: string, text: string, why: string): { readonly ok: false; readonly problem: Problem } {
  return fail('invalid', `Cannot parse ${what} ${quote(text)}: ${why}`)
}

/** A text as a message quotes it: cut when long, and what a terminal or a log would obey rather than show is escaped. */
export function quote(text: string): string {
  const cut = text.length > QUOTED_UNITS_MAX ? `${text.slice(0, QUOTED_UNITS_MAX)}…` : text
  return JSON.stringify(cut).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, unseen => `\\u{${unseen.codePointAt(0)?.toString(16)}}`)
}
