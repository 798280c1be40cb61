import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { sha256 } from '@tocsin/core/base'
import type { KindName } from '@tocsin/core/evidence'
import { trustStepOf } from '@tocsin/core/scoring'
import { parseSubject, subjectKey } from '@tocsin/core/subject'
import type { LedgerSource } from '../../ledger/ledger.ts'
import { openSqliteAgreement } from '../../ledger/sqlite/agreement.ts'
import { openSqliteLedger } from '../../ledger/sqlite/ledger.ts'
import { silentLog } from '../../ops/events.ts'
import { TrustLearning } from './learning.ts'
import { lookAround } from './looking.ts'
import { openTrustMemory } from './memory.ts'
import { openTrustTable } from './table.ts'
import type { TrustEntry } from './table-file.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const NOW = Date.parse('2026-03-01T12:00:00Z')

const key = (name: string, organisation = name, trust = 0.3): LedgerSource => ({
  name: `key:${name}@1`,
  origin: 'key',
  organisation,
  trustStep: trustStepOf(trust),
})
const feed = (name: string): LedgerSource => ({ name, origin: 'feed', organisation: name, trustStep: trustStepOf(0.8) })

const FEED = feed('feed')
const OTHER = feed('other')
const ANALYST = { ...key('ann', 'us', 1), name: 'key:ann@1' }

/** Ledger, memory and table in a folder; time is moved by hand, and looks are taken by hand. */
async function startWorld() {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-trust-'))
  const ledgerPath = join(folder, 'ledger.sqlite')
  const ledger = openSqliteLedger(ledgerPath)
  const agreement = openSqliteAgreement(ledgerPath)
  const memory = openTrustMemory(join(folder, 'trust.sqlite'))
  const tablePath = join(folder, 'trust.json')
  const table = await openTrustTable(tablePath)
  let now = NOW
  const timers: { at: number; run: () => void }[] = []
  const learning = new TrustLearning({
    table,
    ledger,
    look: request => lookAround(request, { agreement, memory }),
    learningOf: ({ name, origin }) => (name === ANALYST.name ? 'never' : origin === 'key' ? 'both-ways' : 'downwards'),
    clock: () => now,
    timers: {
      after(milliseconds, run) {
        const timer = { at: now + milliseconds, run }
        timers.push(timer)
        return { [Symbol.dispose]: () => void timers.splice(timers.indexOf(timer), 1) }
      },
    },
    log: silentLog,
  })
  const subjectsOf = (addresses: readonly string[]) =>
    addresses.map(address => {
      const parsed = parseSubject(`ip:${address}`)
      if (!parsed.ok) throw new Error(parsed.problem.message)
      return { type: 'ip', key: subjectKey(parsed.value, sha256), value: address } as const
    })
  return {
    folder,
    tablePath,
    table,
    ledger,
    learning,
    timers,
    passes: (milliseconds: number) => void (now += milliseconds),
    /** As the node writes it: what the table has learnt wins. */
    async say(source: LedgerSource, addresses: readonly string[], kind: KindName = 'listed') {
      const evidence = subjectsOf(addresses).map(subject => ({ subject, kind, confidence: 1000, at: undefined }))
      await ledger.write(table.weighed({ source, receivedAt: now, evidence }))
    },
    async takeBack(source: LedgerSource, addresses: readonly string[], kind: KindName = 'listed') {
      await ledger.retract(
        source.name,
        subjectsOf(addresses).map(subject => ({ subject, kind })),
      )
    },
    async proposed(source: LedgerSource): Promise<TrustEntry> {
      const { sources } = await learning.propose()
      return sources.find(({ name }) => name === source.name)!
    },
    async stepInLedger(source: LedgerSource) {
      return (await ledger.sources()).find(({ name }) => name === source.name)?.trustStep
    },
    async [Symbol.asyncDispose]() {
      await learning[Symbol.asyncDispose]()
      memory[Symbol.dispose]()
      await agreement[Symbol.asyncDispose]()
      await ledger[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true })
    },
  }
}

type World = Awaited<ReturnType<typeof startWorld>>

/** Addresses of their own for each day. */
const found = (day: number, count = 3) => Array.from({ length: count }, (_, each) => `198.51.${day}.${each + 1}`)

/** Sensors that find things, an hour before the feeds do, on so many days. */
async function workFor(world: World, days: number, sensors: readonly LedgerSource[], confirmers = [FEED, OTHER]) {
  for (let day = 0; day < days; day++) {
    for (const sensor of sensors) await world.say(sensor, found(day))
    await world.learning.look()
    world.passes(HOUR)
    for (const confirmer of confirmers) await world.say(confirmer, found(day))
    await world.learning.look()
    world.passes(DAY - HOUR)
  }
}

async function startKnown() {
  const world = await startWorld()
  for (const source of [FEED, OTHER]) await world.say(source, ['192.0.2.1'])
  await world.learning.look()
  return world
}

