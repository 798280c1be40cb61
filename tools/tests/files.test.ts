import { deepEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { plant } from '../fixture.ts'
import { testFiles } from './files.ts'

const PATHS = [
  'packages/core/src/base/heap.test.ts',
  'packages/core/src/a.contract.ts',
  'tools/a.test.ts',
  'e2e/up.test.ts',
  'docs/a.test.ts',
]

test('testFiles() finds the tests where they may be, and selects by path', () => {
  using tree = plant(Object.fromEntries(PATHS.map(path => [path, ''])))
  deepEqual(testFiles(tree, []), ['e2e/up.test.ts', 'packages/core/src/base/heap.test.ts', 'tools/a.test.ts'])
  deepEqual(testFiles(tree, ['./packages/core/', 'up.test']), ['e2e/up.test.ts', 'packages/core/src/base/heap.test.ts'])
})

test('testFiles() refuses a filter that fits nothing', () => {
  using tree = plant({ 'tools/a.test.ts': '' })
  throws(() => testFiles(tree, ['tools', 'tolls']), /"tolls"/)
})
