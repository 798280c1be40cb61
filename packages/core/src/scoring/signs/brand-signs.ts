/** Signs that a name plays on a brand: homographs, bait, slips of the key. */
import { type Brand, brands } from './brands.ts'
import { editDistance } from './edit-distance.ts'
import type { HostParts } from './host-parts.ts'
import { type Sign, sign } from './sign.ts'
import { latinOf, mixesScripts, skeletonOf } from './skeleton.ts'

/** Shorter brands are too near to too many words for a distance to mean anything. */
const NEAR_LENGTH_MIN = 6
const TWO_SLIPS_LENGTH_MIN = 9

/** Labels longer than the longest brand and two slips are near none. */
const NEAR_LENGTH_MAX = 20

/** Brands that are met in a label, as whole parts between hyphens and digits, or inside of words where they are distinct. */
export function brandsIn(label: string): Brand[] {
  const parts = new Set(label.split(/[^a-z]+/))
  return brandList().filter(({ keyword, distinct }) => parts.has(keyword) || (distinct && label.includes(keyword)))
}

/** All signs about brands in a host. A host beneath a brand's own domains has none about that brand. */
export function brandSigns(parts: HostParts): Sign[] {
  return [...homograph(parts), ...inRegistrable(parts), ...inSublabels(parts), ...mixed(parts)]
}

function homograph({ label, shown, registrable }: HostParts): Sign[] {
  const skeleton = skeletonOf(shown)
  const latin = latinOf(shown)
  for (const [bySkeleton, brand] of skeletons()) {
    if (brand.domains.has(registrable) || latin === brand.keyword) {
      if (latin === brand.keyword && latin !== label)
        return [sign('homograph', phraseOf(brand, 'in look-alike letters'))]
      continue
    }
    if (skeleton === bySkeleton)
      return [sign('look-alike', phraseOf(brand, 'with digits or letters that pass for others'))]
    const isPart = brand.distinct && skeleton.includes(bySkeleton) && !latin.includes(brand.keyword)
    if (isPart) return [sign('look-alike-part', phraseOf(brand, 'with digits or letters that pass for others'))]
  }
  return near(latin, registrable)
}

function near(label: string, registrable: string): Sign[] {
  if (label.length < NEAR_LENGTH_MIN - 1 || label.length > NEAR_LENGTH_MAX) return []
  const letters = lettersOf(label)
  for (const brand of brandList()) {
    const { keyword, domains } = brand
    const limit = keyword.length >= TWO_SLIPS_LENGTH_MIN ? 2 : 1
    if (keyword.length < NEAR_LENGTH_MIN || lettersApart(letters, lettersOf(keyword)) > limit) continue
    if (domains.has(registrable) || label.includes(keyword)) continue
    const distance = editDistance(label, keyword, limit)
    if (distance <= limit)
      return [sign(`near-brand-${distance}`, phraseOf(brand, `but for ${distance} of its letters`))]
  }
  return []
}

/** The letters a–z of a text, a bit for each. */
function lettersOf(text: string): number {
  let letters = 0
  for (let at = 0; at < text.length; at++) letters |= 1 << ((text.charCodeAt(at) - 0x61) & 31)
  return letters
}

/** No less than this many slips lie between two texts of these letters: a cheap answer before the exact one. */
function lettersApart(a: number, b: number): number {
  return Math.max(bitsOf(a & ~b), bitsOf(b & ~a))
}

function bitsOf(word: number): number {
  let count = 0
  for (let rest = word; rest !== 0; rest &= rest - 1) count++
  return count
}

function inRegistrable({ shown, registrable }: HostParts): Sign[] {
  for (const brand of brandsIn(latinOf(shown))) {
    if (brand.domains.has(registrable)) continue
    if (shown === brand.keyword) return [sign('brand-elsewhere', `it is "${brand.keyword}" under another suffix`)]
    const place = shown.startsWith(brand.keyword) ? 'first' : 'later'
    return [sign(`brand-bait-${place}`, `it uses the name "${brand.keyword}" without being its`)]
  }
  return []
}

function inSublabels({ sublabels, registrable }: HostParts): Sign[] {
  for (const [at, label] of sublabels.entries()) {
    const brand = brandsIn(latinOf(label)).find(({ domains }) => !domains.has(registrable))
    if (brand === undefined) continue
    const phrase = `it uses the name "${brand.keyword}" before a domain that is not its`
    const isWhole = brand.domains.has(`${label}.${sublabels[at + 1] ?? ''}`)
    return [
      sign(isWhole ? 'brand-domain-before' : label === brand.keyword ? 'brand-before' : 'brand-bait-before', phrase),
    ]
  }
  return []
}

function mixed({ shown, sublabels }: HostParts): Sign[] {
  return [shown, ...sublabels].some(mixesScripts) ? [sign('mixed-scripts', 'it mixes letters of two scripts')] : []
}

function phraseOf({ keyword }: Brand, how: string): string {
  return `it reads like "${keyword}" ${how}`
}

let list: readonly Brand[] | undefined
let bySkeleton: readonly (readonly [string, Brand])[] | undefined

function brandList(): readonly Brand[] {
  list ??= [...brands().values()]
  return list
}

/** Brands of five letters or more by their skeleton. */
function skeletons(): readonly (readonly [string, Brand])[] {
  bySkeleton ??= brandList().flatMap(brand =>
    brand.keyword.length >= 5 ? [[skeletonOf(brand.keyword), brand] as const] : [],
  )
  return bySkeleton
}
