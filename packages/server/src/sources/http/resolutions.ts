/** Resolutions over HTTP: which addresses names lead to, as sensors see it. */
import {
  parseResolution,
  RESOLUTION_RECEIPT_SCHEMA,
  RESOLUTION_SCHEMA,
  RESOLUTIONS_MAX,
  type Resolution,
  type WireResolution,
} from '@tocsin/core/wire'
import type { FastifyInstance } from 'fastify'
import type { Reporter, ReportGate } from './access.ts'
import { mountItemRoute, takeEach } from './item-route.ts'
import type { ShapeCheck } from './reading.ts'

/** What resolutions go to. */
export interface ResolutionOptions {
  /** Takes one of a reporter. Must neither throw nor wait; what is too much it drops and counts. */
  readonly takeResolution: (resolution: Resolution, reporter: Reporter) => void
  /** The check of {@link RESOLUTION_SCHEMA}. */
  readonly checkResolution: ShapeCheck
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

/** Mounts `POST /v1/resolutions`, for a key of role sensor or more. */
export async function mountResolutions(
  app: FastifyInstance,
  gate: ReportGate,
  { takeResolution, checkResolution, clock }: ResolutionOptions,
): Promise<void> {
  await mountItemRoute<WireResolution>(app, gate, {
    path: '/v1/resolutions',
    what: 'resolutions',
    summary: 'Tells which addresses names led to. Hints for the history of hosting, not evidence.',
    item: RESOLUTION_SCHEMA,
    receipt: RESOLUTION_RECEIPT_SCHEMA,
    itemsMax: RESOLUTIONS_MAX,
    check: checkResolution,
    take: (items, reporter) =>
      takeEach(items, wire => {
        const resolution = parseResolution(wire, clock())
        if (!resolution.ok) return resolution.problem.message
        takeResolution(resolution.value, reporter)
        return undefined
      }),
  })
}
