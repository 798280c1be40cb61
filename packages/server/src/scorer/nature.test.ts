import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { natureBy } from './nature.ts'

const nature = natureBy({
  registrableDomain: host => (host === 'co.example' || !host.includes('.') ? undefined : 'registrable.example'),
})

describe('natureBy()', () => {
  const cases = [
    ['domain', 'co.example', 'certified'],
    ['domain', 'example', 'certified'],
    ['domain', 'shop.co.example', undefined],
    ['url', 'co.example/a', undefined],
    ['ip', '192.168.1.1', 'certified'],
    ['domain', '192.168.1.1', 'certified'],
    ['domain', '192.0.2.1', undefined],
    ['domain', '[::1]', 'certified'],
    ['url', '[fe80::1]/x', 'certified'],
    ['net', '10.1.0.0/16', 'certified'],
    ['net', '0.0.0.0/1', undefined],
    ['file', 'md5:d41d8cd98f00b204e9800998ecf8427e', undefined],
  ] as const
  for (const [type, value, protection] of cases) {
    it(`${protection === undefined ? 'leaves' : 'certifies'} ${type}:${value}`, () => {
      assert.equal(nature({ type, value }), protection)
    })
  }
})
