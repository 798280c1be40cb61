/** What the owner name of a record in a response policy zone triggers on (draft-vixie-dnsop-dns-rpz, section 4). */
import { parseSubjectOf, subjectText } from '@tocsin/core/subject'
import { oneSubject, quote, refused, skipped } from '../content.ts'
import type { Content } from '../format.ts'
import { netProblem } from '../net-bounds.ts'
import { quickHost } from '../quick.ts'
import { readHost } from '../words.ts'

/** Triggers that say nothing about a subject: who asks, and which name servers were met on the way. */
const OTHER_TRIGGER = /\.rpz-(?:client-ip|nsdname|nsip)$/i

/** Reads the owner name without the name of the zone: a host, `*.host` (merged with it), or `32.1.2.0.192.rpz-ip`. */
export function readTrigger(owner: string): Content {
  const from = owner.startsWith('*.') ? 2 : 0
  const quick = owner.endsWith('ip') ? undefined : quickHost(owner, from, owner.length)
  if (quick !== undefined && !quick.endsWith('.rpz-nsdname')) return oneSubject(quick)
  if (OTHER_TRIGGER.test(owner)) return skipped('not-an-indicator')
  if (/\.rpz-ip$/i.test(owner)) return readAddressTrigger(owner.slice(0, -'.rpz-ip'.length))
  return readHost(owner.slice(from))
}

/** `24.0.2.0.192` is 192.0.2.0/24; `48.zz.1.db8.2001` is 2001:db8:1::/48, with `zz` for the run of zeros. */
function readAddressTrigger(text: string): Content {
  const [length, ...parts] = text.toLowerCase().split('.')
  const groups = parts.reverse()
  const isIpv4 = groups.length === 4 && groups.every(group => /^\d+$/.test(group))
  const address = isIpv4 ? groups.join('.') : ipv6Of(groups)
  const parsed = parseSubjectOf('net', `${address}/${length}`)
  if (parsed.ok) return netProblem(parsed.value) ?? oneSubject(subjectText(parsed.value))
  const found = quote(`${text}.rpz-ip`)
  return refused('not-a-subject', `an address trigger must be as "24.0.2.0.192.rpz-ip", found ${found}`)
}

function ipv6Of(groups: readonly string[]): string {
  const gap = groups.indexOf('zz')
  if (gap < 0) return groups.join(':')
  return `${groups.slice(0, gap).join(':')}::${groups.slice(gap + 1).join(':')}`
}
