/** Sightings over HTTP: what sites counted about senders of mail. */
import type { Instant } from '@tocsin/core/evidence'
import {
  admitSighting,
  SIGHTING_SCHEMA,
  SIGHTINGS_MAX,
  SIGHTINGS_RECEIPT_SCHEMA,
  type Sighting,
  type WireSighting,
} from '@tocsin/core/wire'
import type { FastifyInstance } from 'fastify'
import type { Reporter, ReportGate } from './access.ts'
import { mountItemRoute, takeEach } from './item-route.ts'
import type { ShapeCheck } from './reading.ts'

/** What sightings go to. `Site` is whoever answers for a reporter. */
export interface SightingsOptions<Site> {
  /** Takes an admitted sighting. Neither throws nor waits. */
  readonly observe: (sighting: Sighting, site: Site) => void
  /** Who is behind a key, and how much its word counts. */
  readonly siteOf: (reporter: Reporter) => Site
  /** The check of {@link SIGHTING_SCHEMA}: fields that it does not know, as a recipient, are refused by name. */
  readonly checkSighting: ShapeCheck
  readonly clock: () => Instant
}

/** Mounts `POST /v1/sightings`, which takes a key of role sensor or more. */
export async function mountSightings<Site>(
  app: FastifyInstance,
  gate: ReportGate,
  options: SightingsOptions<Site>,
): Promise<void> {
  const { observe, siteOf, checkSighting, clock } = options
  await mountItemRoute<WireSighting>(app, gate, {
    path: '/v1/sightings',
    what: 'sightings',
    summary: 'Counts about senders of mail, hour by hour; sightings of the same hour add up.',
    item: SIGHTING_SCHEMA,
    receipt: SIGHTINGS_RECEIPT_SCHEMA,
    itemsMax: SIGHTINGS_MAX,
    check: checkSighting,
    take(items, reporter) {
      const site = siteOf(reporter)
      return takeEach(items, wire => {
        const sighting = admitSighting(wire, clock())
        if (!sighting.ok) return sighting.problem.message
        observe(sighting.value, site)
        return undefined
      })
    },
  })
}
