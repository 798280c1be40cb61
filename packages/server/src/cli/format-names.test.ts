import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ALL_FORMATS } from '../formats/all.ts'
import { FORMAT_NAMES } from './format-names.ts'

test('the command line knows every format by its name, and no other', () => {
  assert.deepEqual([...FORMAT_NAMES], ALL_FORMATS.map(({ name }) => name).toSorted())
  assert.equal(new Set(FORMAT_NAMES).size, FORMAT_NAMES.length)
})
