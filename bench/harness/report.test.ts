import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pageOf, type Report, withRun } from './report.ts'
import { sampleOf } from './samples.ts'

const machine: Report['machine'] = {
  cpu: 'some processor',
  cores: 2,
  memoryGiB: 4,
  kernel: '6.1',
  node: 'v24.21.0',
  packages: {},
  revision: 'abc',
}

const run = (date: string, figures: Readonly<Record<string, number>>, quick = false): Report => ({
  date,
  command: `npm run bench -- ${Object.keys(figures).join(' ')}`,
  quick,
  machine,
  results: Object.entries(figures).map(([figure, value]) => ({
    figure,
    rows: [{ what: `the ${figure} of it`, unit: 'ms', ours: sampleOf([value]) }],
  })),
})

test('a figure stands in the last run that measured it, and a run of which none is left is gone', () => {
  const first = run('2026-01-01T00:00:00Z', { a: 1, b: 2 })
  const both = withRun([first], run('2026-01-02T00:00:00Z', { b: 3 }))
  assert.deepEqual(
    both.map(({ results }) => results.map(({ figure }) => figure)),
    [['a'], ['b']],
  )
  assert.equal(withRun(both, run('2026-01-03T00:00:00Z', { a: 4 })).length, 2)
  assert.equal(withRun([run('2026-01-01T00:00:00Z', { a: 9 }, true)], run('2026-01-03T00:00:00Z', { b: 4 })).length, 1)
})

test('the page has a section for each run, the newest first, with the command that made it', () => {
  const page = pageOf([run('2026-01-01T00:00:00Z', { a: 1 }), run('2026-01-02T00:00:00Z', { b: 3 })])
  const commands = page.split('\n').filter(line => line.startsWith('`npm'))
  assert.deepEqual(commands, ['`npm run bench -- b`', '`npm run bench -- a`'])
  assert.ok(page.includes('| a | the a of it | 1 ms | – | – | – | – |'))
})
