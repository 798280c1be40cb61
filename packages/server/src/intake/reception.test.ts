import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { sha256 } from '@tocsin/core/base'
import { parseSubject, subjectKey } from '@tocsin/core/subject'
import type { LedgerSource } from '../ledger/ledger.ts'
import { openSqliteLedger } from '../ledger/sqlite/ledger.ts'
import type { Identity } from './identity.ts'
import { intakeFor } from './reception.ts'

const NOW = Date.UTC(2026, 5, 30, 12)
const source: LedgerSource = { name: 'key:sensor', origin: 'key', organisation: 'o', trustStep: 12 }

/** An intake on a real ledger. */
function entrance(authority: Identity['authority'] = 'reporter') {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-intake-'))
  const ledger = openSqliteLedger(join(folder, 'ledger.sqlite'))
  let now = NOW
  const intake = intakeFor({ source, authority }, { ledger, clock: () => now, sha256 })
  return {
    intake,
    ledger,
    passes: (milliseconds: number) => void (now += milliseconds),
    async held(text: string) {
      const parsed = parseSubject(text)
      if (!parsed.ok) throw new Error(parsed.problem.message)
      return (await ledger.caseOf(parsed.value.type, subjectKey(parsed.value)))?.records
    },
    async [Symbol.asyncDispose]() {
      await ledger[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true })
    },
  }
}

describe('intakeFor().put()', () => {
  it('writes what is well-formed and refuses the rest, item by item, with reasons', async () => {
    await using under = entrance()
    const receipt = await under.intake.put([
      { subject: 'ip:192.0.2.1', kind: 'spam-trap-hit', confidence: 0.9, observedAt: '2026-06-30T11:00:00Z' },
      { subject: 'ip:not-an-address', kind: 'listed' },
      { subject: 'ip:192.0.2.1', kind: 'no-such-kind' },
      { subject: 'file:' + 'a'.repeat(64), kind: 'spam-trap-hit' },
      { subject: 'ip:192.0.2.1', kind: 'listed', confidence: 0 },
      { subject: 'ip:192.0.2.1', kind: 'brute-force', observedAt: 'yesterday' },
      { subject: 'ip:192.0.2.1', kind: 'brute-force', observedAt: '2026-07-01T00:00:00Z' },
      { subject: 'net:0.0.0.0/0', kind: 'listed' },
      { subject: 'net:2000::/3', kind: 'listed' },
      { subject: 'ip:192.0.2.1', kind: 'certified' },
      { subject: 'ip:192.0.2.1', kind: 'analyst-cleared' },
    ])
    assert.equal(receipt.accepted, 1)
    assert.deepEqual(
      receipt.refused.map(each => each.index),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    )
    const reasons = receipt.refused.map(each => each.reason).join('\n')
    for (const word of [
      'not-an-address',
      'no-such-kind',
      'not said of a file',
      'from 0.001 to 1',
      'ISO 8601',
      'future',
      '/24',
      '/48',
      'feed',
      'analyst',
    ]) {
      assert.match(reasons, new RegExp(word))
    }
    assert.deepEqual(await under.held('ip:192.0.2.1'), [
      { kind: 'spam-trap-hit', source: 'key:sensor', confidence: 900, at: NOW - 3_600_000 },
    ])
  })

  it('lets a feed and an analyst speak of wide nets, a reporter of a /24 and a /48', async () => {
    const nets = ['net:198.51.100.0/24', 'net:2001:db8::/48', 'net:192.0.0.0/8', 'net:2001::/16', 'net:192.0.0.0/7']
    const accepted: number[] = []
    for (const authority of ['reporter', 'feed', 'analyst'] as const) {
      await using under = entrance(authority)
      accepted.push((await under.intake.put(nets.map(each => ({ subject: each, kind: 'listed' })))).accepted)
    }
    assert.deepEqual(accepted, [2, 4, 4])
  })

  it('dates an event that says no time by the clock, and one slightly ahead not into the future', async () => {
    await using under = entrance()
    await under.intake.put([
      { subject: 'ip:192.0.2.1', kind: 'brute-force' },
      { subject: 'ip:192.0.2.2', kind: 'brute-force', observedAt: new Date(NOW + 60_000).toISOString() },
    ])
    assert.equal((await under.held('ip:192.0.2.1'))?.[0]?.at, NOW)
    assert.equal((await under.held('ip:192.0.2.2'))?.[0]?.at, NOW)
  })

  it('tells repeats: the same id, or the same words within the hour', async () => {
    await using under = entrance()
    const words = { subject: 'ip:192.0.2.1', kind: 'brute-force' }
    assert.equal((await under.intake.put([words])).accepted, 1)
    assert.equal((await under.intake.put([words])).duplicate, 1)
    under.passes(3_600_000)
    assert.equal((await under.intake.put([words])).accepted, 1)
    assert.equal(
      (
        await under.intake.put([
          { ...words, id: 'a' },
          { ...words, id: 'a' },
        ])
      ).duplicate,
      1,
    )
  })

  it('lets an analyst clear and a feed certify', async () => {
    await using analyst = entrance('analyst')
    assert.equal((await analyst.intake.put([{ subject: 'ip:192.0.2.1', kind: 'analyst-cleared' }])).accepted, 1)
    await using feed = entrance('feed')
    assert.equal((await feed.intake.put([{ subject: 'ip:192.0.2.1', kind: 'certified' }])).accepted, 1)
  })

  it('refuses related subjects that cannot be parsed rather than half of a relation', async () => {
    await using under = entrance()
    const receipt = await under.intake.put([
      { subject: 'ip:192.0.2.1', kind: 'spam-sent', related: ['url:http://example.com/a', 'ip:nothing'] },
    ])
    assert.match(receipt.refused[0]!.reason, /related: /)
    assert.equal(receipt.accepted, 0)
  })
})

describe('intakeFor().retract()', () => {
  it('takes back what this source said', async () => {
    await using under = entrance()
    await under.intake.put([{ subject: 'ip:192.0.2.1', kind: 'listed' }])
    assert.deepEqual(await under.intake.retract([{ subject: 'ip:192.0.2.1', kind: 'listed' }]), { ok: true, value: 1 })
    assert.deepEqual(await under.held('ip:192.0.2.1'), [])
    assert.equal((await under.intake.retract([{ subject: 'ip:x', kind: 'listed' }])).ok, false)
  })
})