describe('TrustLearning', () => {
  it('lifts a sensor that is right first for two weeks, by two steps an epoch, and the ledger follows', async () => {
    await using world = await startKnown()
    const sensor = key('mx1')
    await workFor(world, 14, [sensor])
    const { counts, after } = await world.proposed(sensor)
    assert.deepEqual(counts, { confirmed: 42, contradicted: 0, revoked: 0, open: 0, confirmers: 2, days: 14 })
    assert.equal(after, 7)
    assert.equal(await world.stepInLedger(sensor), 5, 'a proposal changes nothing')
    for (const step of [7, 9, 11]) {
      await world.learning.apply()
      assert.equal(await world.stepInLedger(sensor), step)
    }
    // The next report comes with the key's own trust, which does not put the old step back.
    await world.say(sensor, ['203.0.113.9'])
    assert.equal(await world.stepInLedger(sensor), 11)
    assert.equal(world.table.epoch.epoch, 3)
  })

  it('gives nothing to echoes, to siblings, to a cartel of fresh keys, or by one organisation alone', async () => {
    await using world = await startKnown()
    const [echo, prophet, sibling, lonely] = [key('echo'), key('prophet'), key('mx2', 'acme'), key('lonely')]
    const cartel = Array.from({ length: 4 }, (_, each) => key(`c${each}`))
    const big = { ...key('big', 'acme', 0.8) }
    await world.say(big, ['192.0.2.2'])
    for (let day = 0; day < 16; day++) {
      await world.say(FEED, found(day))
      // Repeats what is listed, and what was listed once.
      await world.say(echo, found(day))
      await world.learning.look()
      await world.takeBack(FEED, found(day))
      await world.learning.look()
      await world.say(prophet, found(day))
      await world.learning.look()
      await world.say(OTHER, found(day))
      for (const one of cartel) await world.say(one, [`203.0.${day}.1`, `203.0.${day}.2`])
      await world.say(sibling, [`192.88.${day}.1`, `192.88.${day}.2`])
      await world.say(lonely, [`192.31.${day}.1`, `192.31.${day}.2`])
      await world.learning.look()
      world.passes(HOUR)
      for (const one of cartel) await world.say(one, [`203.0.${day}.3`, `203.0.${day}.1`])
      await world.say(big, [`192.88.${day}.1`, `192.88.${day}.2`])
      await world.say(FEED, [`192.31.${day}.1`, `192.31.${day}.2`])
      await world.learning.look()
      world.passes(DAY)
    }
    for (let epoch = 0; epoch < 5; epoch++) await world.learning.apply()
    for (const source of [echo, prophet, sibling, ...cartel]) {
      const { counts, after } = world.table.find(source.name)!
      assert.deepEqual([source.name, counts.confirmed, after], [source.name, 0, 5])
    }
    const { counts, after, why } = world.table.find(lonely.name)!
    assert.deepEqual([counts.confirmed, counts.confirmers, after, why], [32, 1, 7, 'waiting'])
  })

  it('does not let one that was lifted lift its accomplices', async () => {
    await using world = await startKnown()
    const [first, second, accomplice] = [key('a'), key('b'), key('c')]
    await workFor(world, 14, [first, second])
    for (let epoch = 0; epoch < 3; epoch++) await world.learning.apply()
    assert.ok((await world.stepInLedger(first))! >= 8)
    for (let day = 20; day < 40; day++) {
      await world.say(accomplice, found(day))
      await world.learning.look()
      for (const friend of [first, second]) await world.say(friend, found(day))
      await world.learning.look()
      world.passes(DAY)
    }
    assert.equal((await world.proposed(accomplice)).counts.confirmed, 0)
  })

  it('has a trusted reporter fall for what it takes back, and for what an analyst clears, echoes among it', async () => {
    await using world = await startKnown()
    const partner = key('partner', 'partner', 0.8)
    const wrong = Array.from({ length: 6 }, (_, each) => `198.18.0.${each}`)
    await world.say(partner, wrong)
    await world.learning.look()
    world.passes(DAY)
    await world.takeBack(partner, wrong.slice(0, 4))
    // It follows a feed that is wrong.
    await world.say(FEED, ['198.18.1.1'])
    await world.say(partner, ['198.18.1.1'])
    await world.say(ANALYST, ['198.18.1.1', wrong[5]!], 'analyst-cleared')
    const { counts, why } = await world.proposed(partner)
    assert.deepEqual(counts, { confirmed: 0, contradicted: 2, revoked: 4, open: 1, confirmers: 0, days: 0 })
    assert.equal(why, 'lost')
    for (const step of [10, 8, 6]) {
      await world.learning.apply()
      assert.equal(await world.stepInLedger(partner), step)
    }
    // To take it back now does not help any more; an analyst who thinks better of it does.
    await world.takeBack(partner, ['198.18.1.1', wrong[5]!])
    assert.equal((await world.proposed(partner)).counts.contradicted, 2)
    await world.takeBack(ANALYST, ['198.18.1.1', wrong[5]!], 'analyst-cleared')
    assert.equal((await world.proposed(partner)).counts.contradicted, 0)
  })

  it('does not believe an untrusted analyst, and never learns one', async () => {
    await using world = await startKnown()
    const novice = key('novice')
    const partner = key('partner', 'partner', 0.8)
    await world.say(partner, ['198.18.0.1'])
    await world.say(novice, ['198.18.0.1'], 'analyst-cleared')
    assert.equal((await world.proposed(partner)).counts.contradicted, 0)
    await world.say(ANALYST, ['198.18.0.1'], 'analyst-cleared')
    assert.equal((await world.proposed(partner)).counts.contradicted, 1)
    assert.equal((await world.proposed(ANALYST)).why, 'fixed')
  })

  it('lowers a list of which a twentieth is cleared, and lets it come back to where it began', async () => {
    await using world = await startKnown()
    const list = Array.from({ length: 60 }, (_, each) => `198.18.0.${each}`)
    await world.say(OTHER, list)
    await world.say(ANALYST, list.slice(0, 2), 'analyst-cleared')
    assert.equal((await world.proposed(OTHER)).after, 12)
    await world.say(ANALYST, list.slice(0, 12), 'analyst-cleared')
    await world.learning.apply()
    assert.deepEqual([await world.stepInLedger(OTHER), world.table.find('other')?.why], [10, 'lost'])
    await world.takeBack(OTHER, list.slice(0, 12))
    await world.learning.apply()
    assert.equal(await world.stepInLedger(OTHER), 12)
  })

  it('holds what is pinned, above all that is learnt, and lets go of it', async () => {
    await using world = await startKnown()
    const sensor = key('mx1')
    await workFor(world, 14, [sensor])
    await world.learning.apply()
    assert.equal(await world.learning.pin(sensor.name, 6), true)
    assert.equal(await world.stepInLedger(sensor), 6)
    await world.learning.apply()
    await world.say(sensor, ['203.0.113.9'])
    assert.equal(await world.stepInLedger(sensor), 6)
    assert.equal(await world.learning.pin(sensor.name, undefined), true)
    assert.equal(await world.stepInLedger(sensor), 5)
    await world.learning.apply()
    assert.equal(await world.stepInLedger(sensor), 7)
    assert.equal(await world.learning.pin('key:nobody@1', 6), false)
  })

  it('takes the operator’s new word for a feed as its new start', async () => {
    await using world = await startKnown()
    await world.learning.apply()
    await world.say({ ...FEED, trustStep: 9 }, ['203.0.113.1'])
    assert.equal(await world.stepInLedger(FEED), 9)
    await world.learning.apply()
    const { start, after } = world.table.find('feed')!
    assert.deepEqual([start, after], [9, 9])
  })

  it('keeps its table on disk for its owner alone, puts it in force after a crash, and refuses a damaged one', async () => {
    await using world = await startKnown()
    const sensor = key('mx1')
    await workFor(world, 14, [sensor])
    await world.learning.apply()
    assert.equal(statSync(world.tablePath).mode & 0o777, 0o600)
    assert.deepEqual((await openTrustTable(world.tablePath)).epoch, world.table.epoch)
    // As if the node had died before the ledger knew.
    await world.ledger.write({ source: sensor, receivedAt: NOW, evidence: [] })
    assert.equal(await world.stepInLedger(sensor), 5)
    assert.equal(await world.learning.restore(), 1)
    assert.equal(await world.stepInLedger(sensor), 7)
    const text = readFileSync(world.tablePath, 'utf8')
    for (const damaged of ['', '{}', text.replace('"after": 7', '"after": 70'), text.slice(0, 100)]) {
      writeFileSync(world.tablePath, damaged)
      await assert.rejects(openTrustTable(world.tablePath), /Cannot open trust table/)
    }
  })

  it('takes nothing for revoked, or for new, when the ledger was restored from a backup', async () => {
    await using world = await startKnown()
    await using older = await startKnown()
    const sensor = key('mx1')
    await world.say(sensor, found(1))
    await world.learning.look()
    // The same memory beside a ledger that has not heard of it.
    const memory = openTrustMemory(join(world.folder, 'trust.sqlite'))
    const agreement = openSqliteAgreement(join(older.folder, 'ledger.sqlite'))
    const sources = [{ name: sensor.name, organisation: 'mx1', learning: 'both-ways', isWitness: false } as const]
    const [told] = await lookAround({ at: NOW, sources, withLists: false }, { agreement, memory })
    assert.equal(told?.agreement.revoked, 0)
    memory[Symbol.dispose]()
    await agreement[Symbol.asyncDispose]()
  })

  it('looks by itself each hour, and makes an epoch once a day', async () => {
    await using world = await startKnown()
    world.learning.start()
    for (let hour = 0; hour < 25; hour++) {
      const timer = world.timers.shift()!
      world.passes(Math.max(0, timer.at - NOW) > 0 ? HOUR : 0)
      timer.run()
      // It waits again once it has looked; what comes after it in turn comes after that.
      await world.learning.look()
      await new Promise(resolve => setImmediate(resolve))
    }
    assert.equal(world.table.epoch.epoch, 2)
  })
})
