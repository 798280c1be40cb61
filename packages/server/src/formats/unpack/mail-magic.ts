/**
 * Mails and messages by their first bytes. Apart from their readers: every file is held against it, and few threads of a scan ever
 * need a reader.
 */

/** Where a compound file ([MS-CFB] §2.2) begins: a document, or a message of Outlook. */
const MAGIC = Buffer.from('d0cf11e0a1b11ae1', 'hex')

/** A mail, or many behind one another. */
export type MailKind = 'mail' | 'mbox'

/** Fields of which one begins most mails, whoever wrote or moved them. */
const FIRST_FIELD =
  /^(?:arc-[a-z-]+|authentication-results|bcc|cc|content-[a-z-]+|date|delivered-to|delivery-date|dkim-signature|envelope-to|from|in-reply-to|message-id|mime-version|received|received-spf|reply-to|return-path|sender|subject|to|x-[a-z0-9-]+)[ \t]*:/i
const FIRST_FIELD_BYTES_MAX = 64
const FIELD = /^[!-9;-~]+[ \t]*:/

/** What an input is by its first bytes; undefined for no mail. Two fields, the first of a known name, begin one. */
export function mailOf(head: Uint8Array): MailKind | undefined {
  if (!mayBegin(head)) return undefined
  const [begin = '', ...rest] = Buffer.from(head).toString('latin1').split(/\r?\n/)
  if (begin.startsWith('From ')) return FIELD.test(rest[0] ?? '') ? 'mbox' : undefined
  if (!FIRST_FIELD.test(begin)) return undefined
  // The last line may be cut off, and a folded one goes on for as long as it likes.
  const second = rest.find(line => !/^[ \t]/.test(line))
  return second === undefined || second === '' || FIELD.test(second) ? 'mail' : undefined
}

/** Whether letters and dashes come before the first colon or blank; it tells most files from mails in no time. */
function mayBegin(head: Uint8Array): boolean {
  for (let at = 0; at < Math.min(head.length, FIRST_FIELD_BYTES_MAX); at++) {
    const byte = head[at]!
    if (byte === 0x3a || byte === 0x20) return at > 1
    if (byte !== 0x2d && (byte < 0x41 || byte > 0x7a)) return false
  }
  return false
}

/** Whether an input begins as a compound file. */
export function isCompoundFile(head: Uint8Array): boolean {
  return head[0] === 0xd0 && Buffer.from(head.subarray(0, 8)).equals(MAGIC)
}
