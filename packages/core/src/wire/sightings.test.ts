import assert from 'node:assert/strict'
import { test } from 'node:test'
import { subjectText } from '../subject/index.ts'
import { admitSighting, type WireSighting } from './sightings.ts'

const NOW = Date.parse('2026-06-30T12:34:56Z')
const one = (more: Partial<WireSighting>): WireSighting => ({ subject: 'ip:192.0.2.1', messages: 1, ...more })

function reasonOf(wire: WireSighting): string {
  const admitted = admitSighting(wire, NOW)
  return admitted.ok ? 'admitted' : admitted.problem.message
}

test('admitSighting() fills in what is absent: no counts, and the present hour', () => {
  const admitted = admitSighting({ subject: 'ip:::ffff:192.0.2.1', trapped: 2, id: 'x' }, NOW)
  assert.ok(admitted.ok)
  const { subject, ...rest } = admitted.value
  assert.equal(subjectText(subject), 'ip:192.0.2.1')
  const counts = { messages: 0, spam: 0, trapped: 2, complaints: 0, authFailed: 0, rejectedRecipients: 0 }
  assert.deepEqual(rest, { ...counts, hour: Date.parse('2026-06-30T12:00Z'), id: 'x' })
})

test('admitSighting() takes hours of the last two days, and a clock that is a little ahead', () => {
  const hours = { '2026-06-30T12:00Z': 12, '2026-06-30T12:59:59.9Z': 12, '2026-06-28T13:00Z': -35 }
  for (const [hour, expected] of Object.entries(hours)) {
    const admitted = admitSighting(one({ hour }), NOW)
    assert.ok(admitted.ok, hour)
    assert.equal(admitted.value.hour, Date.parse('2026-06-30T00:00Z') + expected * 3_600_000)
  }
  const ahead = admitSighting(one({ hour: '2026-06-30T13:00Z' }), Date.parse('2026-06-30T12:56Z'))
  assert.equal(ahead.ok && ahead.value.hour, Date.parse('2026-06-30T12:00Z'))
})

test('admitSighting() refuses hours that are to come, long over, or none', () => {
  assert.match(reasonOf(one({ hour: '2026-06-30T13:00Z' })), /"hour" must not be to come/)
  assert.match(reasonOf(one({ hour: '9999-01-01T00:00Z' })), /"hour" must not be to come/)
  assert.match(reasonOf(one({ hour: '2026-06-28T11:00Z' })), /"hour" must be of the last 48 hours/)
  assert.match(reasonOf(one({ hour: '0000-01-01T00:00Z' })), /"hour" must be of the last 48 hours/)
  assert.match(reasonOf(one({ hour: '2026-13-01T00:00Z' })), /"hour" must be a time/)
})

test('admitSighting() refuses what is no public address, and what counts nothing', () => {
  assert.match(reasonOf(one({ subject: 'domain:example.com' })), /must be an address, found a domain/)
  assert.match(reasonOf(one({ subject: 'net:192.0.2.0/24' })), /must be an address, found a net/)
  for (const subject of ['ip:10.0.0.1', 'ip:127.0.0.1', 'ip:fe80::1', 'ip:::1']) {
    assert.match(reasonOf(one({ subject })), /must be a public address/)
  }
  assert.match(reasonOf(one({ subject: 'ip:nowhere' })), /Cannot parse ip/)
  assert.match(reasonOf({ subject: 'ip:192.0.2.1', messages: 0 }), /must be more than 0/)
})
