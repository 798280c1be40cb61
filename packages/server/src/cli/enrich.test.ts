import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { run } from './run.ts'
import { type Differences, EXPLANATION, fakeWorld } from './world.fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'tocsin-enrich-'))
const data = join(folder, 'data')
const list = join(folder, 'asn.csv')
writeFileSync(list, '192.0.2.0,192.0.2.255,64496,"Example, Inc."\n2001:db8::,2001:db8::ffff,64498,\u202eSix\n')

async function ran(words: readonly string[], differences: Differences = {}) {
  const world = fakeWorld({ ...differences, env: { TOCSIN_DATA: data } })
  const code = await run(words, world)
  return { code, ...world.told }
}

test('enrich update compiles a file, lookup and status show it with whose it is and how old', async () => {
  const words = [
    'enrich',
    'update',
    list,
    '--attribution',
    'example.org',
    '--licence',
    'CC0-1.0',
    '--date',
    '2026-11-01',
  ]
  const updated = await ran(words)
  assert.equal(updated.code, 0, updated.errors)
  assert.match(updated.output, /asn +\S+asn\.csv +2 +2 +0 +0/)
  const found = await ran(['enrich', 'lookup', '192.0.2.9'])
  assert.equal(found.output, 'AS64496 Example, Inc.\nasn: example.org; CC0-1.0; data of 2026-11-01\n')
  assert.equal((await ran(['enrich', 'lookup', '203.0.113.1'])).output, 'ip:203.0.113.1: unknown\n')
  const { tables } = JSON.parse((await ran(['enrich', 'status', '--json'])).output)
  const asn = tables.find((each: { table: string }) => each.table === 'asn')
  assert.deepEqual([asn.state, asn.entries, asn.ageDays, asn.attribution.text], ['ready', 2, 21, 'example.org'])
  assert.match((await ran(['enrich', 'status'])).output, /asn +ready +2 +2026-11-01, 21 d old +example\.org; CC0-1\.0/)
})

test('enrich lookup does not let a name steer the terminal', async () => {
  const { output } = await ran(['enrich', 'lookup', '2001:db8::1'])
  assert.doesNotMatch(output, /\u202e/)
})

test('enrich update reads standard input, and refuses what is no data with the table before kept', async () => {
  const piped = await ran(['enrich', 'update', '-', '--table', 'popularity', '--json'], { input: ['1,example.com\n'] })
  assert.equal(piped.code, 0, piped.errors)
  assert.equal(JSON.parse(piped.output).tables[0].accepted, 1)
  const refused = await ran(['enrich', 'update', '-', '--table', 'asn'], { input: ['<html>\n'] })
  assert.equal(refused.code, 2)
  assert.match(refused.errors, /^Cannot compile table: one line or more must be accepted, found none in 1/)
  assert.match((await ran(['enrich', 'lookup', '192.0.2.9'])).output, /^AS64496 /)
})

test('enrich update says which option is wrong', async () => {
  const { code, errors } = await ran(['enrich', 'update', list, '--date', 'yesterday'])
  assert.equal(code, 2)
  assert.match(errors, /--date must be a day as 2026-11-01, found "yesterday"/)
  const missing = await ran(['enrich', 'update', join(folder, 'none.csv')])
  assert.equal(missing.code, 2)
  assert.match(missing.errors, /^Cannot read "[^"]*none\.csv": /)
})

test('explain shows what else is known, with its attribution', async () => {
  const context = {
    asn: { number: 64496, name: 'Example' },
    country: 'NL',
    ranges: [{ list: 'cloud', class: 'context-cloud' }],
    attribution: [{ table: 'asn', text: 'example.org', licence: 'CC0-1.0', date: '2026-11-01' }],
  }
  const { output } = await ran(['explain', '192.0.2.1'], {
    node: { explain: async () => ({ ...EXPLANATION, context }) },
  })
  assert.match(
    output,
    /What else is known\n {2}AS64496 Example, NL\n {2}in cloud \(context-cloud\)\n {2}asn: example\.org; CC0-1\.0/,
  )
})
