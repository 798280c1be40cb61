import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { ProblemError, sha256, unwrap } from '@tocsin/core/base'
import type { KindName } from '@tocsin/core/evidence'
import { parseSubject, subjectKey } from '@tocsin/core/subject'
import { openSqliteLedger, type SqliteLedger } from '../ledger/sqlite/ledger.ts'
import { FindingsDesk } from './desk.ts'

const NOW = Date.UTC(2026, 5, 30)
const subject = (text: string) => unwrap(parseSubject(text))
const NET = subject('net:192.0.2.0/24')
const OTHER = subject('net:198.51.100.0/24')
const ADDRESS = subject('ip:192.0.2.1')
const KIND = 'bad-neighbourhood'

interface World {
  readonly ledger: SqliteLedger
  readonly failures: unknown[]
  /** Set to have the next write fail. */
  trouble: ProblemError | undefined
  readonly desk: (alsoSays?: readonly KindName[]) => FindingsDesk
  readonly said: (text: string) => Promise<string[]>
}

async function inWorld(test: (world: World) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-desk-'))
  try {
    await using ledger = openSqliteLedger(join(folder, 'ledger.sqlite'))
    const failures: unknown[] = []
    const world: World = {
      ledger,
      failures,
      trouble: undefined,
      desk: (alsoSays = []) =>
        new FindingsDesk({
          miner: 'trial',
          alsoSays,
          clock: () => NOW,
          sha256,
          failed: error => void failures.push(error),
          ledger: {
            write: async write => {
              const { trouble } = world
              world.trouble = undefined
              if (trouble !== undefined) throw trouble
              return ledger.write(write)
            },
            retract: (source, items) => ledger.retract(source, items),
            begin: source => ledger.begin(source),
            commit: generation => ledger.commit(generation),
          },
        }),
      said: async text => {
        const kase = await ledger.caseOf(subject(text).type, subjectKey(subject(text)))
        return (kase?.records ?? []).map(each => `${each.source} ${each.kind} ${each.confidence} ${each.at ?? '-'}`)
      },
    }
    await test(world)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('FindingsDesk', () => {
  it('writes what is said under a name of its own, and takes it back', () =>
    inWorld(async ({ desk, said, ledger }) => {
      const one = desk()
      one.say({ subject: NET, kind: KIND, confidence: 400 })
      assert.equal(await one.flush(), 1)
      assert.deepEqual(await said('net:192.0.2.0/24'), ['tocsin:trial bad-neighbourhood 400 -'])
      assert.deepEqual(
        (await ledger.sources()).map(({ origin, organisation, trustStep }) => [origin, organisation, trustStep]),
        [['mining', 'tocsin', 12]],
      )
      one.unsay(NET, KIND)
      one.unsay(OTHER, KIND)
      assert.equal(await one.flush(), 1)
      assert.deepEqual(await said('net:192.0.2.0/24'), [])
      assert.equal(one.size, 0)
    }))

  it('coalesces, passes small changes over, and lowers a standing statement as well', () =>
    inWorld(async ({ desk, said }) => {
      const one = desk()
      one.say({ subject: NET, kind: KIND, confidence: 900 })
      one.say({ subject: NET, kind: KIND, confidence: 500 })
      await one.flush()
      one.restated()
      await one.flush()
      one.say({ subject: NET, kind: KIND, confidence: 549 })
      assert.equal(await one.flush(), 0)
      one.say({ subject: NET, kind: KIND, confidence: 300 })
      await one.flush()
      assert.deepEqual(await said('net:192.0.2.0/24'), ['tocsin:trial bad-neighbourhood 300 -'])
      one.unsay(NET, KIND)
      one.say({ subject: NET, kind: KIND, confidence: 300 })
      await one.flush()
      assert.deepEqual(await said('net:192.0.2.0/24'), ['tocsin:trial bad-neighbourhood 300 -'])
    }))

  it('says an event again when it was so again', () =>
    inWorld(async ({ desk, said }) => {
      const one = desk()
      one.say({ subject: ADDRESS, kind: 'botnet-sender', confidence: 700, at: NOW - 5000 })
      await one.flush()
      one.say({ subject: ADDRESS, kind: 'botnet-sender', confidence: 700, at: NOW - 5000 })
      assert.equal(await one.flush(), 0)
      one.say({ subject: ADDRESS, kind: 'botnet-sender', confidence: 700, at: NOW })
      assert.equal(await one.flush(), 1)
      assert.deepEqual(await said('ip:192.0.2.1'), [`tocsin:trial botnet-sender 700 ${NOW}`])
    }))

  it('takes back what a former run said once the miner has said all, and not before', () =>
    inWorld(async ({ desk, said }) => {
      const former = desk()
      former.say({ subject: NET, kind: KIND, confidence: 900 })
      former.say({ subject: OTHER, kind: KIND, confidence: 900 })
      await former.flush()
      const one = desk()
      one.say({ subject: NET, kind: KIND, confidence: 300 })
      await one.flush()
      assert.equal((await said('net:198.51.100.0/24')).length, 1)
      one.restated()
      await one.flush()
      assert.deepEqual(await said('net:198.51.100.0/24'), [])
      assert.deepEqual(await said('net:192.0.2.0/24'), ['tocsin:trial bad-neighbourhood 300 -'])
      one.restate()
      one.restated()
      await one.flush()
      assert.deepEqual(await said('net:192.0.2.0/24'), [])
    }))

  it('keeps what cannot be written, and begins anew where its generation is lost', () =>
    inWorld(async world => {
      const one = world.desk()
      one.say({ subject: NET, kind: KIND, confidence: 900 })
      world.trouble = new ProblemError({ code: 'unavailable', message: 'the disk is full' })
      assert.equal(await one.flush(), 0)
      assert.equal(world.failures.length, 1)
      assert.equal(await one.flush(), 1)
      // Somebody else's generation of the same source.
      await world.ledger.begin({ name: 'tocsin:trial', origin: 'mining', organisation: 'tocsin', trustStep: 12 })
      one.say({ subject: OTHER, kind: KIND, confidence: 900 })
      one.restated()
      await one.flush()
      assert.equal(world.failures.length, 2)
      await one.flush()
      assert.equal((await world.said('net:192.0.2.0/24')).length, 1)
      assert.equal((await world.said('net:198.51.100.0/24')).length, 1)
    }))

  it('takes derived kinds alone, of the subjects that they are said of', () =>
    inWorld(async world => {
      const one = world.desk(['shared-host'])
      one.say({ subject: NET, kind: 'listed', confidence: 900 })
      one.say({ subject: NET, kind: 'bad-pages', confidence: 900 })
      one.say({ subject: NET, kind: KIND, confidence: 0 })
      one.say({ subject: NET, kind: KIND, confidence: 5, at: NOW })
      one.say({ subject: NET, kind: 'sending-surge', confidence: 5 })
      assert.equal(await one.flush(), 0)
      assert.match(String(world.failures[0]), /kind "listed" is not a derived one/)
      assert.equal(world.failures.length, 5)
      one.say({ subject: subject('domain:example.com'), kind: 'shared-host', confidence: 1000 })
      assert.equal(await one.flush(), 1)
    }))
})
