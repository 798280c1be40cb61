/** The catalogue: well-known public feeds, each with its terms. Nothing of it is fetched before an operator says so. */
import { readFileSync } from 'node:fs'
import { ProblemError } from '@tocsin/core/base'
import type { WireFeedCatalogue, WireFeedSettings } from '@tocsin/core/wire'
import { parse } from 'yaml'
import type { SettingsCheck } from './feeds-file.ts'
import { completeSettings } from './settings.ts'

/** A feed of the catalogue. */
export type CatalogueFeed = Omit<WireFeedCatalogue['feeds'][number], 'configured'>

/** Where the catalogue is. */
export const CATALOGUE_FILE = new URL('./catalogue.yaml', import.meta.url)

/** Reads the catalogue. Throws a `ProblemError` (`internal`) if it is not whole: it is our own. */
export function readCatalogue(check: SettingsCheck): ReadonlyMap<string, CatalogueFeed> {
  const { feeds } = parse(readFileSync(CATALOGUE_FILE, 'utf8')) as { readonly feeds: Readonly<Record<string, unknown>> }
  return new Map(Object.entries(feeds).map(([name, raw]) => [name, feedOf(name, raw, check)]))
}

/** A feed of the catalogue that somebody wants; throws `invalid` where its terms ask for a yes that was not said. */
export function takeFromCatalogue(
  catalogue: ReadonlyMap<string, CatalogueFeed>,
  name: string,
  accepted: boolean,
): CatalogueFeed {
  const known = catalogue.get(name)
  if (known === undefined) {
    throw invalid(`Cannot add feed "${name}": it needs an address, as it is not in the catalogue`)
  }
  if (known.asks === undefined || accepted) return known
  throw invalid(`Cannot add feed "${name}" unasked: its terms (${known.asks}) must be accepted: ${known.terms}`)
}

function invalid(message: string): ProblemError {
  return new ProblemError({ code: 'invalid', message })
}

function feedOf(name: string, raw: unknown, check: SettingsCheck): CatalogueFeed {
  const { about, terms, asks, ...settings } = raw as Omit<CatalogueFeed, 'name' | 'settings'> & WireFeedSettings
  const trouble = check(settings)?.why ?? (about && terms ? undefined : '"about" or "terms" is missing')
  const complete = completeSettings(name, settings)
  const why = trouble ?? (complete.ok ? undefined : complete.problem.message)
  if (why !== undefined) {
    throw new ProblemError({ code: 'internal', message: `Cannot read the catalogue: feed "${name}": ${why}` })
  }
  return { name, about, terms, settings, ...(asks === undefined ? {} : { asks }) }
}
