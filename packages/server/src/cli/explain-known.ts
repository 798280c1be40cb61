/** What else is known of a subject: where it belongs, where its name led, what miners would say of it. */
import type { WireExplanation, WireHosting } from '@tocsin/core/wire'
import { contextLines } from './enrich-print.ts'

/** Lines for people, in that order; none where nothing is known. */
export function knownLines({ context, hosting, notes = [], notesState }: WireExplanation): string[] {
  return [
    ...(context === undefined ? [] : contextLines(context)),
    ...(hosting === undefined ? [] : hostingLines(hosting)),
    ...notes,
    ...(notesState === undefined ? [] : ['what the miners know is left out: they did not answer in time']),
  ]
}

function hostingLines({ domain, firstSeen, registration, moves = [] }: WireHosting): string[] {
  return [
    ...(firstSeen === undefined ? [] : [`${domain} was first seen on ${firstSeen}`]),
    ...(registration === undefined ? [] : [registrationLine(domain, registration)]),
    ...moves.map(({ host, on, from, to, stableDays }) => {
      const stay = `${stableDays} ${stableDays === 1 ? 'day' : 'days'}`
      return `${host} moved on ${on}, after ${stay}, from AS${from.asn} (${from.country}) to AS${to.asn} (${to.country})`
    }),
  ]
}

function registrationLine(domain: string, told: NonNullable<WireHosting['registration']>): string {
  if (told.state === 'absent') return `${domain} is not registered, its registry says`
  const when = told.registeredAt === undefined ? '' : ` on ${told.registeredAt.slice(0, 10)}`
  const by = told.registrar === undefined ? '' : ` by ${told.registrar}`
  return `${domain} was registered${when}${by}`
}
