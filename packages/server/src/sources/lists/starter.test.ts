import assert from 'node:assert/strict'
import { createReadStream, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { isEvent, kindOf } from '@tocsin/core/evidence'
import { parseAddress, reservedPrefix } from '@tocsin/core/subject'
import type { Offer } from '../../intake/intake.ts'
import { importList } from './import-list.ts'
import { readStarter } from './starter.ts'

test('every line of the starter set is taken, says something standing, and names nothing reserved', async () => {
  const said = new Map<string, string>()
  for (const list of readStarter()) {
    const kind = kindOf(list.kind)
    assert.ok(kind !== undefined && !isEvent(kind), list.name)
    assert.match(list.licence, /^(?:MIT|CC0-1\.0)$/)
    assert.match(list.date, /^\d{4}-\d{2}-\d{2}$/)
    const counts = await importList({
      intake: {
        begin: async () => ({ source: list.name, number: 1 }),
        commit: async () => 0,
        put: async (offers: readonly Offer[]) => {
          for (const { subject } of offers) said.set(subject, kind.direction)
          return { accepted: offers.length, duplicate: 0, refused: [] }
        },
      },
      chunks: createReadStream(list.file),
      kind: list.kind,
      confidence: list.confidence,
      format: 'plain',
    })
    assert.deepEqual([list.name, counts.refused], [list.name, 0])
    assert.equal(counts.skipped, 5, 'the header says title, source, licence, day and number')
  }
  for (const [subject] of said) {
    const address = parseAddress(subject.replace(/^ip:/, ''))
    if (address.ok) assert.equal(reservedPrefix(address.value), undefined, subject)
  }
  const examples = {
    'ip:1.92.137.234': 'bad',
    'domain:101logicspark.sbs': 'bad',
    'url:autoiwc.ru/templates1/js/mixitup.js': 'bad',
    'file:0000e4b25ec8a2e0170eac37576cfe8ab7f2183285469a2af0fc385ff6da2548': 'bad',
    'ip:9.9.9.9': 'good',
    'domain:www.wikipedia.org': 'good',
  }
  for (const [subject, direction] of Object.entries(examples)) assert.equal(said.get(subject), direction, subject)
})

test('readStarter() refuses a set that is not whole', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-starter-'))
  for (const text of ['', 'lists: 1', 'lists: [1]', 'lists: [{name: a}]']) {
    writeFileSync(join(folder, 'starter.yaml'), text)
    assert.throws(() => readStarter(folder), /^ProblemError: Cannot read starter set/)
  }
})
