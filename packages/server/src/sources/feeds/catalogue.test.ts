import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readCatalogue } from './catalogue.ts'
import { settingsCheck } from './feeds-file.ts'

test('the catalogue is whole: well-known feeds, each with its address, terms, licence and publisher', () => {
  const feeds = [...readCatalogue(settingsCheck()).values()]
  assert.ok(feeds.length >= 40)
  for (const { name, about, terms, settings } of feeds) {
    assert.ok(about !== '' && terms !== '', name)
    assert.match(settings.address, /^https:\/\/[^/]+\//, name)
    assert.ok(settings.licence !== undefined && settings.organisation !== undefined, name)
    assert.ok((settings.everySeconds ?? 0) >= 900, name)
  }
})
