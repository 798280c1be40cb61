import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { unwrap } from '@tocsin/core/base'
import { parseSubject } from '@tocsin/core/subject'
import type { MoveOf, WebHistoryOf } from '../mining/web/telling.ts'
import { hostingOf, toldBy } from './mining-told.ts'

const subject = (text: string) => unwrap(parseSubject(text))

function moveOf(part: Partial<MoveOf> = {}): MoveOf {
  return {
    host: 'example.com',
    at: '2026-05-04T03:02:01.000Z',
    from: { asn: 64_500, country: 'DE' },
    to: { asn: 64_501, country: 'BR' },
    stableDays: 120,
    confirmed: true,
    ...part,
  }
}

function history(part: Partial<WebHistoryOf> = {}): WebHistoryOf {
  const base = { firstSeen: '2026-01-02T03:04:05.006Z', resolutions: 1, addresses: [], moves: [], findings: [] }
  return { domain: 'example.com', ...base, ...part }
}

describe('hostingOf()', () => {
  it('tells days and no hours, and of moves those of the name itself that are confirmed', () => {
    const moves = [
      moveOf(),
      moveOf({ host: 'www.example.com' }),
      moveOf({ host: 'intranet.example.com' }),
      moveOf({ confirmed: false }),
    ]
    assert.deepEqual(hostingOf(history({ moves }), 'example.com'), {
      domain: 'example.com',
      firstSeen: '2026-01-02',
      moves: ['example.com', 'www.example.com'].map(host => ({
        host,
        on: '2026-05-04',
        from: { asn: 64_500, country: 'DE' },
        to: { asn: 64_501, country: 'BR' },
        stableDays: 120,
      })),
    })
  })

  it('tells the latest twenty moves, the oldest first', () => {
    const moves = Array.from({ length: 30 }, (_, stableDays) => moveOf({ stableDays }))
    const told = hostingOf(history({ moves }), 'example.com')?.moves?.map(({ stableDays }) => stableDays)
    assert.deepEqual(
      told,
      Array.from({ length: 20 }, (_, at) => at + 10),
    )
  })

  it('tells what a registry said, not when or how often it was asked in vain', () => {
    const askedAt = '2026-05-05T05:05:05.000Z'
    const known = { state: 'known', registeredAt: '2026-05-01T00:00:00.000Z', registrar: 'R'.repeat(500), askedAt }
    const told = hostingOf(history({ registration: known }), 'example.com')?.registration
    assert.deepEqual([told?.state, told?.registeredAt, told?.registrar?.length], ['known', known.registeredAt, 200])
    assert.doesNotMatch(JSON.stringify(told), /2026-05-05/)
    assert.deepEqual(hostingOf(history({ registration: { state: 'absent', askedAt } }), 'example.com')?.registration, {
      state: 'absent',
    })
    for (const state of ['failed', 'unsupported'])
      assert.equal(hostingOf(history({ resolutions: 0, registration: { state, askedAt } }), 'example.com'), undefined)
  })

  it('keeps the day of a mere question to itself', () => {
    assert.equal(hostingOf(history({ resolutions: 0 }), 'example.com'), undefined)
  })
})

describe('toldBy()', () => {
  it('asks for what anyone may read, within the bounds of the wire', () => {
    const notes = (_: unknown, audience: string) => Array.from({ length: 30 }, () => `${audience} ${'😀'.repeat(400)}`)
    const told = toldBy([{ notes }, {}], subject('ip:192.0.2.1'))
    assert.equal(told.notes?.length, 20)
    const [first = ''] = told.notes ?? []
    assert.match(first, /^anyone 😀+…$/u)
    assert.equal([...first].length, 300)
    assert.equal(told.hosting, undefined)
  })

  it('tells hosting of domains, by the first miner that knows', () => {
    const miners = [{ history: () => undefined }, { history: () => history() }]
    assert.equal(toldBy(miners, subject('domain:example.com')).hosting?.firstSeen, '2026-01-02')
    assert.deepEqual(toldBy(miners, subject('url:example.com/x')), { notes: [] })
  })
})
