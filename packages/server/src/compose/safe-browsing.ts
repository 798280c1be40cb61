/** The Safe Browsing door with what the node has for it. */
import { unwrap } from '@tocsin/core/base'
import type { Instant } from '@tocsin/core/evidence'
import { parseSubject, type Subject } from '@tocsin/core/subject'
import type { Answer } from '@tocsin/core/verdict'
import type { Book } from '../book/book.ts'
import type { Config } from '../config/index.ts'
import { sendPreflight } from '../doors/http/headers.ts'
import type { HttpListener } from '../doors/http/listener.ts'
import { mountSafeBrowsing } from '../doors/safebrowsing/door.ts'
import type { Health } from './health.ts'
import { policyOf } from './policy.ts'
import { sha256 } from './sha256.ts'
import { packagedSuffixes } from './suffixes.ts'

/** What is mounted. */
export interface HashListParts {
  readonly config: Pick<Config, 'safebrowsing' | 'policy' | 'dns'>
  readonly book: Pick<Book, 'entries' | 'changes' | 'head' | 'get'>
  readonly answer: (subject: Subject) => Answer
  readonly health: Pick<Health, 'freshness'>
  readonly clock: () => Instant
}

/** Mounts `/v5/…` where the setting is on. Answers are kept for as long as those of the DNS lists. */
export function mountHashLists({ app, gate }: HttpListener, parts: HashListParts): void {
  const { config, book, answer, health, clock } = parts
  if (!config.safebrowsing) return
  const { site, operator } = config.policy
  mountSafeBrowsing(app, {
    book,
    answer,
    policy: policyOf(config),
    suffixes: packagedSuffixes,
    // Checked when the configuration was read.
    blocked: [...site.blocked, ...operator.blocked].map(text => unwrap(parseSubject(text))),
    freshness: now => health.freshness(now),
    requireLookup: gate.requireLookup,
    sendPreflight,
    clock,
    sha256,
    ttlSeconds: config.dns.ttlSeconds,
    negativeTtlSeconds: config.dns.negativeTtlSeconds,
  })
}
