import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ok } from '@tocsin/core/base'
import { FindingsDesk } from '../mining/desk.ts'
import type { RunningMiner } from './mining-miners.ts'
import { MiningRounds } from './mining-rounds.ts'
import { sha256 } from './sha256.ts'

/** Rounds of these miners on an empty book and an idle ledger. */
function roundsOf(...miners: readonly RunningMiner[]) {
  const failures: unknown[] = []
  let commits = 0
  const ledger = {
    write: async () => [],
    retract: async () => 0,
    begin: async () => ({ source: 'x', number: 1 }),
    commit: async () => (commits++, 0),
  }
  const mounted = miners.map((miner, at) => {
    const desk = new FindingsDesk({
      miner: `m${at}`,
      ledger,
      clock: () => 0,
      sha256,
      failed: error => failures.push(error),
    })
    return { miner, desk }
  })
  const book = {
    head: () => ({ bookId: 'b', sequence: 0 }),
    changes: () => ok([]),
    async *entries() {},
  }
  const rounds = new MiningRounds({
    book,
    miners: mounted,
    clock: () => 0,
    pause: async () => undefined,
    failed: error => failures.push(error),
  })
  return { rounds, failures, commits: () => commits }
}

test('a miner that fails is told of and says nothing; the others go on', async () => {
  let turns = 0
  const broken: RunningMiner = {
    turn() {
      throw new Error('its file is full')
    },
  }
  const { rounds, failures, commits } = roundsOf(broken, { turn: () => void turns++ })
  await rounds.round(false)
  await rounds.round(false)
  assert.equal(turns, 2)
  assert.equal(commits(), 1)
  assert.match(String(failures[0]), /its file is full/)
})

test('where somebody waits, all work is done, however much; and what is not whole takes nothing back', async () => {
  let left = 5000
  const { rounds, commits } = roundsOf({ work: () => --left > 0, isWhole: () => false })
  await rounds.round(true)
  assert.deepEqual([left, commits(), rounds.isBusy], [0, 0, false])
})

test('where nobody waits, a miner with endless work leaves the others their turns', async () => {
  let turns = 0
  const { rounds } = roundsOf({ work: () => true }, { turn: () => void turns++ })
  await rounds.round(false)
  assert.deepEqual([turns, rounds.isBusy], [1, true])
})
