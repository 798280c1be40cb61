import type { WireContext } from '@tocsin/core/wire'

/** What is known of a subject beside its reputation, as lines for people, each source with the day of its data. */
export function contextLines({ asn, country, ranges = [], popularity, attribution }: WireContext): string[] {
  const network = asn === undefined ? undefined : `AS${asn.number} ${asn.name}`.trimEnd()
  const place = [network, country].filter(part => part !== undefined).join(', ')
  return [
    ...(place === '' ? [] : [place]),
    ...ranges.map(each => `in ${each.list} (${each.class})`),
    ...(popularity === undefined ? [] : [`${popularity.name} is at place ${popularity.rank} of the popular names`]),
    ...attribution.map(from => `${from.table}: ${from.text}; ${from.licence}; data of ${from.date}`),
  ]
}
