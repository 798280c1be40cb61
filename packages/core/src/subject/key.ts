import type { Sha256 } from '../base/index.ts'
import { decodeHex, sha256 as pureSha256 } from '../base/index.ts'
import { hashDigits, isHashOnly } from './hash-only.ts'
import type { Subject } from './subject.ts'
import { subjectText } from './subject.ts'

/**
 * The key of a subject, 32 bytes, by which every table and request knows it together with its type.
 *
 * - `url`: SHA-256 of the value, the Safe Browsing v5 expression, or the hash that it is named by; `domain`: of the value and a slash, likewise;
 * - `file`: the SHA-256 itself; for `md5:` and `sha1:` the SHA-256 of the whole text, `file:md5:…`;
 * - `ip`, `net`: SHA-256 of the whole text, `ip:192.0.2.1`.
 *
 * `sha256` is the pure one by default; hand in a native one where there is one.
 */
export function subjectKey(subject: Subject, sha256: Sha256 = pureSha256): Uint8Array {
  switch (subject.type) {
    case 'url':
      return isHashOnly(subject) ? decodeHex(hashDigits(subject))! : sha256(asciiBytes(subject.value))
    case 'domain':
      return sha256(asciiBytes(`${subject.value}/`))
    case 'file':
      return decodeHex(subject.value) ?? sha256(asciiBytes(subjectText(subject)))
    case 'ip':
    case 'net':
      return sha256(asciiBytes(subjectText(subject)))
  }
}

function asciiBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}
