/** A history in a folder of its own, with a clock to turn, a made-up map of the internet, and what it has said. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unwrap } from '@tocsin/core/base'
import { type PublicSuffixes, parseSubject, type Subject, subjectText } from '@tocsin/core/subject'
import { getDomain } from 'tldts'
import type { Finding } from '../miner.ts'
import type { AddressContext, Site } from './facts.ts'
import { openWebHistory, type WebHistory, type WebHistoryOptions } from './history.ts'

export const START = Date.UTC(2026, 5, 1)
export const HOUR = 3_600_000
export const DAY = 24 * HOUR
export const COUNTRIES = ['BR', 'DE', 'FR', 'IN', 'JP', 'KR', 'PL', 'RO', 'RU', 'TR', 'UA', 'US']

export const TRUSTED: Site = { name: 'resolver', isTrusted: true }
export const ONE: Site = { name: 'one', isTrusted: false }
export const TWO: Site = { name: 'two', isTrusted: false }

const suffixes: PublicSuffixes = {
  registrableDomain: host =>
    getDomain(host, { allowPrivateDomains: true, validateHostname: false, extractHostname: false }) ?? undefined,
}

export function subject(text: string): Subject {
  return unwrap(parseSubject(text))
}

/** In this map `9.a.b.c` is of network 100 + a in one of twelve countries; `9.200.…` is a content network. */
export function contextOf({ value }: Subject): AddressContext {
  const second = Number(value.split('.')[1])
  if (second === 200) return { asn: 300, country: 'US', isCdn: true }
  return { asn: 100 + second, country: COUNTRIES[second % COUNTRIES.length], isCdn: false }
}

export interface World extends AsyncDisposable {
  readonly web: WebHistory
  readonly stands: Map<string, Finding>
  readonly ranks: Map<string, number>
  readonly folder: string
  now: number
  said: number
  led(host: string, address: string, site?: Site, at?: number): void
  work(): void
  restart(): void
  kinds(): readonly string[]
}

export function startWorld(changes: Partial<WebHistoryOptions> = {}): World {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-web-'))
  const stands = new Map<string, Finding>()
  const ranks = new Map<string, number>()
  const keyOf = (about: Subject, kind: string) => `${subjectText(about)} ${kind}`
  const open = () =>
    openWebHistory({
      path: join(folder, 'web.sqlite'),
      findings: {
        say(finding) {
          world.said++
          stands.set(keyOf(finding.subject, finding.kind), finding)
        },
        unsay: (about, kind) => void stands.delete(keyOf(about, kind)),
      },
      clock: () => world.now,
      contextOf,
      rankOf: host => ranks.get(host),
      suffixes,
      ...changes,
    })
  let web: WebHistory
  const world: World = {
    get web() {
      return web
    },
    stands,
    ranks,
    folder,
    now: START,
    said: 0,
    led: (host, address, site = TRUSTED, at = world.now) =>
      web.resolved(subject(`domain:${host}`), subject(`ip:${address}`), at, site),
    work() {
      while (web.slice());
    },
    restart() {
      web[Symbol.dispose]()
      web = open()
    },
    kinds: () => [...stands.keys()].toSorted(),
    async [Symbol.asyncDispose]() {
      await web.idle()
      web[Symbol.dispose]()
      rmSync(folder, { recursive: true })
    },
  }
  web = open()
  return world
}

/** Numbers of 0 to 1, the same each time: mulberry32. */
export function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
