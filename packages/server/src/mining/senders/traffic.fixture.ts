/** Small traffic made by hand for the tests: who sees how much of whom. */
import { unwrap } from '@tocsin/core/base'
import { HOUR_MS, type Instant } from '@tocsin/core/evidence'
import { parseSubject, subjectText } from '@tocsin/core/subject'
import type { Sighting, SightingCount } from '@tocsin/core/wire'
import type { Finding, Findings } from '../miner.ts'
import { SenderPictures } from './pictures.ts'

/** Noon of a day. */
export const NOON: Instant = Date.parse('2026-06-30T12:00:00Z')

/** Counts that are not 0. */
export type Counts = Partial<Record<SightingCount, number>>

/** A sighting of an hour. */
export function sighting(address: string, counts: Counts, at: Instant = NOON): Sighting {
  const none = { messages: 0, spam: 0, trapped: 0, complaints: 0, authFailed: 0, rejectedRecipients: 0 }
  const hour = Math.floor(at / HOUR_MS) * HOUR_MS
  return { ...none, ...counts, subject: unwrap(parseSubject(`ip:${address}`)), hour }
}

/** Findings that remember what stands: `kind subject` and the confidence. */
export function recorded(): Findings & { readonly standing: Map<string, number>; readonly said: Finding[] } {
  const standing = new Map<string, number>()
  const said: Finding[] = []
  return {
    standing,
    said,
    say(finding) {
      said.push(finding)
      standing.set(`${finding.kind} ${subjectText(finding.subject)}`, finding.confidence)
    },
    unsay: (subject, kind) => void standing.delete(`${kind} ${subjectText(subject)}`),
  }
}

/** Pictures that have been observing for two days, with a clock that the test moves. */
export function startPictures(sendersMax = 10_000) {
  const findings = recorded()
  const pictures = new SenderPictures({ findings, asnOf: () => undefined, sendersMax })
  const world = {
    findings,
    pictures,
    now: NOON - 48 * HOUR_MS,
    /** What a site counts now; trusted, unless said otherwise. */
    sees(site: string, address: string, counts: Counts, trustStep = 12) {
      pictures.observe(sighting(address, counts, world.now), { organisation: site, trustStep }, world.now)
    },
    tick(minutes = 1) {
      world.now += minutes * 60_000
      pictures.tick(world.now)
    },
    /** Good mail of an address at some sites, each hour until noon. */
    history(address: string, sites: readonly string[], messages: number) {
      const until = world.now
      for (let at = NOON - 48 * HOUR_MS; at < NOON; at += HOUR_MS) {
        world.now = at
        for (const site of sites) world.sees(site, address, { messages })
      }
      world.now = Math.max(until, NOON)
    },
    kinds: () => [...findings.standing.keys()].sort(),
  }
  world.sees('somebody', '203.0.113.250', { messages: 1 })
  return world
}
