/** The term R: what all sources below trust ½ can do together, which is little. */
import { CATEGORY_CAPS } from '../evidence/index.ts'
import { apportion } from './apportion.ts'
import { rankedSum, type Share, type Voice } from './voices.ts'

/** One organisation alone: 66 at worst from the prior. */
const ONE_ORGANISATION = 250
/** Two organisations or any larger number: 52 at worst, for making up organisations is free. */
const SEVERAL_ORGANISATIONS = 800

/**
 * R = min(F(organisations), Σ ⌊u_i / 2^i⌋), over one u per source. Exculpating voices of untrusted sources count
 * nothing: whitewashing must not be cheaper than blaming.
 */
export function untrustedTerm(voices: readonly Voice[]): { readonly sum: number; readonly shares: readonly Share[] } {
  const sources = Array.from(Map.groupBy(voices.filter(isBad), voice => voice.source).values(), oneOfSource)
  const heard = sources.filter(source => source.whole.value > 0)
  const organisations = new Set(heard.map(source => source.whole.standing.organisation)).size
  const limit = organisations === 0 ? 0 : organisations === 1 ? ONE_ORGANISATION : SEVERAL_ORGANISATIONS
  const ranked = rankedSum(sources.map(source => source.whole))
  const sum = Math.min(limit, ranked.sum)
  const parts = apportion(
    sum,
    ranked.shares.map(share => share.value),
  )
  const byWhole = new Map(sources.map(source => [source.whole, source.voices]))
  const shares = ranked.shares.flatMap((share, index) => {
    const voicesOfSource = byWhole.get(share.voice)!
    const split = apportion(
      parts[index]!,
      voicesOfSource.map(voice => voice.value),
    )
    return voicesOfSource.map((voice, place) => ({ voice, value: split[place]! }))
  })
  return { sum, shares }
}

function isBad(voice: Voice): boolean {
  return voice.direction === 'bad'
}

/** All that one source says, as a single voice: its categories saturate once more at the largest cap. */
function oneOfSource(voices: readonly Voice[]): { readonly whole: Voice; readonly voices: readonly Voice[] } {
  const cap = Math.max(...Object.values(CATEGORY_CAPS))
  const value = Math.min(
    cap,
    voices.reduce((total, voice) => total + voice.value, 0),
  )
  return { whole: { ...voices[0]!, value }, voices }
}
