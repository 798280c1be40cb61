import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeHex, sha256, unwrap } from '@tocsin/core/base'
import { parseSubject } from '@tocsin/core/subject'
import { Border } from './privacy.ts'
import { isUnderPublicSuffix } from './world.fixture.ts'

const border = new Border({
  ownDomains: ['own.example.org'],
  ownNetworks: ['net:203.0.113.0/24', 'ip:2001:db8:77::1'].map(text => unwrap(parseSubject(text))),
  isUnderPublicSuffix,
  sha256,
})

const judge = (text: string) => border.judge(unwrap(parseSubject(text)))

const hashOf = (text: string) => `url:sha256:${encodeHex(sha256(new TextEncoder().encode(text)))}`

test('public addresses, names and digests leave as they are', () => {
  for (const text of [
    'ip:192.0.2.1',
    'ip:2001:db8::1',
    'net:198.51.100.0/24',
    'domain:example.com',
    'domain:phish.example',
    'domain:192.0.2.1',
    `file:${'a'.repeat(64)}`,
    `url:sha256:${'0f'.repeat(32)}`,
  ]) {
    assert.deepEqual(judge(text), { stays: false, subject: text })
  }
})

const STAYING: readonly (readonly [text: string, why: string])[] = [
  ['ip:10.1.2.3', 'private-address'],
  ['ip:100.64.0.1', 'private-address'],
  ['ip:127.0.0.1', 'private-address'],
  ['ip:fd00::1', 'private-address'],
  ['ip:fec0::1', 'private-address'],
  ['ip:64:ff9b::10.0.0.1', 'private-address'],
  ['ip:2002:c0a8:101::1', 'private-address'],
  ['ip:::10.0.0.1', 'private-address'],
  ['ip:::ffff:0:10.0.0.1', 'private-address'],
  ['ip:2001:db8:1::200:5efe:192.168.0.9', 'private-address'],
  ['ip:2001:0:c0a8:101::1', 'private-address'],
  ['ip:::ffff:203.0.113.7', 'own'],
  ['ip:64:ff9b::203.0.113.7', 'own'],
  ['ip:2002:cb00:7107::1', 'own'],
  ['ip:2001:0:808:808::34ff:8ef8', 'own'],
  ['net:2002:cb00:7100::/40', 'own'],
  ['net:2002::/32', 'private-address'],
  ['net:2001::/40', 'wide'],
  ['net:192.168.0.0/16', 'private-address'],
  ['net:0.0.0.0/0', 'wide'],
  ['net:8.0.0.0/6', 'wide'],
  ['ip:203.0.113.9', 'own'],
  ['net:203.0.0.0/16', 'own'],
  ['net:2001:db8:77::/48', 'own'],
  ['domain:intranet', 'private-name'],
  ['domain:server.acme.corp', 'private-name'],
  ['domain:nas.local', 'private-name'],
  ['domain:a.b.internal', 'private-name'],
  ['domain:box.home.arpa', 'private-name'],
  ['domain:1.0.168.192.in-addr.arpa', 'private-name'],
  ['domain:x.localhost', 'private-name'],
  ['domain:host.lan', 'private-name'],
  ['domain:10.0.0.1', 'private-address'],
  ['domain:own.example.org', 'own'],
  ['domain:mail.own.example.org', 'own'],
  ['domain:jane%20doe.com', 'private-name'],
  ['domain:OWN.Example.ORG.', 'own'],
  ['url:https://VPN.own%2Eexample。org.:8443/wiki', 'own'],
  ['url:http://0xcb007107/wiki', 'own'],
  ['url:http://[::ffff:a00:1]/wiki', 'private-address'],
  ['url:http://intranet/wiki', 'private-name'],
  ['url:http://10.0.0.1/wiki', 'private-address'],
  ['url:https://203.0.113.1/wiki', 'own'],
  ['url:https://own.example.org/wiki', 'own'],
  ['url:https://example.com/?user=jane', 'front-page'],
]

for (const [text, why] of STAYING) {
  test(`${text} stays: ${why}`, () => assert.deepEqual(judge(text), { stays: why }))
}

test('a name that ends as an own one does, but is another, leaves', () => {
  assert.equal(judge('domain:notown.example.org').stays, false)
  assert.equal(judge('domain:example.org').stays, false)
})

test('a page leaves as the hash of host and path, with its host; user, port, query and fragment leave in no form', () => {
  const page = 'example.com/a/b.html'
  const expected = { stays: false, subject: hashOf(page), host: 'domain:example.com', page: `url:${page}` }
  for (const url of [page, `https://jane:secret@example.com:8443/a/b.html?mail=jane@example.com#top`]) {
    assert.deepEqual(judge(`url:${url}`), expected)
  }
})

test('what is escaped like a query is one, and a text that may name somebody never leaves', () => {
  for (const text of ['url:example.com/a%3Fmail=jane', 'url:example.com/a%253Fmail=jane#x']) {
    const leaving = judge(text)
    assert.equal(leaving.stays === false && leaving.page, 'url:example.com/a')
  }
  for (const path of ['unsubscribe/jane%40example.com', 'to/https:/jane:secret@inside/x', 'a%23jane']) {
    const leaving = judge(`url:example.com/${path}`)
    assert.equal(leaving.stays === false && leaving.page, undefined, path)
  }
})

test('the host of a page that is an address leaves as an address', () => {
  const leaving = judge('url:http://[2001:db8::1]/x')
  assert.equal(leaving.stays === false && leaving.host, 'ip:2001:db8::1')
})
