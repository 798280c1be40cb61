/** The HTTP source: all ways in over HTTP, mounted on a listener. */
import type { FastifyInstance } from 'fastify'
import type { ReportGate } from './access.ts'
import { type ListRouteOptions, mountLists } from './lists.ts'
import { mountReports, type ReportOptions } from './reports.ts'

/** What the source is handed. */
export interface HttpSourceOptions extends ReportOptions, ListRouteOptions {}

/** Mounts reports, retractions and whole lists. */
export async function mountHttpSource(
  app: FastifyInstance,
  gate: ReportGate,
  options: HttpSourceOptions,
): Promise<void> {
  await mountReports(app, gate, options)
  await mountLists(app, gate, options)
}
