/** The ways in for feedback at an edge: for the sensors of its site, and for edges behind it. */
import type { Instant } from '@tocsin/core/evidence'
import { ENCOUNTER_SCHEMA, EVIDENCE_SCHEMA, SIGHTING_SCHEMA } from '@tocsin/core/wire'
import type { HttpListener } from '../doors/http/listener.ts'
import type { Feedback } from '../feedback/feedback.ts'
import type { Bearer } from '../feedback/passing.ts'
import type { Reporter, ReportGate } from '../sources/http/access.ts'
import { mountEncounters } from '../sources/http/encounters.ts'
import { mountReports } from '../sources/http/reports.ts'
import { mountSightings } from '../sources/http/sightings.ts'
import { mountSubmissions } from '../sources/http/submissions.ts'

/** How edges name themselves in `Via`; other names that stand there are nobody else's business. */
const HOPS = /(?<=^|, ?)1\.1 tocsin-[0-9a-f]{16}(?= ?(?:,|$))/g

/**
 * Mounts `/v1/evidence`, `/v1/evidence/retract`, `/v1/encounters`, `/v1/sightings` and `/v1/submissions`. What has come
 * through other edges goes on with their names, so that edges that are each other's upstreams do not pass it to and fro.
 */
export async function mountFeedbackWays(
  { app, gate: inner, checkOf }: HttpListener,
  feedback: Feedback,
  clock: () => Instant,
): Promise<void> {
  const { gate, bearerOf } = bearing(inner)
  await mountReports(app, gate, {
    intakeOf(reporter) {
      const { name, via } = bearerOf(reporter)
      return feedback.intakeOf(name, via)
    },
    checkEvidence: checkOf(EVIDENCE_SCHEMA),
  })
  await mountSightings(app, gate, {
    // Who it is says the upstream, by the key of this edge; how much a site's word counts is said there as well.
    siteOf: bearerOf,
    observe: (sighting, bearer) => feedback.sighted(sighting, bearer),
    checkSighting: checkOf(SIGHTING_SCHEMA),
    clock,
  })
  const { passing } = feedback
  await mountEncounters(app, gate, {
    checkEncounter: checkOf(ENCOUNTER_SCHEMA),
    organisationOf: bearerOf,
    meet: (bearer, encounters) => passing.met(encounters, bearer),
    wanted: (_bearer, numbers) => passing.wanted(numbers),
    clock,
  })
  mountSubmissions(app, gate, {
    submit: text => passing.submit(text),
    submitted: (pages, reporter) => passing.submitted(pages, bearerOf(reporter)),
  })
}

/** The same gate; of whoever has passed it, it knows through which edges the words came. */
function bearing(gate: ReportGate): {
  readonly gate: ReportGate
  readonly bearerOf: (reporter: Reporter) => Bearer
} {
  const vias = new WeakMap<Reporter, string>()
  return {
    gate: {
      requireRole: role => gate.requireRole(role),
      callerOf(request) {
        const caller = gate.callerOf(request)
        if (caller === undefined) return undefined
        const { name, role } = caller
        const reporter = { name, role }
        vias.set(reporter, (request.headers.via?.match(HOPS) ?? []).join(', '))
        return reporter
      },
    },
    bearerOf: reporter => ({ name: reporter.name, via: vias.get(reporter) ?? '' }),
  }
}
