import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { unwrap } from '@tocsin/core/base'
import type { Protection } from '@tocsin/core/evidence'
import { SIGN_INTERCEPT, weighSigns } from '@tocsin/core/scoring'
import { type PublicSuffixes, parseSubject, type Subject, subjectText } from '@tocsin/core/subject'
import fc from 'fast-check'
import { getDomain } from 'tldts'
import type { Finding } from '../miner.ts'
import { type NamesOptions, openNames } from './index.ts'
import { judgeName, SUSPICIOUS_FROM } from './judging.ts'
import { SEEN_SHARE, SeenLately } from './seen.ts'

const suffixes: PublicSuffixes = {
  registrableDomain: host =>
    getDomain(host, { allowPrivateDomains: true, validateHostname: false, extractHostname: false }) ?? undefined,
}

function subject(text: string): Subject {
  return unwrap(parseSubject(text))
}

/** A miner with a clock to turn, and what it has said that stands. */
function startNames(changes: Partial<NamesOptions> = {}) {
  const stands = new Map<string, Finding>()
  const shields = new Map<string, Protection>()
  const told: string[] = []
  let now = Date.UTC(2026, 10, 22)
  const miner = openNames({
    findings: {
      say(finding) {
        stands.set(subjectText(finding.subject), finding)
        told.push(`+${subjectText(finding.subject)}`)
      },
      unsay(about) {
        stands.delete(subjectText(about))
        told.push(`-${subjectText(about)}`)
      },
    },
    protectionOf: about => shields.get(subjectText(about)),
    suffixes,
    clock: () => now,
    seed: 1,
    ...changes,
  })
  return {
    miner,
    stands,
    shields,
    told,
    pass: (ms: number) => {
      now += ms
    },
    ask: (...texts: string[]) => {
      for (const text of texts) miner.asked(subject(text))
      while (miner.slice());
    },
  }
}

/** Bad by the weights that are shipped: bait under suffixes that are mostly bad. */
const BAIT = 'domain:paypal-login-claim-reward.click'
const PLAIN = ['domain:example.com', 'domain:www.debian.org', 'domain:weather.de', 'url:example.com/news/index.html']

test('a name that speaks against itself is called suspicious, ordinary ones are not', () => {
  const { ask, stands } = startNames()
  ask(BAIT, ...PLAIN, 'ip:192.0.2.1', 'net:192.0.2.0/24', `file:${'a'.repeat(64)}`)
  deepEqual([...stands.keys()], [BAIT])
  const { kind, confidence, at } = stands.get(BAIT)!
  deepEqual([kind, at], ['suspicious-name', undefined])
  ok(confidence >= 500 && confidence <= 1000)
})

test('the statement is about the least specific part that is suspicious, and why() says by what', () => {
  const { ask, stands, miner } = startNames()
  ask('url:a.b.paypal-login-claim-reward.click/x?y=1', 'url:192.0.2.7/bins/x.arm7')
  deepEqual([...stands.keys()], [BAIT, 'url:192.0.2.7/bins/x.arm7'])
  match(miner.why(subject(BAIT))!, /it says "claim"/)
  match(miner.why(subject('domain:a.paypal-login-claim-reward.click'))!, /^domain:paypal-login-claim-reward\.click: /)
  match(miner.why(subject('url:192.0.2.7/bins/x.arm7'))!, /named after a processor/)
  equal(miner.why(subject('domain:example.com')), undefined)
})

test('what is protected, or lies below it, is not judged; neither is a public suffix', () => {
  const { ask, stands, shields } = startNames()
  shields.set(BAIT, 'popular')
  ask(BAIT, 'domain:x.paypal-login-claim-reward.click', 'domain:click', 'domain:github.io', 'domain:paypal')
  deepEqual([...stands.keys()], [])
})

test('the suffix of a popular site where anyone may have a name does not count against its tenants', () => {
  const tenant = subject('domain:claim-airdrop-connect.pages.dev')
  const judge = (isShielded: boolean) =>
    judgeName(tenant, {
      suffixes,
      protectionOf: about => (isShielded && about.value === 'pages.dev' ? 'popular' : undefined),
    })?.logOdds ?? 0
  ok(judge(false) > judge(true) + 1000)
})

