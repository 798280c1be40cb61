/** What the facts about a domain come to: pure. */
import { HOUR_MS, halfLifeHours, type Instant, kindOf } from '@tocsin/core/evidence'
import { DAY_MS, type DomainFacts, type Led } from './facts.ts'
import { fluxOf } from './flux.ts'
import { moveConfidence, movesOf } from './moves.ts'
import type { Statement } from './store.ts'

/** A registration is new for so many days; by then the statement has faded to less than a quarter. */
export const NEW_DAYS = 30

/** A move is told for so many days. */
const MOVED_DAYS = 60

/** Hosts of one domain that are spoken of, at most. */
const HOSTS_MAX = 16

/** Half-lives after which nothing is left: 2^−10 of no more than 900 millinats. */
const HALF_LIVES = 10

/** The findings about a domain that is neither popular nor protected. */
export function findingsOf(
  facts: DomainFacts,
  led: readonly Led[],
  isShared: (address: string) => boolean,
  now: Instant,
): readonly Statement[] {
  const { name, registeredAt } = facts
  const found: Statement[] = []
  if (registeredAt !== undefined && registeredAt > now - NEW_DAYS * DAY_MS) {
    found.push(statement(name, name, 'newly-registered', 1000, registeredAt))
  }
  const byHost = Map.groupBy(led, ({ host }) => host)
  let hosts = 0
  for (const [host, own] of byHost) {
    if (hosts >= HOSTS_MAX) break
    const before = found.length
    const flux = fluxOf(own, isShared, now)
    if (flux !== undefined) found.push(statement(name, host, 'fast-flux', flux.confidence, flux.at))
    const move = movesOf(own, isShared).findLast(each => moveConfidence(each) !== undefined)
    if (move !== undefined && move.at > now - MOVED_DAYS * DAY_MS) {
      found.push(statement(name, host, 'hosting-moved', moveConfidence(move)!, move.at))
    }
    if (found.length > before) hosts++
  }
  return found
}

type WebKind = 'fast-flux' | 'hosting-moved' | 'newly-registered'

/** Rounded, so that the same is said again and again with the same words. */
function statement(domain: string, host: string, kind: WebKind, confidence: number, at: Instant): Statement {
  const hour = Math.floor(at / HOUR_MS) * HOUR_MS
  const until = hour + HALF_LIVES * halfLifeHours(kindOf(kind)) * HOUR_MS
  return { subject: `domain:${host}`, kind, domain, confidence: 50 * Math.round(confidence / 50), at: hour, until }
}
