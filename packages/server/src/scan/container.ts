/** What a file may hold others in: archives, and mails, which are none for a list that is imported. */
import { type Archive, archiveOf } from '../formats/unpack/magic.ts'
import { isCompoundFile, type MailKind, mailOf } from '../formats/unpack/mail-magic.ts'

/** `compound`: a document, or a message of Outlook. */
export type Container = Archive | { readonly is: MailKind | 'compound' }

/** The kind of container that begins like this; undefined for whatever is none. */
export function containerOf(head: Uint8Array): Container | undefined {
  const archive = archiveOf(head)
  if (archive !== undefined) return archive
  if (isCompoundFile(head)) return { is: 'compound' }
  const mail = mailOf(head)
  return mail === undefined ? undefined : { is: mail }
}
