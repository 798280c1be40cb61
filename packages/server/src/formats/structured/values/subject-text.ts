/**
 * A subject where a structure says in which place it stands and of which type it is. The rules of what a list can mean are
 * those of `words.ts`; here stands only how the type that a feed says picks among them.
 */
import { plainUrlValue, type SubjectType } from '@tocsin/core/subject'
import type { Content, RefusalCause } from '../../format.ts'
import { quickSubject, quickWord } from '../../quick.ts'
import { refang } from '../../refang.ts'
import { readHash, readHost, readUrl, readWord } from '../../words.ts'

/** A record that is refused, with its cause and a reason for people. */
export type Refusal = Extract<Content, { readonly is: 'refused' }>

/** A refusal; `reason` says what it must be and what was found, for people. */
export function refusal(cause: RefusalCause, reason: string): Refusal {
  return { is: 'refused', cause, reason }
}

/**
 * The canonical text of the subject that a feed writes as `text`, or why it is none. `type` where the feed says it, as a
 * hint: an address among domains, a page among domains and a net among addresses are read as what they are. Never throws.
 */
export function subjectOfText(text: string, type?: SubjectType): string | Refusal {
  const quick = quickOf(text, type)
  if (quick !== undefined && fits(quick, type)) return quick
  const word = endpointHost(text.trim())
  if (word === '') return refusal('not-a-subject', 'it must hold a subject, found nothing')
  if (word.includes('\0')) return refusal('nul', 'it must not hold the character NUL')
  const content = read(word, type)
  if (content.is === 'refused') return content
  const found = content.is === 'indicators' ? content.indicators : []
  if (found.length !== 1) return refusal('range', `a range must be written as networks (192.0.2.0/24)`)
  const subject = (found[0] as { readonly subject: string }).subject
  if (fits(subject, type)) return subject
  return refusal(
    'not-a-subject',
    `it must be of the type ${type} that its record says, found ${subject.split(':', 1)[0]}`,
  )
}

/** The short way. In the place of a page, `example.com` says one as well, but `192.0.2.1/24` does, too. */
function quickOf(word: string, type: SubjectType | undefined): string | undefined {
  if (type === undefined) return quickWord(word, 0, word.length)
  if (type !== 'url') return quickSubject(word, 0, word.length)
  const value = plainUrlValue(word)
  return value === undefined ? undefined : `url:${value}`
}

function read(word: string, type: SubjectType | undefined): Content {
  switch (type) {
    case 'url':
      // A feed of pages also has bare addresses, which are hosts that answer on any page.
      return /^[\d.]+$/.test(word) ? readWord(word) : readUrl(withoutBlanks(word))
    case 'file':
      return readHash(word)
    case 'domain':
      if (/[:/]|^[\d.]+$/.test(refang(word))) return readWord(withoutBlanks(word))
      return readHost(word.startsWith('.') ? word.slice(1) : word)
    case 'ip':
    case 'net':
      return readWord(word)
    case undefined:
      return readWord(withoutBlanks(word))
  }
}

/** The host of an endpoint without a page, `tcp://192.0.2.1:443/`, as reports write control servers; else the word as it is. */
function endpointHost(word: string): string {
  return word.startsWith('tcp://') || word.startsWith('udp://') ? word.replace(/^\w+:\/\/([^/?#]+)\/?$/, '$1') : word
}

/** Blanks in the page of a URL, as a browser sends them. */
function withoutBlanks(word: string): string {
  return /^[a-z]+:\/\/[^\s/?]+[/?]/i.test(word) ? word.replaceAll(' ', '%20') : word
}

/** Whether a subject may stand where its record says `type`. */
function fits(subject: string, type: SubjectType | undefined): boolean {
  const isFile = subject.startsWith('file:')
  if (type === undefined || isFile || type === 'file') return type === undefined || isFile === (type === 'file')
  return (type !== 'ip' && type !== 'net') || subject.startsWith('ip:') || subject.startsWith('net:')
}
