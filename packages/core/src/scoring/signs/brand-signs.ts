/** Signs that a name plays on a brand: homographs, bait, slips of the key. */
import { type Brand, brands } from './brands.ts'
import { editDistance } from './edit-distance.ts'
import type { HostParts } from './host-parts.ts'
import { lettersApart, lettersOf } from './letter-set.ts'
import { type Sign, sign } from './sign.ts'
import { latinOf, mixesScripts, skeletonOf } from './skeleton.ts'

/** Shorter brands are too near to too many words for a distance to mean anything. */
const NEAR_LENGTH_MIN = 6
const SKELETON_LENGTH_MIN = 5
const TWO_SLIPS_LENGTH_MIN = 9

/** Labels longer than the longest brand and two slips are near none. */
const NEAR_LENGTH_MAX = 20

/** Brands that are met in a label, as whole parts between hyphens and digits, or inside of words where they are distinct. */
export function brandsIn(label: string): Brand[] {
  const letters = lettersOf(label)
  const parts = new Set(label.split(/[^a-z]+/))
  return forms()
    .filter(
      ({ brand, letters: own }) =>
        (own & ~letters) === 0 && (parts.has(brand.keyword) || (brand.distinct && label.includes(brand.keyword))),
    )
    .map(({ brand }) => brand)
}

/** All signs about brands in a host. A host beneath a brand's own domains has none about that brand. */
export function brandSigns(parts: HostParts): Sign[] {
  return [...homograph(parts), ...inRegistrable(parts), ...inSublabels(parts), ...mixed(parts)]
}

function homograph({ label, shown, registrable }: HostParts): Sign[] {
  const latin = latinOf(shown)
  const skeleton = skeletonOf(shown)
  const letters = lettersOf(skeleton)
  for (const { brand, skeleton: own, skeletonLetters } of forms()) {
    if ((skeletonLetters & ~letters) !== 0 || brand.keyword.length < SKELETON_LENGTH_MIN) continue
    if (latin === brand.keyword && latin !== label) return [sign('homograph', phraseOf(brand, 'in look-alike letters'))]
    if (latin.includes(brand.keyword) || brand.domains.has(registrable)) continue
    const how = 'with digits or letters that pass for others'
    if (skeleton === own) return [sign('look-alike', phraseOf(brand, how))]
    if (brand.distinct && skeleton.includes(own)) return [sign('look-alike-part', phraseOf(brand, how))]
  }
  return near(latin, registrable)
}

function near(label: string, registrable: string): Sign[] {
  if (label.length < NEAR_LENGTH_MIN - 1 || label.length > NEAR_LENGTH_MAX) return []
  const letters = lettersOf(label)
  for (const { brand, letters: own } of forms()) {
    const { keyword, domains } = brand
    const limit = keyword.length >= TWO_SLIPS_LENGTH_MIN ? 2 : 1
    if (keyword.length < NEAR_LENGTH_MIN || lettersApart(letters, own) > limit) continue
    if (domains.has(registrable) || label.includes(keyword)) continue
    const distance = editDistance(label, keyword, limit)
    if (distance <= limit)
      return [sign(`near-brand-${distance}`, phraseOf(brand, `but for ${distance} of its letters`))]
  }
  return []
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

/** A brand with what is compared at each question. */
interface Form {
  readonly brand: Brand
  readonly letters: number
  readonly skeleton: string
  readonly skeletonLetters: number
}

let known: readonly Form[] | undefined

function forms(): readonly Form[] {
  known ??= Array.from(brands().values(), brand => {
    const skeleton = skeletonOf(brand.keyword)
    return { brand, letters: lettersOf(brand.keyword), skeleton, skeletonLetters: lettersOf(skeleton) }
  })
  return known
}
