/** The ways in for what is no evidence: sightings and resolutions go to the miners, with the site behind the key. */
import type { Instant } from '@tocsin/core/evidence'
import { isTrusted } from '@tocsin/core/scoring'
import { RESOLUTION_SCHEMA, SIGHTING_SCHEMA, type SightingSite } from '@tocsin/core/wire'
import type { HttpListener } from '../doors/http/listener.ts'
import type { Identity } from '../intake/identity.ts'
import type { Reporter } from '../sources/http/access.ts'
import { mountResolutions } from '../sources/http/resolutions.ts'
import { mountSightings } from '../sources/http/sightings.ts'
import type { Mining } from './mining.ts'
import type { NodeTrust } from './trust.ts'

/** What hints are taken with. */
export interface HintParts {
  readonly mining: Pick<Mining, 'put'>
  /** Who holds a key now; throws where it is revoked. */
  readonly identityOf: (name: string) => Identity
  readonly trust: Pick<NodeTrust, 'stepOf'>
  readonly clock: () => Instant
}

/** Milliseconds for which a site is not looked up anew: a stream of hours may outlive its key by so much. */
const HELD_MS = 1000

/** Mounts `POST /v1/resolutions` and `POST /v1/sightings`. */
export async function mountHints({ app, gate, checkOf }: HttpListener, parts: HintParts): Promise<void> {
  const { mining, clock } = parts
  const siteOf = siteFinder(parts)
  await mountResolutions(app, gate, {
    checkResolution: checkOf(RESOLUTION_SCHEMA),
    takeResolution({ domain, address, seenAt, count }, reporter) {
      const told = siteOf(reporter)
      const site = { name: told.organisation, isTrusted: isTrusted(told) }
      mining.put('resolutions', { domain, address, at: seenAt, count, site })
    },
    clock,
  })
  const reporters = new WeakMap<SightingSite, Reporter>()
  await mountSightings(app, gate, {
    checkSighting: checkOf(SIGHTING_SCHEMA),
    siteOf(reporter) {
      const site = { ...siteOf(reporter) }
      reporters.set(site, reporter)
      return site
    },
    observe: (sighting, site) => mining.put('sightings', { sighting, site: siteOf(reporters.get(site)!) }),
    clock,
  })
}

/** Tells the site behind a key, as trust has it now. The function throws where the key is revoked. */
function siteFinder({ identityOf, trust, clock }: HintParts): (reporter: Reporter) => SightingSite {
  const known = new WeakMap<Reporter, { readonly site: SightingSite; readonly at: Instant }>()
  return reporter => {
    const now = clock()
    const held = known.get(reporter)
    // Also where the clock was set back.
    if (held !== undefined && now >= held.at && now - held.at < HELD_MS) return held.site
    const { source } = identityOf(reporter.name)
    const site = { organisation: source.organisation, trustStep: trust.stepOf(source) }
    known.set(reporter, { site, at: now })
    return site
  }
}
