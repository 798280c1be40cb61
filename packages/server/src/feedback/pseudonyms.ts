/**
 * Names that mean something here become names that mean nothing outside: the id and the group of a report may be a
 * message id or a mail address. The same name has the same pseudonym, so that what is said again counts once.
 */
import { createHmac, randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { ProblemError } from '@tocsin/core/base'
import { replaceFileNow } from '../storage/replace-file.ts'

const SECRET_BYTES = 32

/** Of 32: 128 bits are enough to tell a site's names apart. */
const PSEUDONYM_BYTES = 16

/** The pseudonyms of one site. Without the secret nobody can try names against them. */
export class Pseudonyms {
  readonly #secret: Uint8Array

  constructor(secret: Uint8Array) {
    this.#secret = secret
  }

  /** 22 characters. Names of one reporter and another are apart, and so are ids and groups. */
  of(what: 'id' | 'group', reporter: string, name: string): string {
    const hmac = createHmac('sha256', this.#secret).update(JSON.stringify([what, reporter, name]))
    return hmac.digest().subarray(0, PSEUDONYM_BYTES).toString('base64url')
  }
}

/** A name that was never used. */
export function freshName(): string {
  return randomBytes(PSEUDONYM_BYTES).toString('base64url')
}

/**
 * The secret in a file, made where there is none, readable by its owner only.
 *
 * @throws ProblemError `internal` where the file holds something else
 */
export function openPseudonyms(path: string): Pseudonyms {
  if (!existsSync(path)) replaceFileNow(path, `${randomBytes(SECRET_BYTES).toString('hex')}\n`)
  const text = readFileSync(path, 'utf8').trim()
  if (/^[0-9a-f]{64}$/.test(text)) return new Pseudonyms(Buffer.from(text, 'hex'))
  const message = `Cannot read "${path}": it must hold 64 hexadecimal digits; move it away, and a new secret is made`
  throw new ProblemError({ code: 'internal', message })
}
