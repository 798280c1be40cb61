/**
 * Why a subject has its verdict, in one word. The order is the wire order (five bits of a book entry, see
 * `verdict/entry.ts`), so new words go to the end and none is ever removed.
 */
export const REASONS = [
  'none',
  'listed',
  'spam',
  'phishing',
  'malware',
  'botnet',
  'attack',
  'policy',
  'scam',
  'complaint',
  'analyst',
  'cleared',
  'certified',
  'popular',
  'known-good',
  'appealed',
  'name',
  'neighbourhood',
  'sending',
  'hosting',
  'similar',
] as const

/** One of {@link REASONS}. */
export type Reason = (typeof REASONS)[number]

/** The reason as a phrase that completes "it is …", for people. */
export const REASON_PHRASES: Readonly<Record<Reason, string>> = {
  none: 'not known for anything',
  listed: 'listed as a threat',
  spam: 'a source of spam',
  phishing: 'used for phishing',
  malware: 'malware, or spreads it',
  botnet: 'part of a botnet, or controls one',
  attack: 'a source of attacks',
  policy: 'in a range that should not send mail',
  scam: 'used for scams',
  complaint: 'complained of by recipients',
  analyst: 'blocked by an analyst',
  cleared: 'cleared by an analyst',
  certified: 'certified',
  popular: 'popular',
  'known-good': 'a known good file',
  appealed: 'objected to by somebody',
  name: 'named as threats are',
  neighbourhood: 'among bad neighbours on its network',
  sending: 'a sender that behaves as sources of spam do',
  hosting: 'hosted as threats are',
  similar: 'like known malware',
}
