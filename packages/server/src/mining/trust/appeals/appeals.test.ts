import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { sha256 } from '@tocsin/core/base'
import type { WireNewAppeal } from '@tocsin/core/wire'
import { intakeFor } from '../../../intake/reception.ts'
import type { LedgerSource } from '../../../ledger/ledger.ts'
import { openSqliteLedger } from '../../../ledger/sqlite/ledger.ts'
import { silentLog } from '../../../ops/events.ts'
import { startTrustedNode } from '../node.fixture.ts'
import { ANONYMOUS, APPEALS_PER_HOUR, Appeals, OPEN_OF_SOURCE_MAX } from './appeals.ts'
import { openAppealStore } from './store.ts'

const HOUR = 3_600_000
const NOW = Date.parse('2026-03-01T12:00:00Z')
const CUSTOMER: LedgerSource = { name: 'key:cust@1', origin: 'key', organisation: 'cust', trustStep: 5 }
const ANALYST: LedgerSource = { name: 'key:ann@1', origin: 'key', organisation: 'us', trustStep: 15 }

test('a listing is appealed, cleared by an analyst and lifted at once; another one is confirmed', async () => {
  await using node = await startTrustedNode()
  const reader = await node.addKey('customer', 'reader')
  const analyst = await node.addKey('ann', 'analyst', 1)
  const list = '198.51.100.7\n198.51.100.8\n'
  await node.admin().importList('ours', list, { kind: 'listed' })
  await node.settled()
  assert.equal((await node.as().check('ip:198.51.100.7')).action, 'block')

  const made = await node.tocsin(
    ['appeal', '198.51.100.7', '--reason', 'our mail server', '--contact', 'postmaster@example.org'],
    reader,
  )
  assert.equal(made.code, 0, made.err)
  const id = made.out.slice(0, 26)
  assert.match(id, /^[a-z2-7]{26}$/)
  // Without a key from this machine, and the same thing again.
  const here = await node.as().appeals.open({ subject: 'ip:198.51.100.7' })
  assert.notEqual(here.id, id)
  assert.deepEqual(await node.as(reader).appeals.open({ subject: '198.51.100.7' }), { id, status: 'open' })
  const { id: other } = await node.as(reader).appeals.open({ subject: 'ip:198.51.100.8' })
  await node.settled()
  assert.equal((await node.as().check('ip:198.51.100.7')).action, 'block', 'an objection moves nothing')
  const appealed = (await node.as().explain('ip:198.51.100.8')).contributions.map(({ kind }) => kind)
  assert.ok(appealed.includes('false-positive'), 'it leaves a trace')

  const listed = await node.tocsin(['appeals', 'list'], analyst)
  assert.match(listed.out, /reason: our mail server\n {2}contact: postmaster@example\.org\n/)
  assert.match(listed.out, /3 wait for an answer/)
  assert.doesNotMatch(listed.out, /customer/)
  assert.equal((await node.tocsin(['appeals', 'answer', id], analyst)).code, 2)
  const cleared = await node.tocsin(['appeals', 'answer', id, '--clear', '--text', 'sorry'], analyst)
  assert.equal(cleared.code, 0, cleared.err)
  await node.settled()
  assert.equal((await node.as().check('ip:198.51.100.7')).verdict, 'safe')
  for (const one of [id, here.id]) {
    const { status, answer } = await node.as().appeals.find(one)
    assert.deepEqual([status, answer], ['cleared', 'sorry'], 'all appeals for the subject are answered')
  }
  const found = await node.tocsin(['appeals', 'status', id], reader)
  assert.match(found.out, /ip:198\.51\.100\.7: cleared, opened .*, answered .*\n {2}answer: sorry\n/)
  assert.doesNotMatch(found.out, /contact|reason/)

  await node.as(analyst).appeals.answer(other, { decision: 'confirm', answer: 'seen again today' })
  await node.settled()
  const after = (await node.as().explain('ip:198.51.100.8')).contributions.map(({ kind }) => kind)
  assert.ok(!after.includes('false-positive'))
  await assert.rejects(node.as(analyst).appeals.answer(other, { decision: 'clear' }), /it is confirmed already/)
  assert.equal((await node.as(analyst).appeals.list()).open, 0)
  // The list that was wrong in one of two is not judged by one.
  const { sources } = await node.admin().trust.epoch(false)
  assert.equal(sources.find(({ name }) => name === 'ours')?.counts.contradicted, 1)
})

