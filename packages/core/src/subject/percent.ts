import { decodeUtf8, encodeUtf8, hexDigit } from '../base/index.ts'

/**
 * A URL is a string of bytes: `%80` is the byte 80, whatever that means as text. Inside this folder such a string of bytes
 * is a JavaScript string whose every character is one byte, 0–255 ("byte text"). ASCII, by far the most common, is its
 * own byte text and costs nothing.
 */

/** The UTF-8 bytes of a text as byte text; `undefined` for half of a surrogate pair. */
export function byteTextOf(text: string): string | undefined {
  if (!/[\u0080-\uffff]/.test(text)) return text
  const bytes = encodeUtf8(text)
  return bytes === undefined ? undefined : packBytes(bytes)
}

/** The text whose UTF-8 bytes these are; `undefined` if they are not valid UTF-8. */
export function textOfBytes(byteText: string): string | undefined {
  const bytes = new Uint8Array(byteText.length)
  for (let i = 0; i < bytes.length; i++) bytes[i] = byteText.charCodeAt(i)
  return decodeUtf8(bytes)
}

function packBytes(bytes: Uint8Array): string {
  let packed = ''
  for (let i = 0; i < bytes.length; i++) packed += String.fromCharCode(bytes[i] as number)
  return packed
}

/**
 * Percent-unescapes until nothing is left to unescape, in one pass.
 *
 * The rules say "repeatedly"; done literally that is one pass for each level of nesting, quadratic for `%25252525…`. Here
 * the output is a stack: push a byte; while the last three bytes of the stack are `%XX`, put the byte they mean in their
 * place. `%2541` runs: `%25` → `%`, push 4, push 1, `%41` → `A`.
 *
 * Why it ends in the same text. Replacing one `%XX` by its byte is a rewriting step. Two `%XX` never overlap, since `%` is no
 * hexadecimal digit, so one step leaves all other redexes as they are: the order of steps does not matter (the system is
 * locally confluent). Each step shortens the text by two, so it ends. By Newman's lemma each text then has exactly one
 * form without redexes, whoever takes the steps in whichever order. The stack never holds a redex below its top: a push
 * can complete one only at the end, and the byte put in its place is itself such a push. Work: each byte is pushed once,
 * and each step removes two, so there are at most n/2 steps.
 */
export function unescapePercent(byteText: string): string {
  if (!byteText.includes('%')) return byteText
  const stack = new Uint8Array(byteText.length)
  let height = 0
  for (let i = 0; i < byteText.length; i++) {
    stack[height++] = byteText.charCodeAt(i)
    while (height >= 3 && stack[height - 3] === 0x25) {
      const high = hexDigit(stack[height - 2] as number)
      const low = hexDigit(stack[height - 1] as number)
      if (high < 0 || low < 0) break
      height -= 2
      stack[height - 1] = (high << 4) | low
    }
  }
  return packBytes(stack.subarray(0, height))
}

/** Escapes the bytes ≤ 0x20 and ≥ 0x7f, `#` and `%` as `%XX` with upper-case digits, as Safe Browsing v5 does. */
export function escapePercent(byteText: string): string {
  return byteText.replace(/[^!-~]|[#%]/g, escapeByte)
}

/** One byte as `%XX`. */
export function escapeByte(byte: string): string {
  return `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
}
