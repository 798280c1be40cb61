/** Named hosts and URLs on bare addresses as the lists said them first. */
import { parseSubjectOf } from '@tocsin/core/subject'
import { SOURCES } from './sources.ts'

/** A host on the day that any list had it first. */
export interface FirstListed {
  readonly host: string
  /** The canonical URL or, without path, the host. */
  readonly value: string
  readonly day: number
  /** Numbers of the sources that had it on that day, as bits: they label it, so they say nothing else about it. */
  readonly labellers: number
  readonly group: string
}

/** Sources that name hosts. */
export const NAMING = ['maltrail', 'urlhaus', 'scamblocklist', 'openphish', 'polkadot']

/** Every host that a list ever had, by host. Entries that are no host with a dot are left out. */
export function firstListed(folder: string): Map<string, FirstListed> {
  const known = new Map<string, FirstListed>()
  for (const [number, source] of SOURCES.entries()) {
    if (!NAMING.includes(source.name)) continue
    for (const { day, text, group } of source.read(folder)) {
      if (text.charCodeAt(0) === 0x2f || !text.includes('.')) continue
      const parsed = parseSubjectOf('url', text)
      if (!parsed.ok) continue
      const value = parsed.value.value
      const slash = value.indexOf('/')
      const host = slash < 0 ? value : value.slice(0, slash)
      const before = known.get(host)
      if (before === undefined || day < before.day) known.set(host, { host, value, day, labellers: 1 << number, group })
      else if (day === before.day && (before.labellers & (1 << number)) === 0) {
        known.set(host, { ...before, labellers: before.labellers | (1 << number) })
      }
    }
  }
  return known
}
