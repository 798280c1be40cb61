import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatNamed, readAll, short } from './records.fixture.ts'

test('the format rpz follows origins, owners and parentheses', () => {
  const zone = [
    '$TTL 30',
    '@ IN SOA localhost. root.localhost. (',
    '  1 ; serial',
    '  2 3 4 5 )',
    ' NS localhost.',
    '; comment',
    'bad.example CNAME .',
    '*.bad.example 60 IN CNAME *.',
    'drop.example CNAME rpz-drop.',
    'sink.example A 0.0.0.0',
    'garden.example CNAME walled.example.net.',
    'good.example CNAME rpz-passthru.',
    'old.example CNAME old.example.',
    '24.0.2.0.192.rpz-ip CNAME .',
    '32.1.2.0.192.rpz-ip CNAME .',
    '48.zz.1.db8.2001.rpz-ip CNAME .',
    '128.1.zz.db8.2001.rpz-ip CNAME .',
    '0.0.0.0.0.rpz-ip CNAME .',
    '33.1.2.0.192.rpz-ip CNAME .',
    '24.0.2.0.192.rpz-client-ip CNAME .',
    'ns.example.rpz-nsdname CNAME .',
    'com CNAME .',
    'nonsense',
  ]
  assert.deepEqual(readAll(formatNamed('rpz'), zone.join('\n')).map(short), [
    ...Array<string>(5).fill('-metadata'),
    '-comment',
    'domain:bad.example',
    'domain:bad.example',
    'domain:drop.example',
    'domain:sink.example',
    '-not-an-indicator',
    '-exception',
    '-exception',
    'net:192.0.2.0/24',
    'ip:192.0.2.1',
    'net:2001:db8:1::/48',
    'ip:2001:db8::1',
    '!too-broad',
    '!not-a-subject',
    '-not-an-indicator',
    '-not-an-indicator',
    '!not-a-subject',
    '!syntax',
  ])
})

test('the format rpz takes the name of the zone off absolute names', () => {
  const dump = [
    'rpz.example. 300 IN SOA ns.example. root.example. 1 2 3 4 5',
    'bad.test.rpz.example. 300 IN CNAME .',
    'other.test. 300 IN CNAME .',
    '$ORIGIN test.rpz.example.',
    'worse CNAME .',
    '\tA 0.0.0.0',
  ]
  assert.deepEqual(readAll(formatNamed('rpz'), dump.join('\n')).map(short), [
    '-metadata',
    'domain:bad.test',
    '!syntax',
    '-metadata',
    'domain:worse.test',
    'domain:worse.test',
  ])
  assert.deepEqual(readAll(formatNamed('rpz'), 'bad.test. CNAME .\n').map(short), ['domain:bad.test'])
})
