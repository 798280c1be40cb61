/** Which lists there are. Clients write their names into their own code, so none is ever removed or renamed. */
import type { ThreatType } from '../../protocols/safebrowsing/index.ts'

/** What a threat to browsers is filed under. */
export type ThreatKind = 'malware' | 'phishing' | 'unwanted'

/** What a list holds: one kind, all kinds of names, files, or nothing. */
export type ListContent = ThreatKind | 'all' | 'files' | 'nothing'

/** A list by one of its names. */
export interface ListName {
  readonly name: string
  readonly content: ListContent
  readonly description: string
}

/**
 * The names. The place in this list is in every version token, so new names go to the end. The short ones are those of
 * the public service: code that was written for it finds what it asks for. Those of which we know nothing are empty.
 */
export const LISTS: readonly ListName[] = [
  { name: 'tocsin-all-4b', content: 'all', description: 'Domains and pages that are blocked, whatever for.' },
  { name: 'tocsin-malware-4b', content: 'malware', description: 'Domains and pages of malware, and listed ones.' },
  { name: 'tocsin-phishing-4b', content: 'phishing', description: 'Domains and pages of phishing and scams.' },
  { name: 'tocsin-unwanted-4b', content: 'unwanted', description: 'Domains and pages that are blocked for the rest.' },
  { name: 'tocsin-files-4b', content: 'files', description: 'Files that are blocked, by their SHA-256.' },
  { name: 'mw-4b', content: 'malware', description: 'As tocsin-malware-4b.' },
  { name: 'se-4b', content: 'phishing', description: 'As tocsin-phishing-4b.' },
  { name: 'uws-4b', content: 'unwanted', description: 'As tocsin-unwanted-4b.' },
  { name: 'uwsa-4b', content: 'nothing', description: 'Nothing: for code that asks for it.' },
  { name: 'pha-4b', content: 'nothing', description: 'Nothing: for code that asks for it.' },
  { name: 'gc-32b', content: 'nothing', description: 'Nothing: no host is assumed to be safe.' },
]

/** How each kind is called on the wire. */
export const THREAT_TYPE_OF: Readonly<Record<ThreatKind, ThreatType>> = {
  malware: 'MALWARE',
  phishing: 'SOCIAL_ENGINEERING',
  unwanted: 'UNWANTED_SOFTWARE',
}

/** The threats that a list tells of. */
export function threatTypesOf(content: ListContent): readonly ThreatType[] {
  if (content === 'nothing') return []
  if (content === 'files') return ['MALWARE']
  return content === 'all' ? Object.values(THREAT_TYPE_OF) : [THREAT_TYPE_OF[content]]
}
