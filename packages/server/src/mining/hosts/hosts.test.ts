import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sha256, unwrap } from '@tocsin/core/base'
import { HOUR_MS } from '@tocsin/core/evidence'
import { parseSubject, subjectKey } from '@tocsin/core/subject'
import type { Entry } from '@tocsin/core/verdict'
import type { Findings } from '../miner.ts'
import { HostMiner } from './hosts.ts'
import { SharedHostMiner } from './shared-hosts.ts'

const NOW = Date.UTC(2026, 5, 30)
/** The public suffixes of this test. */
const SUFFIXES = ['test', 'io.test', 'free.io.test']
const suffixes = {
  registrableDomain(host: string): string | undefined {
    const labels = host.split('.')
    const from = labels.findIndex((_, at) => SUFFIXES.includes(labels.slice(at).join('.')))
    return from <= 0 ? undefined : labels.slice(from - 1).join('.')
  },
}
const LISTED: Entry = {
  score: 30,
  reason: 'malware',
  incriminated: true,
  stops: false,
  scoredAt: 0,
  lapses: [63, 63, 63],
  restsSafe: false,
  protection: undefined,
  organisations: 1,
}
const SAFE: Entry = { ...LISTED, score: 90, reason: 'certified', incriminated: false, organisations: 0 }

function world(ranks: Readonly<Record<string, number>> = {}) {
  const said = new Map<string, number>()
  const findings: Findings = {
    say: ({ subject, confidence }) => void said.set(subject.value, confidence),
    unsay: subject => void said.delete(subject.value),
  }
  const rankOf = (name: string) => ranks[name]
  const parts = { findings, suffixes, rankOf, clock: () => NOW, sha256, seed: 1 }
  const miners = [new HostMiner(parts), new SharedHostMiner(parts)]
  const put = (text: string, entry: Entry | undefined) => {
    const subject = unwrap(parseSubject(text))
    for (const miner of miners) {
      if (miner.types.includes(subject.type)) miner.entry(subject.type, subjectKey(subject), subject.value, entry)
    }
  }
  return {
    put,
    pages: (host: string, count: number, entry: Entry | null = LISTED, from = 0) => {
      for (let n = from; n < from + count; n++) put(`url:${host}/p/${n}`, entry ?? undefined)
    },
    said: (at = NOW) => {
      for (const miner of miners) miner.turn(at)
      return Object.fromEntries(said)
    },
    forget: () => {
      for (const miner of miners) miner.forget()
    },
  }
}

describe('HostMiner', () => {
  it('says nothing of a host for one page, little for two, and more with their number', () => {
    const { pages, said } = world()
    pages('one.test', 1)
    pages('two.test', 2)
    pages('nine.test', 9)
    pages('ten.test', 10)
    pages('many.test', 1000)
    assert.deepEqual(said(), { 'two.test': 100, 'nine.test': 200, 'ten.test': 550, 'many.test': 700 })
  })

  it('is surer where a second organisation confirms a page', () => {
    const { pages, said, put } = world()
    pages('five.test', 5)
    put('url:five.test/p/0', { ...LISTED, organisations: 2 })
    pages('many.test', 100)
    put('url:many.test/p/0', { ...LISTED, organisations: 2 })
    assert.deepEqual(said(), { 'five.test': 400, 'many.test': 1000 })
  })

  it('takes it back when pages get clean or lapse, and counts a page once', () => {
    const { pages, said } = world()
    pages('a.test', 12)
    pages('a.test', 12)
    assert.deepEqual(Object.keys(said()), ['a.test'])
    pages('a.test', 11, null)
    assert.deepEqual(said(), {})
    const fading: Entry = { ...LISTED, scoredAt: NOW, lapses: [5, 10, 20] }
    pages('b.test', 12, fading)
    assert.deepEqual(Object.keys(said()), ['b.test'])
    assert.deepEqual(Object.keys(said(NOW + 4 * HOUR_MS)), ['b.test'])
    assert.deepEqual(said(NOW + 6 * HOUR_MS), {})
  })

  it('counts what somebody has seen, and never what was derived or is merely suspicious', () => {
    const { pages, said } = world()
    pages('derived.test', 20, { ...LISTED, organisations: 0 })
    pages('doubted.test', 20, { ...LISTED, score: 60 })
    assert.deepEqual(said(), {})
  })

  it('never speaks of places where anyone may publish, nor of addresses', () => {
    const { pages, said, put } = world()
    put('domain:share.test', { ...SAFE, score: 72, protection: 'certified' })
    for (const host of ['share.test', 'files.share.test', 'free.io.test', 'io.test', '192.0.2.1']) pages(host, 50)
    assert.deepEqual(said(), {})
    pages('tenant.free.io.test', 50)
    assert.deepEqual(Object.keys(said()), ['tenant.free.io.test'])
    put('domain:tenant.free.io.test', { ...SAFE, protection: 'certified' })
    assert.deepEqual(said(), {})
    put('domain:share.test', undefined)
    assert.deepEqual(Object.keys(said()).sort(), ['files.share.test', 'share.test'])
  })

  it('leaves popular hosts suspicious at most, and weighs good pages against bad ones', () => {
    const { pages, said, put } = world({ 'ranked.test': 5, 'far.test': 500_000 })
    put('domain:popular.test', { ...SAFE, protection: 'popular' })
    for (const host of ['www.popular.test', 'ranked.test', 'far.test', 'mixed.test']) pages(host, 100)
    pages('mixed.test', 300, SAFE, 100)
    assert.deepEqual(said(), {
      'www.popular.test': 200,
      'popular.test': 200,
      'ranked.test': 200,
      'far.test': 700,
      'mixed.test': 175,
    })
  })

  it('speaks of a domain for the pages of its own, to which bad hosts below it add', () => {
    const { pages, said } = world()
    for (let n = 0; n < 15; n++) pages(`h${n}.tenants.test`, 1)
    assert.deepEqual(said(), {})
    pages('www.evil.test', 5)
    for (let n = 0; n < 15; n++) pages(`h${n}.evil.test`, 1)
    assert.deepEqual(said(), { 'www.evil.test': 200, 'evil.test': 700 })
  })

  it('forgets when the book begins anew', () => {
    const { pages, said, forget } = world()
    pages('a.test', 12)
    said()
    forget()
    pages('b.test', 12)
    said()
    assert.deepEqual(Object.keys(said()).sort(), ['a.test', 'b.test'], 'the desk restates, so nothing is unsaid')
  })
})

describe('SharedHostMiner', () => {
  it('holds a popular domain for a shared host while very many names below it are listed', () => {
    const { put, said } = world({ 'hoster.test': 40_000, 'far.test': 400_000 })
    for (const domain of ['hoster.test', 'far.test', 'malware.test']) {
      for (let n = 0; n < 200; n++) put(`domain:h${n}.${domain}`, LISTED)
      put(`domain:a.b.${domain}`, LISTED)
    }
    assert.deepEqual(said(), { 'hoster.test': 1000 })
    for (let n = 0; n < 50; n++) put(`domain:h${n}.hoster.test`, undefined)
    assert.deepEqual(said(), { 'hoster.test': 1000 })
    put('domain:h50.hoster.test', undefined)
    assert.deepEqual(said(), {})
  })
})
