/** Protected subjects: what may not be blocked on the word of a few. */
import type { Protection } from '../evidence/index.ts'
import { isTrusted } from './trust.ts'
import { isDerivedVoice, kindOfPart, type Voice } from './voices.ts'

/** Independent trusted organisations that must incriminate a protected subject before its score may fall below 66. */
export const QUORUM: Readonly<Record<Protection, number>> = { popular: 2, certified: 3 }

/**
 * What an organisation must say to count, in millinats over all its voices: a quarter nat. Without a floor, the last
 * trace of a report from years ago would count as a voice.
 */
const HEARD = 250

/** The strongest protection that trusted sources give, or that the subject has by nature (a reserved address). */
export function protectionOf(voices: readonly Voice[], byNature: Protection | undefined): Protection | undefined {
  const given = voices
    .filter(voice => voice.value > 0 && isTrusted(voice.standing))
    .flatMap(voice => voice.parts.map(part => kindOfPart(part)?.protects))
  return [...given, byNature].includes('certified') ? 'certified' : given.includes('popular') ? 'popular' : byNature
}

/** Whether a protected subject is held back: fewer organisations than its quorum incriminate it. */
export function lacksQuorum(protection: Protection | undefined, organisations: number): boolean {
  return protection !== undefined && organisations < QUORUM[protection]
}

/**
 * How many independent trusted organisations incriminate so that they are heard.
 *
 * @param voices what is said directly: company that a subject was met in is nobody's word against it, and neither is
 *   what the node derived
 */
export function heardOrganisations(voices: readonly Voice[]): number {
  const byOrganisation = new Map<string, number>()
  for (const voice of voices) {
    if (voice.direction !== 'bad' || !isTrusted(voice.standing) || isDerivedVoice(voice)) continue
    const { organisation } = voice.standing
    byOrganisation.set(organisation, (byOrganisation.get(organisation) ?? 0) + voice.value)
  }
  return [...byOrganisation.values()].filter(value => value >= HEARD).length
}
