import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatNamed, readAll, short } from './records.fixture.ts'

test('the format routeros follows menus and lines that go on', () => {
  const script = [
    '# by someone',
    '/ip firewall address-list remove [find list=bad]',
    '/ip firewall address-list add list=bad address=192.0.2.0/24',
    '/ip firewall address-list',
    'add address=192.0.2.1 list=bad comment="a b"',
    'add comment="a \\',
    '    b" list=bad \\',
    '    address="192.0.2.2"',
    'add list=bad address=192.0.2.3-192.0.2.4',
    'add list=bad address=192.0.2.9 disabled=yes',
    ':do { /ip firewall address-list add list=bad address=192.0.2.5 } on-error={}',
    'add list=bad',
    '/ip firewall filter',
    'add chain=input src-address=192.0.2.77 address=192.0.2.78 action=accept',
    'what? is this',
    'add list=bad \\',
  ]
  const records = readAll(formatNamed('routeros'), script.join('\n'))
  assert.deepEqual(
    records.map(record => [record.place, short(record)]),
    [
      [1, '-comment'],
      [2, '-metadata'],
      [3, 'net:192.0.2.0/24'],
      [4, '-metadata'],
      [5, 'ip:192.0.2.1'],
      [6, 'ip:192.0.2.2'],
      [9, 'ip:192.0.2.3 ip:192.0.2.4'],
      [10, '-not-an-indicator'],
      [11, 'ip:192.0.2.5'],
      [12, '!syntax'],
      [13, '-metadata'],
      [14, '-metadata'],
      [15, '!syntax'],
      [16, '-metadata'],
    ],
  )
})

test('the format routeros refuses a command without an end', () => {
  const endless = `add list=bad ${'x'.repeat(1000)}\\\n`.repeat(6)
  const records = readAll(formatNamed('routeros'), `${endless}\nadd list=bad address=192.0.2.1\n`)
  assert.ok(records.some(record => short(record) === '!too-long'))
  assert.equal(short(records.at(-1)!), 'ip:192.0.2.1')
})
