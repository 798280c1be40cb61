import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { isEvent, kindOf } from '@tocsin/core/evidence'
import { parseAddress, parseSubject, reservedPrefix, subjectText } from '@tocsin/core/subject'
import type { Offer } from '../../intake/intake.ts'
import { putStarter } from './put-starter.ts'
import { readEntries, readSafetyRanges, readStarter, type StarterList } from './starter.ts'

/** Everything that a list says, as an intake gets it. */
async function offersOf(list: StarterList): Promise<readonly Offer[]> {
  const offers: Offer[] = []
  const told: string[] = []
  await putStarter(list, {
    begin: async () => {
      told.push('begin')
      return { source: list.name, number: 1 }
    },
    put: async words => {
      offers.push(...words)
      return { accepted: words.length, duplicate: 0, refused: [] }
    },
    commit: async () => told.push('commit'),
  })
  assert.deepEqual(told, ['begin', 'commit'])
  return offers
}

test('every line of the starter set says something standing of a subject that is not reserved', async () => {
  const said = new Set<string>()
  for (const list of readStarter()) {
    const kind = kindOf(list.kind)
    assert.ok(kind !== undefined && !isEvent(kind), list.name)
    assert.match(list.licence, /^(?:MIT|CC0-1\.0)$/)
    assert.match(list.date, /^\d{4}-\d{2}-\d{2}$/)
    for (const { subject } of await offersOf(list)) {
      const parsed = parseSubject(subject)
      assert.ok(parsed.ok && subjectText(parsed.value) === subject, subject)
      assert.ok(kind.types.includes(parsed.value.type), subject)
      const address = parseAddress(parsed.value.value)
      if (address.ok) assert.equal(reservedPrefix(address.value), undefined, subject)
      said.add(`${subject} ${kind.name} ${list.confidence}`)
    }
  }
  const examples = {
    'ip:1.92.137.234': 'listed-botnet 1',
    'domain:101logicspark.sbs': 'listed-malware 1',
    'url:autoiwc.ru/templates1/js/mixitup.js': 'listed-malware 1',
    'file:0000e4b25ec8a2e0170eac37576cfe8ab7f2183285469a2af0fc385ff6da2548': 'listed-malware 1',
    'ip:9.9.9.9': 'certified 1',
    'ip:1.1.1.1': 'certified 1',
    'domain:a.root-servers.net': 'certified 1',
    'domain:www.wikipedia.org': 'popular 1',
    'domain:google.com': 'popular 1',
    'domain:docs.google.com': 'shared-host 1',
    'file:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855': 'known-good 1',
    'file:md5:d41d8cd98f00b204e9800998ecf8427e': 'known-good 1',
    'file:sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709': 'known-good 1',
  }
  for (const [subject, kind] of Object.entries(examples)) assert.ok(said.has(`${subject} ${kind}`), subject)
})

test('nothing of the starter set is bad and good at once', () => {
  const good = new Set<string>()
  const bad = new Set<string>()
  for (const list of readStarter()) {
    const set = kindOf(list.kind)?.direction === 'good' ? good : bad
    for (const entry of readEntries(list.file)) set.add(entry.replace(/^domain:|^ip:|^file:/, ''))
  }
  assert.deepEqual(
    [...bad].filter(entry => good.has(entry)),
    [],
  )
})

test('the ranges for enrichment are there, with whose they are', () => {
  const { file, attribution } = readSafetyRanges()
  const lines = gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n')
  assert.ok(lines.length > 1000)
  for (const line of lines) assert.match(line, /^[\da-f.:]+(?:\/\d+)?\t[a-z0-9.-]+\t(?:good|context)-[a-z0-9-]+$/)
  assert.match(attribution.licence, /^CC0-1\.0$/)
})

test('readStarter() refuses a set that is not whole', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-starter-'))
  for (const text of ['', 'lists: 1', 'lists: [1]', 'lists: [{name: a}]']) {
    writeFileSync(join(folder, 'starter.yaml'), text)
    assert.throws(() => readStarter(folder), /^ProblemError: Cannot read starter set/)
  }
})