test('appeals are refused that are not plain, not a subject, not allowed, or an analyst’s whose word counts nothing', async () => {
  await using node = await startTrustedNode()
  const reader = await node.addKey('customer', 'reader')
  const novice = await node.addKey('novice', 'analyst')
  for (const [appeal, why] of [
    [{ subject: 'ip:nonsense' }, /Cannot parse/],
    [{ subject: 'net:0.0.0.0/0' }, /wider than/],
    [{ subject: 'ip:192.0.2.1', reason: 'x'.repeat(501) }, /field "reason"/],
    [{ subject: 'ip:192.0.2.1', reason: '\u001b[2J' }, /field "reason"/],
    [{ subject: 'ip:192.0.2.1', contact: 'x'.repeat(201) }, /field "contact"/],
    [{ subject: 'ip:192.0.2.1', sender: 'me' } as WireNewAppeal, /field "sender" is not known/],
  ] as const) {
    await assert.rejects(node.as(reader).appeals.open(appeal), why)
  }
  const { id } = await node.as(reader).appeals.open({ subject: 'ip:192.0.2.1' })
  await assert.rejects(node.as(reader).appeals.list(), /role analyst/)
  await assert.rejects(node.as(reader).appeals.answer(id, { decision: 'clear' }), /role analyst/)
  await assert.rejects(node.as(novice).appeals.answer(id, { decision: 'clear' }), /trust of 0\.33 and needs 0\.53/)
  await assert.rejects(node.as().appeals.find('a'.repeat(26)), /there is none of this id/)
  await assert.rejects(node.as().appeals.find('1'), /must match pattern/)
  // Once she is trusted, it is the same appeal still.
  await node.as(novice).report([{ subject: 'ip:192.0.2.9', kind: 'listed' }])
  await node.admin().trust.pin('novice', 0.8)
  assert.equal((await node.as(novice).appeals.answer(id, { decision: 'clear' })).status, 'cleared')
})

/** Appeals on a real ledger and a real store, without a node. */
function startAppeals() {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-appeals-'))
  const ledger = openSqliteLedger(join(folder, 'ledger.sqlite'))
  const store = openAppealStore(join(folder, 'appeals.sqlite'))
  let now = NOW
  let drawn = 0
  const appeals = new Appeals({
    store,
    intakeOf: identity => intakeFor(identity, { ledger, clock: () => now, sha256 }),
    stepOf: ({ trustStep }) => trustStep,
    clock: () => now,
    random: length => new Uint8Array(length).fill(++drawn).fill(drawn >> 8, 1),
    log: silentLog,
  })
  return {
    appeals,
    store,
    passes: (milliseconds: number) => void (now += milliseconds),
    async [Symbol.asyncDispose]() {
      store[Symbol.dispose]()
      await ledger[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true })
    },
  }
}

test('one source cannot flood: so many an hour, so many open, and others still come through', async () => {
  await using at = startAppeals()
  const address = (each: number) => `ip:198.${18 + (each >> 8)}.0.${each & 255}`
  for (let each = 0; each < OPEN_OF_SOURCE_MAX; each++) {
    if (each % APPEALS_PER_HOUR === 0) at.passes(HOUR)
    await at.appeals.open({ subject: address(each) }, ANONYMOUS)
    if ((each + 1) % APPEALS_PER_HOUR > 0) continue
    await assert.rejects(at.appeals.open({ subject: 'ip:192.0.2.1' }, ANONYMOUS), /60 an hour are the most/)
  }
  at.passes(HOUR)
  await assert.rejects(at.appeals.open({ subject: 'ip:192.0.2.1' }, ANONYMOUS), /500 of yours wait/)
  assert.equal((await at.appeals.open({ subject: 'ip:192.0.2.1' }, CUSTOMER)).status, 'open')
})

test('what was answered is dropped after a year, what is open never', async () => {
  await using at = startAppeals()
  const analyst = { source: ANALYST, authority: 'analyst' } as const
  const old = await at.appeals.open({ subject: 'ip:192.0.2.1' }, CUSTOMER)
  const waiting = await at.appeals.open({ subject: 'ip:192.0.2.2' }, CUSTOMER)
  await at.appeals.answer(old.id, { decision: 'confirm' }, analyst)
  at.passes(366 * 24 * HOUR)
  const later = await at.appeals.open({ subject: 'ip:192.0.2.3' }, CUSTOMER)
  await at.appeals.answer(later.id, { decision: 'clear' }, analyst)
  assert.throws(() => at.appeals.find(old.id), /there is none of this id/)
  assert.equal(at.appeals.find(waiting.id).status, 'open')
})
