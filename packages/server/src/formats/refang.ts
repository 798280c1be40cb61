/**
 * Indicators as reports write them, made harmless for readers who click: `hxxps://example[.]com/a`. Whoever writes a list
 * that machines read should not, and many do.
 */

/** What stands for a dot, a colon or `://`, in any bracket. `[at]` is left alone: a mailbox is no subject. */
const MARK = /\[(?:\.|dot|:|:\/\/)\]|\((?:\.|dot|:|:\/\/)\)|\{(?:\.|dot|:|:\/\/)\}/gi

const SCHEME = /^(?:h(?:xx|XX|tt|TT)p(s?)|(fxp|ftp))(?=:|[[({]:)/i

/** A scheme and what follows it, defanged or not. */
const SCHEME_AND_SLASHES = /^[a-z]{2,6}(?:[[({]:\/\/[\])}]|[[({]?:[\])}]?\/\/)/i

/**
 * The text as it was before it was defanged. Changes only what begins as a defanged address or URL does (`hxxp`, or a mark
 * as `[.]`, `(.)`, `[dot]`, `[:]`, `[://]` before the page), and then also in its page; all else comes back the same.
 */
export function refang(text: string): string {
  const marked = /[[({]/.test(text) && beforePage(text).search(MARK) >= 0
  if (!marked && !/^(?:hxxps?|fxp):/i.test(text)) return text
  const plain = text.replace(SCHEME, (_all, s: string | undefined, other: string | undefined) =>
    other === undefined ? `http${s === undefined ? '' : s.toLowerCase()}` : 'ftp',
  )
  return plain.replaceAll(MARK, mark => meant(mark.slice(1, -1)))
}

/** Scheme and host. */
function beforePage(text: string): string {
  const from = SCHEME_AND_SLASHES.exec(text)?.[0].length ?? 0
  const end = text.slice(from).search(/[/?#]/)
  return end < 0 ? text : text.slice(0, from + end)
}

function meant(mark: string): string {
  return /^dot$/i.test(mark) ? '.' : mark
}
