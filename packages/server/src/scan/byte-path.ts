/**
 * Paths as a file system knows them: bytes, which need not be text. Each byte is one character here (Latin-1), so that a
 * path is still a string: small, comparable, cheap to hand to a thread. To ASCII it makes no difference.
 */
import { isUtf8 } from 'node:buffer'

declare const bytes: unique symbol

/** A path or a name, one character a byte. */
export type BytePath = string & { readonly [bytes]: true }

/** The path that a text means on this machine: its UTF-8. */
export function pathOfText(text: string): BytePath {
  return Buffer.from(text, 'utf8').toString('latin1') as BytePath
}

/** A name as `readdir` gives it by the encoding `latin1`. */
export function brandPath(latin1: string): BytePath {
  return latin1 as BytePath
}

/** What lies in a folder under a name. */
export function within(folder: BytePath, name: string): BytePath {
  return (folder.endsWith('/') ? folder + name : `${folder}/${name}`) as BytePath
}

/** The last part of a path. */
export function baseOf(path: BytePath): BytePath {
  return path.slice(path.lastIndexOf('/') + 1) as BytePath
}

/** What the calls of `node:fs` take. */
export function forSystem(path: BytePath): string | Buffer {
  return isAscii(path) ? path : Buffer.from(path, 'latin1')
}

/** For people: U+FFFD stands for what is no UTF-8. Control characters are still in it. */
export function shown(path: BytePath): string {
  return isAscii(path) ? path : Buffer.from(path, 'latin1').toString('utf8')
}

/** Whether {@link shown} tells all of it. */
export function isText(path: BytePath): boolean {
  return isAscii(path) || isUtf8(Buffer.from(path, 'latin1'))
}

/** The bytes in base64, for programs, where the path is no text. */
export function base64Of(path: BytePath): string {
  return Buffer.from(path, 'latin1').toString('base64')
}

/** A `file:` URI of an absolute path (RFC 8089), every byte kept: what is not unreserved (RFC 3986 §2.3) is escaped. */
export function uriOf(path: BytePath): string {
  const escaped = path.replaceAll(
    /[^A-Za-z0-9._~/-]/g,
    byte => `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )
  return `file://${escaped}`
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return false
  return true
}
