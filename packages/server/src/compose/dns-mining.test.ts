import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Subject } from '@tocsin/core/subject'
import type { DnsEncounter } from '../doors/dns/encounters.ts'
import { NAMES_PER_SECOND, toldByDns } from './dns-mining.ts'

const met = (subject: string, untested: number, blocked = 0): DnsEncounter => ({ subject, asked: 3, blocked, untested })

test('toldByDns() passes on names of which nobody knows anything, so many a second', () => {
  const told: string[] = []
  let now = 1_782_777_600_000
  const tell = toldByDns(
    (_, item) => told.push((item as Subject).value),
    () => now,
  )
  const others = [met('ip:192.0.2.1', 1), met('domain:known.example', 0), met('domain:reported.example', 2, 2)]
  tell([...others, met('domain:new.example', 3)], 7)
  assert.deepEqual(told, ['new.example'])
  const many = Array.from({ length: 500 }, (_, n) => met(`domain:h${n}.example`, 1))
  tell(many, 0)
  tell(many, 0)
  assert.equal(told.length, NAMES_PER_SECOND)
  now += 1000
  tell(many, 0)
  assert.equal(told.length, 2 * NAMES_PER_SECOND)
})
