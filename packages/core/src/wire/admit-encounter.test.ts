import assert from 'node:assert/strict'
import { test } from 'node:test'
import { subjectText } from '../subject/index.ts'
import { admitEncounter, admitPage } from './admit-encounter.ts'

const NOW = Date.parse('2026-11-22T12:34:56Z')
const HOUR = '2026-11-22T12:00:00Z'
const HASH = 'url:sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'

test('admitPage() takes host and path of a public page, and nothing else', () => {
  for (const text of ['url:example.com/a/b', 'url:192.0.2.1/x.sh', 'url:[2001:db8::1]/a', 'url:example.com/~a/@b']) {
    const page = admitPage(text)
    assert.equal(page.ok ? subjectText(page.value) : page.problem.message, text)
  }
  const bad =
    'example.com/a|url:http://example.com/a|url:u:p@example.com/a|url:u%40example.com/a|url:example.com:80/a|' +
    'url:example.com/a?b|url:example.com/a%3Fb|url:example.com/a?|url:example.com/a#b|url:EXAMPLE.com/a|url:example.com/|' +
    `domain:example.com|url:localhost/a|url:nas.local/a|url:10.0.0.1/a|url:[::1]/a|${HASH}|url:| url:example.com/a`
  for (const text of bad.split('|')) {
    assert.equal(admitPage(text).ok, false, text)
  }
})

test('admitEncounter() takes what names nobody, in one of the last hours', () => {
  const good = { subject: HASH, hour: HOUR, asked: 3, untested: 2, id: 'x' }
  const admitted = admitEncounter(good, NOW)
  assert.ok(admitted.ok)
  const { hour, untested, id } = admitted.value
  assert.deepEqual([hour, untested, id], [Date.parse(HOUR), 2, 'x'])
  for (const subject of ['ip:192.0.2.1', 'domain:example.com', 'url:example.com/a', `file:${HASH.slice(11)}`]) {
    assert.ok(admitEncounter({ ...good, subject }, NOW).ok, subject)
  }
  const bad = [
    { ...good, subject: 'ip:192.168.1.1' },
    { ...good, subject: 'net:192.0.2.0/24' },
    { ...good, subject: 'domain:router' },
    { ...good, subject: 'url:example.com/a?q' },
    { ...good, hour: '2026-11-22T13:00:00Z' },
    { ...good, hour: '2026-11-14T12:00:00Z' },
    { ...good, blocked: 4 },
    { ...good, asked: 1 },
  ]
  for (const wire of bad) assert.equal(admitEncounter(wire, NOW).ok, false, JSON.stringify(wire))
})
