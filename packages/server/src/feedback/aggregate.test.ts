import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HOUR_MS } from '@tocsin/core/evidence'
import type { WireEncounter } from '@tocsin/core/wire'
import { Aggregate, AT_ONCE_MS, EACH_MS, SUBJECTS_MAX } from './aggregate.ts'
import { BEGINNING } from './world.fixture.ts'

function start() {
  const clock = { now: BEGINNING }
  const due: { at: number; action: () => void }[] = []
  const handed: WireEncounter[][] = []
  let names = 0
  const aggregate = new Aggregate({
    clock: () => clock.now,
    later(ms, action) {
      const timer = { at: clock.now + ms, action }
      due.push(timer)
      return () => void due.splice(due.indexOf(timer) >>> 0, 1)
    },
    freshName: () => `name-${++names}`,
    handOn: encounters => void handed.push([...encounters]),
  })
  const pass = (ms: number): void => {
    clock.now += ms
    for (const timer of [...due.values()].filter(({ at }) => at <= clock.now)) {
      due.splice(due.indexOf(timer) >>> 0, 1)
      timer.action()
    }
  }
  return { aggregate, handed, pass }
}

const KNOWN = { asked: 1, blocked: 1, untested: 0 }
const UNKNOWN = { asked: 1, blocked: 0, untested: 1 }

test('counts of a subject add up until they are handed on, each time with a name of its own', () => {
  const { aggregate, handed, pass } = start()
  for (let times = 0; times < 3; times++) aggregate.met('ip:192.0.2.1', KNOWN)
  pass(EACH_MS)
  aggregate.met('ip:192.0.2.1', KNOWN)
  pass(EACH_MS)
  const hour = '2026-06-30T12:00:00Z'
  assert.deepEqual(handed, [
    [{ subject: 'ip:192.0.2.1', hour, asked: 3, blocked: 3, untested: 0, id: 'name-1' }],
    [{ subject: 'ip:192.0.2.1', hour, asked: 1, blocked: 1, untested: 0, id: 'name-2' }],
  ])
})

test('what nobody knows is handed on at once, the first time in its hour; the rest waits', () => {
  const { aggregate, handed, pass } = start()
  aggregate.met('ip:192.0.2.1', KNOWN)
  aggregate.met('ip:192.0.2.2', UNKNOWN)
  pass(AT_ONCE_MS)
  aggregate.met('ip:192.0.2.2', UNKNOWN)
  pass(AT_ONCE_MS)
  assert.deepEqual(
    handed.map(each => each.map(({ subject }) => subject)),
    [['ip:192.0.2.2']],
  )
  pass(HOUR_MS)
  aggregate.met('ip:192.0.2.2', UNKNOWN)
  pass(AT_ONCE_MS)
  assert.deepEqual(
    handed.map(each => each.map(({ hour }) => hour.slice(11, 13))),
    [['12'], ['12', '12'], ['13']],
  )
})

test('counts belong to the hour in which they were', () => {
  const { aggregate, handed, pass } = start()
  aggregate.met('ip:192.0.2.1', KNOWN)
  pass(HOUR_MS - 1)
  assert.equal(handed[0]![0]!.hour, '2026-06-30T12:00:00Z')
})

test('it is bounded: what has no room is counted', () => {
  const { aggregate } = start()
  for (let at = 0; at < SUBJECTS_MAX + 5; at++) aggregate.met(`ip:${at}`, KNOWN)
  assert.deepEqual([aggregate.waiting, aggregate.dropped], [SUBJECTS_MAX, 5])
})
