import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { unwrap } from '@tocsin/core/base'
import { parseSubject } from '@tocsin/core/subject'
import type { WireMined } from '@tocsin/core/wire'
import { minedInTime } from './mining-in-time.ts'

const SUBJECT = unwrap(parseSubject('domain:example.com'))
const UNAVAILABLE = { notesState: 'unavailable' }

describe('minedInTime()', () => {
  it('passes on what the miners say', async () => {
    assert.deepEqual(await minedInTime(async () => ({ notes: ['known'] }))(SUBJECT), { notes: ['known'] })
  })

  it('says so where they do not answer in time, or fail', async () => {
    assert.deepEqual(await minedInTime(() => new Promise(() => undefined), 1)(SUBJECT), UNAVAILABLE)
    assert.deepEqual(await minedInTime(() => Promise.reject(new Error('ended')))(SUBJECT), UNAVAILABLE)
  })

  it('puts no more questions to a thread that owes answers to 32, and goes on when it has given them', async () => {
    const owed: PromiseWithResolvers<WireMined>[] = []
    const ask = () => {
      const answer = Promise.withResolvers<WireMined>()
      owed.push(answer)
      return answer.promise
    }
    const minedOf = minedInTime(ask, 1)
    const told = await Promise.all(Array.from({ length: 40 }, () => minedOf(SUBJECT)))
    assert.ok(told.every(({ notesState }) => notesState === 'unavailable'))
    assert.equal(owed.length, 32)
    for (const { resolve } of owed) resolve({ notes: [] })
    await Promise.all(owed.map(({ promise }) => promise))
    const next = minedOf(SUBJECT)
    assert.equal(owed.length, 33)
    owed[32]!.resolve({ notes: ['late'] })
    assert.deepEqual(await next, { notes: ['late'] })
  })
})