test('a statement is taken back when its subject becomes protected', () => {
  const { ask, stands, shields, miner } = startNames()
  ask(BAIT)
  shields.set(BAIT, 'certified')
  miner.slice()
  equal(stands.size, 0)
  equal(miner.numbers().takenBack, 1)
})

test('the oldest statement goes where there are too many, and those from before a restart count', () => {
  const names = [1, 2, 3, 4].map(number => `domain:paypal-login-claim-${number}.click`)
  const { ask, stands, told } = startNames({ statementsMax: 2, said: [subject(BAIT)] })
  ask(...names)
  equal(stands.size, 2)
  deepEqual(
    told.filter(text => text.startsWith('-')),
    [`-${BAIT}`, `-${names[0]}`, `-${names[1]}`],
  )
})

test('who invents names neither fills the ledger nor hides behind one domain', () => {
  const { ask, stands, miner, pass } = startNames({ perHourMax: 3, perDomainMax: 2 })
  ask(...Array.from({ length: 9 }, (_, at) => `url:192.0.2.7/bins/${at}.arm7`))
  equal(stands.size, 2)
  ask(...Array.from({ length: 9 }, (_, at) => `domain:paypal-login-claim-${at}.click`))
  equal(stands.size, 3)
  equal(miner.numbers().heldBack, 7 + 8)
  pass(3_600_000)
  ask('domain:paypal-login-claim-x.click')
  equal(stands.size, 4)
})

test('the queue is bounded, what was asked lately is not queued again, and what is too long never', () => {
  const { miner } = startNames()
  for (let at = 0; at < 10_500; at++) miner.asked(subject(`domain:a${at}.example.com`))
  deepEqual([miner.numbers().queued, miner.numbers().dropped], [10_000, 500])
  while (miner.slice());
  miner.asked(subject('domain:a1.example.com'))
  miner.asked(subject(`url:example.com/${'a'.repeat(3000)}`))
  deepEqual([miner.numbers().queued, miner.numbers().dropped], [0, 501])
  equal(miner.numbers().judged, 10_000)
})

test('SeenLately forgets nothing of its last share, and seldom takes the new for the old', () => {
  const seen = new SeenLately(7)
  let wrong = 0
  for (let at = 0; at < 3 * SEEN_SHARE; at++) if (!seen.add(`n${at}`)) wrong++
  ok(wrong < (3 * SEEN_SHARE) / 200, `${wrong}`)
  for (let at = 2 * SEEN_SHARE + 2000; at < 3 * SEEN_SHARE; at += 97) equal(seen.add(`n${at}`), false)
})

test('the weighing of no signs is the intercept, relative to the prior that the threshold leaves out', () => {
  deepEqual(
    weighSigns([]).signs.map(({ name }) => name),
    ['plain'],
  )
  // A figure that a fit writes anew, not the one of today.
  const intercept: number = SIGN_INTERCEPT
  ok(intercept < SUSPICIOUS_FROM)
})

test('whatever is asked: no throw, a confidence in range, and the same each time', () => {
  const label = fc.stringMatching(/^[a-z0-9-]{1,12}$/)
  const host = fc.array(label, { minLength: 1, maxLength: 5 }).map(labels => labels.join('.'))
  const asked = fc.oneof(
    host.map(name => `domain:${name}`),
    fc.tuple(host, fc.webPath()).map(([name, path]) => `url:${name}/${path}`),
  )
  const surroundings = { suffixes, protectionOf: () => undefined }
  fc.assert(
    fc.property(asked, text => {
      const parsed = parseSubject(text)
      if (!parsed.ok) return
      const judged = judgeName(parsed.value, surroundings)
      deepEqual(judgeName(parsed.value, surroundings), judged)
      if (judged === undefined) return
      ok(judged.logOdds >= SUSPICIOUS_FROM && judged.confidence >= 500 && judged.confidence <= 1000)
      ok(judged.signs.length > 0)
      // What is said of stands by itself: asked alone it is judged the same.
      deepEqual(judgeName(judged.subject, surroundings), judged)
    }),
    { seed: 5, numRuns: 500 },
  )
})
