/** Encounters over HTTP: what sites met in each hour, by its key, and how often nobody knew anything of it. */
import type { Instant } from '@tocsin/core/evidence'
import {
  admitEncounter,
  ENCOUNTER_RECEIPT_SCHEMA,
  ENCOUNTER_SCHEMA,
  ENCOUNTERS_MAX,
  type Encounter,
  type WireEncounter,
  type WireEncounterReceipt,
} from '@tocsin/core/wire'
import type { FastifyInstance } from 'fastify'
import type { Reporter, ReportGate } from './access.ts'
import { mountItemRoute, REFUSED_MAX } from './item-route.ts'
import { type Item, inChunks, type ShapeCheck } from './reading.ts'

/** Rows of a request that are asked for first, at most: a stream may be of any length. */
const FIRST_MAX = 10_000

/** What encounters go to. `Who` is whoever answers for a reporter: an organisation, where words are weighed. */
export interface EncounterOptions<Who> {
  /** Takes a piece of what an organisation met; resolves, when it is kept, with numbers of what it came to. */
  readonly meet: (organisation: Who, encounters: readonly Encounter[]) => Promise<readonly number[]>
  /** Pages, by hash, whose text the organisation is asked for; those of the numbers first. */
  readonly wanted: (organisation: Who, first: Iterable<number>) => readonly string[]
  /** Who is behind a key now. Throws where it is revoked. */
  readonly organisationOf: (reporter: Reporter) => Who
  /** The check of {@link ENCOUNTER_SCHEMA}: fields that it does not know, as a client, are refused by name. */
  readonly checkEncounter: ShapeCheck
  /** Milliseconds since 1970. */
  readonly clock: () => Instant
}

/** Mounts `POST /v1/encounters`, for a key of role sensor or more. */
export async function mountEncounters<Who>(
  app: FastifyInstance,
  gate: ReportGate,
  options: EncounterOptions<Who>,
): Promise<void> {
  await mountItemRoute<WireEncounter>(app, gate, {
    path: '/v1/encounters',
    what: 'encounters',
    summary: 'Tells what a site met, hour by hour: keys and counts. The answer names pages whose text is wanted.',
    item: ENCOUNTER_SCHEMA,
    receipt: ENCOUNTER_RECEIPT_SCHEMA,
    itemsMax: ENCOUNTERS_MAX,
    check: options.checkEncounter,
    take: (items, reporter) => takeEncounters(items, reporter, options),
  })
}

async function takeEncounters<Who>(
  items: Iterable<Item<WireEncounter>> | AsyncIterable<Item<WireEncounter>>,
  reporter: Reporter,
  { meet, wanted, organisationOf, clock }: EncounterOptions<Who>,
): Promise<WireEncounterReceipt> {
  const refused: { readonly index: number; readonly reason: string }[] = []
  const first = new Set<number>()
  let accepted = 0
  for await (const chunk of inChunks(items)) {
    const encounters: Encounter[] = []
    for (const item of chunk) {
      const admitted = 'reason' in item ? item.reason : admitEncounter(item.value, clock())
      if (typeof admitted !== 'string' && admitted.ok) encounters.push(admitted.value)
      else if (refused.length < REFUSED_MAX) {
        refused.push({ index: item.index, reason: typeof admitted === 'string' ? admitted : admitted.problem.message })
      }
    }
    // Asked with each piece: a stream may outlive its key.
    for (const number of await meet(organisationOf(reporter), encounters)) if (first.size < FIRST_MAX) first.add(number)
    accepted += encounters.length
  }
  return { accepted, refused, wanted: [...wanted(organisationOf(reporter), first)] }
}
