import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { detectFormat, sampleOf } from '../detect.ts'
import { LINE_FORMATS } from './index.ts'
import { formatNamed, readAll, short } from './records.fixture.ts'

const seed = 20261122
const MD5 = '0123456789abcdef0123456789abcdef'
const SHA1 = `${MD5}01234567`
const SHA256 = MD5 + MD5

type Cases = Readonly<Record<string, string>>

const PLAIN: Cases = {
  '192.0.2.1': 'ip:192.0.2.1',
  '  192.0.2.1\t': 'ip:192.0.2.1',
  '192.0.2.0/24 ; SBL1234': 'net:192.0.2.0/24',
  '192.0.2.7/32': 'ip:192.0.2.7',
  '192.0.2.7/24': 'net:192.0.2.0/24',
  '192.0.2.1 # seen twice': 'ip:192.0.2.1',
  '192.0.2.1\t9': 'ip:192.0.2.1',
  'Example.COM. // note': 'domain:example.com',
  '.example.com': 'domain:example.com',
  'münchen.example': 'domain:xn--mnchen-3ya.example',
  'http://example.com/a#b': 'url:example.com/a',
  'http://198.51.100.7:8080/x.sh': 'url:198.51.100.7/x.sh',
  '198.51.100.7/x.sh': 'url:198.51.100.7/x.sh',
  'example.com/a?b=c': 'url:example.com/a?b=c',
  'hxxp://example[.]com/a': 'url:example.com/a',
  'example(.)com': 'domain:example.com',
  '192[.]0[.]2[.]1': 'ip:192.0.2.1',
  '2001:db8::1': 'ip:2001:db8::1',
  '2001:DB8::/32': 'net:2001:db8::/32',
  '192.0.2.1:443': 'ip:192.0.2.1',
  '[2001:db8::1]:80': 'ip:2001:db8::1',
  '192.0.2.1-192.0.2.2': 'ip:192.0.2.1 ip:192.0.2.2',
  '192.0.2.0 - 192.0.2.255': 'net:192.0.2.0/24',
  [MD5.toUpperCase()]: `file:md5:${MD5}`,
  [SHA1]: `file:sha1:${SHA1}`,
  [SHA256]: `file:${SHA256}`,
  'ip:192.0.2.1': 'ip:192.0.2.1',
  'domain:example.com': 'domain:example.com',
  '': '-blank',
  '   ': '-blank',
  '# a': '-comment',
  ' ;a': '-comment',
  '//a': '-comment',
  '2001:db8::1-2001:db8:ffff:ffff:ffff:ffff:ffff:fffe': '!range',
  '256.0.2.0/24': '!not-a-subject',
  '192.0.2.9-192.0.2.1': '!range',
  '192.0.2.1:65536': '!port',
  '010.0.2.1:80': '!not-a-subject',
  '192.0.2.1 7': '!several-words',
  '192.0.2.1 example.com': '!several-words',
  '0.0.0.0/0': '!too-broad',
  '64.0.0.0/7': '!too-broad',
  '::/0': '!too-broad',
  '2000::/15': '!too-broad',
  'net:0.0.0.0/1': '!too-broad',
  '192.0.2.0/24,name': '!columns',
  '/gate.php': '!pattern',
  [SHA256 + SHA256]: '!not-a-subject',
  '10.0.0': '!not-a-subject',
  '010.1.2.3': '!not-a-subject',
  '12345': '!not-a-subject',
  '192.0.2.256': '!not-a-subject',
  '192.0.2.1.': '!not-a-subject',
  '192.0.2.0/33': '!not-a-subject',
  '1.2.3.4.5': '!not-a-subject',
  word: '!not-a-subject',
  cafe: '!not-a-subject',
  '<html>': '!not-a-subject',
  '{"a":1}': '!not-a-subject',
  'a,b.com': '!not-a-subject',
  '*.example.com': '!not-a-subject',
  'someone@example.com': '!not-a-subject',
  d41d8cd98f00b204e9800998ecf8427e: '!empty-file',
}

const HOSTS: Cases = {
  '0.0.0.0 example.com': 'domain:example.com',
  '127.0.0.1\ta.example b.example # two': 'domain:a.example domain:b.example',
  ':: example.com': 'domain:example.com',
  '::1 localhost ip6-localhost ip6-loopback': '-own-name',
  '127.0.0.1 localhost example.com': 'domain:example.com',
  '127.0.0.1 localhost.localdomain': '-own-name',
  '255.255.255.255 broadcasthost': '-own-name',
  'fe80::1%lo0 localhost': '-own-name',
  '0.0.0.0 0.0.0.0': '-own-name',
  '# comment': '-comment',
  '192.0.2.7 printer.example': '!not-a-subject',
  '0.0.0.0': '!not-a-subject',
  '0.0.0.0 good.example bad..': '!not-a-subject',
  '0.0.0.0 single': '!not-a-subject',
  '0.0.0.0 192.0.2.1': '!not-a-subject',
  'example.com': '!not-a-subject',
}

const HASHES: Cases = {
  [MD5]: `file:md5:${MD5}`,
  [`${SHA256}  sample # 1.exe`]: `file:${SHA256}`,
  [`${SHA256} *sample.exe`]: `file:${SHA256}`,
  [`\\${SHA256}  a\\nb`]: `file:${SHA256}`,
  [`SHA256 (a b) = ${SHA256}`]: `file:${SHA256}`,
  [MD5.slice(1)]: '!not-a-subject',
  [`${SHA256}${SHA256}  big`]: '!not-a-subject',
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  /dev/null': '!empty-file',
  'example.com': '!not-a-subject',
  '# comment': '-comment',
}

const ADBLOCK: Cases = {
  '[Adblock Plus 2.0]': '-header',
  '! Title: x': '-comment',
  '||example.com^': 'domain:example.com',
  '||example.com^$all': 'domain:example.com',
  '||example.com^$third-party,important': 'domain:example.com',
  '||192.0.2.1^': 'ip:192.0.2.1',
  '||192.0.2.1:8080^': 'ip:192.0.2.1',
  '||example.com/a/b.exe^$all': 'url:example.com/a/b.exe',
  '||192.0.2.1/24^': 'url:192.0.2.1/24',
  '|https://example.com/a|': 'url:example.com/a',
  'example.com': 'domain:example.com',
  '192.0.2.1': 'ip:192.0.2.1',
  '@@||example.com^': '-exception',
  'example.com##.ad': '-not-an-indicator',
  'example.com#@#.ad': '-not-an-indicator',
  'example.com#?#.ad': '-not-an-indicator',
  '||example.com^$script': '-not-an-indicator',
  '||example.com^$all,domain=other.example': '-not-an-indicator',
  '||example.com^$badfilter': '-not-an-indicator',
  '||*.example.com^': '!pattern',
  '||example.com^*/ads': '!pattern',
  '/banner[0-9]+/': '!pattern',
  '/ads/banner.': '!pattern',
  '||single^': '!not-a-subject',
  '||0.0.0.0/0': 'url:0.0.0.0/0',
}

const DNSMASQ: Cases = {
  'address=/example.com/0.0.0.0': 'domain:example.com',
  'address=/example.com/': 'domain:example.com',
  'address=/example.com/#': 'domain:example.com',
  'address=/a.example/b.example/::': 'domain:a.example domain:b.example',
  'server=/example.com/': 'domain:example.com',
  'local=/example.com/ # c': 'domain:example.com',
  'server=/example.com/192.0.2.53': '-not-an-indicator',
  'address=/nas.example.com/192.0.2.5': '-not-an-indicator',
  'address=/#/0.0.0.0': '-not-an-indicator',
  'cache-size=1000': '-metadata',
  'no-resolv': '-metadata',
  'address=/single/0.0.0.0': '!not-a-subject',
  'address=/a.example//0.0.0.0': '!not-a-subject',
  'example com': '!syntax',
}

const UNBOUND: Cases = {
  'server:': '-metadata',
  'local-zone: "example.com" always_nxdomain': 'domain:example.com',
  'local-zone: "example.com." static': 'domain:example.com',
  'local-zone: "example.com" transparent': '-exception',
  'local-data: "example.com A 0.0.0.0"': 'domain:example.com',
  'local-data: "example.com. 60 IN AAAA ::"': 'domain:example.com',
  'local-data: "nas.example.com A 192.0.2.5"': '-not-an-indicator',
  'local-zone: "com" static': '!not-a-subject',
  'local-zone: example': '!syntax',
}

const RBLDNSD: Cases = {
  '$SOA 3600 ns.example.com root.example.com 0 600 300 86400 300': '-metadata',
  ':127.0.0.2:listed, see http://example.com/$': '-metadata',
  '192.0.2.1': 'ip:192.0.2.1',
  '192.0.2.1 :127.0.0.3:text': 'ip:192.0.2.1',
  '192.0.2': 'net:192.0.2.0/24',
  '198.51': 'net:198.51.0.0/16',
  '198': 'net:198.0.0.0/8',
  '198.51.96/20': 'net:198.51.96.0/20',
  '192.0.2.0/24': 'net:192.0.2.0/24',
  '192.0.2.1-192.0.2.2': 'ip:192.0.2.1 ip:192.0.2.2',
  '192.0.2.0-127': 'net:192.0.2.0/25',
  '192.0.2-192.0.3': 'net:192.0.2.0/23',
  '2001:db8::/32': 'net:2001:db8::/32',
  '127.0.0.2': '-metadata',
  'example.com': 'domain:example.com',
  '.example.com :1:spam': 'domain:example.com',
  '*.example.com': 'domain:example.com',
  '!192.0.2.9': '-exception',
  '!good.example.com': '-exception',
  '# c': '-comment',
  '0/0': '!too-broad',
  '999': '!not-a-subject',
  '192.0.2.9-1': '!range',
  word: '!not-a-subject',
}

const IPSET: Cases = {
  'create bad hash:net family inet': '-metadata',
  'add bad 192.0.2.0/24': 'net:192.0.2.0/24',
  'add bad 192.0.2.1 timeout 300 comment "a b"': 'ip:192.0.2.1',
  'ipset -exist add bad 192.0.2.1': 'ip:192.0.2.1',
  'add bad 192.0.2.1,tcp:80': 'ip:192.0.2.1',
  'add bad 192.0.2.9 nomatch': '-exception',
  'add bad 192.0.2.0/24,eth0': '!columns',
  'add bad 00:11:22:33:44:55': '!not-a-subject',
  'add bad 0.0.0.0/1': '!too-broad',
  'add bad': '!syntax',
  COMMIT: '-metadata',
}

const IPTABLES: Cases = {
  '*filter': '-metadata',
  ':INPUT ACCEPT [0:0]': '-metadata',
  '-A INPUT -s 192.0.2.0/24 -j DROP': 'net:192.0.2.0/24',
  'iptables -I INPUT 1 -s 192.0.2.1,192.0.2.2 -m comment --comment "a b" -j REJECT': 'ip:192.0.2.1 ip:192.0.2.2',
  '-A INPUT -s 192.0.2.1 -j ACCEPT': '-exception',
  '-A INPUT -s 192.0.2.1 -p tcp --dport 22 -j DROP': '-not-an-indicator',
  '-A INPUT ! -s 192.0.2.1 -j DROP': '-not-an-indicator',
  '-A INPUT -s 192.0.2.1 -d 192.0.2.2 -j DROP': '-not-an-indicator',
  '-A INPUT -j DROP': '-not-an-indicator',
  '-A INPUT -s 0.0.0.0/0 -j DROP': '!too-broad',
  'hello world': '!syntax',
}

const CLAMAV: Cases = {
  [`${MD5}:12345:Win.Trojan-1`]: `file:md5:${MD5}`,
  [`${SHA256}:*:Win.Trojan-1:73`]: `file:${SHA256}`,
  [`12345:${MD5}:Win.Trojan-1`]: '-not-an-indicator',
  'd41d8cd98f00b204e9800998ecf8427e:0:Empty': '!empty-file',
  [`${MD5.slice(1)}:1:x`]: '!not-a-subject',
  [`${MD5}:x:y`]: '!syntax',
}

const LOKI: Cases = {
  [`${MD5};Some thing - https://example.com`]: `file:md5:${MD5}`,
  [`${SHA1.toUpperCase()};60;driver.sys`]: `file:sha1:${SHA1}@0.60`,
  [`${MD5};0;known`]: '-not-for-detection',
  [`${MD5};101;x`]: '!syntax',
  'bad.example.com;Some thing': 'domain:bad.example.com',
  'bad.example.com': 'domain:bad.example.com',
  '192.0.2.1;c2': 'ip:192.0.2.1',
  '\\\\svchost\\.exe;60': '-not-an-indicator',
  '\\\\svchost\\.exe': '-not-an-indicator',
  'evil.exe;70': '-not-an-indicator',
  '(?i)C:\\\\TEMP;80;C:\\\\ok': '-not-an-indicator',
  '# c;d': '-comment',
}

const SURICATA: Cases = {
  'alert ip [192.0.2.1,198.51.100.0/24] any -> $HOME_NET any (msg:"a, b [x]"; sid:1;)':
    'ip:192.0.2.1 net:198.51.100.0/24',
  'alert tcp $HOME_NET any -> 192.0.2.1 443 (msg:"x";)': 'ip:192.0.2.1',
  'drop ip [2001:db8::1] any -> any any (sid:1;)': 'ip:2001:db8::1',
  '#alert ip [192.0.2.1] any -> any any (sid:1;)': '-comment',
  'pass ip [192.0.2.1] any -> any any (sid:1;)': '-exception',
  'alert http $HOME_NET any -> $EXTERNAL_NET any (content:"x";)': '-not-an-indicator',
  'alert ip [192.0.2.0/24,!192.0.2.1] any -> any any (sid:1;)': '!pattern',
  'alert ip [192.0.2.1,0.0.0.0/0] any -> any any (sid:1;)': '!too-broad',
  'alert ip [192.0.2.1,bad.example] any -> any any (sid:1;)': '!not-a-subject',
  'alert ip': '!syntax',
}

const IPREP: Cases = {
  '192.0.2.1,3,127': 'ip:192.0.2.1@1.00',
  '192.0.2.0/24, 3, 64': 'net:192.0.2.0/24@0.50',
  '192.0.2.1,3,0': '-not-for-detection',
  '192.0.2.1,3,128': '!columns',
  '192.0.2.1,3': '!columns',
}

const DELTA: Cases = {
  '2026-01-02\t+\t192.0.2.1': 'ip:192.0.2.1@2026-01-02',
  '2026-01-03\t-\t192.0.2.1': 'ip:192.0.2.1@2026-01-03@gone',
  '2026-01-02\t+\thttp://example.com/a b.exe': '!several-words',
  '2026-01-02\t+\thttp://example.com/a\ttag,other': 'url:example.com/a@2026-01-02',
  '2026-01-02\t+\t/gate.php': '!pattern',
  '2026-02-30\t+\t192.0.2.1': '!columns',
  '2026-13-01\t+\t192.0.2.1': '!columns',
  '2026-01-02\t*\t192.0.2.1': '!columns',
  '2026-01-02\t+\t# c': '!columns',
  '2026-01-02\t+\t': '!columns',
  '192.0.2.1': '!columns',
}

const DSHIELD: Cases = {
  'Start\tEnd\tNetmask\tAttacks\tName\tCountry\temail': '-header',
  '192.0.2.0\t192.0.2.255\t24\t4201\tNAME\tUS\tabuse@example.com': 'net:192.0.2.0/24',
  '192.0.2.0\t192.0.3.255\t24\t1': '!range',
  '0.0.0.0\t255.255.255.255\t0\t1': '!too-broad',
  '192.0.2.0 192.0.2.255 24': '!columns',
  '# c': '-comment',
}

const BY_FORMAT: Readonly<Record<string, Cases>> = {
  plain: PLAIN,
  hosts: HOSTS,
  hashes: HASHES,
  adblock: ADBLOCK,
  dnsmasq: DNSMASQ,
  unbound: UNBOUND,
  rbldnsd: RBLDNSD,
  ipset: IPSET,
  iptables: IPTABLES,
  clamav: CLAMAV,
  loki: LOKI,
  suricata: SURICATA,
  iprep: IPREP,
  delta: DELTA,
  dshield: DSHIELD,
}

for (const [name, cases] of Object.entries(BY_FORMAT)) {
  test(`the format ${name} says what each of its lines means`, () => {
    for (const [line, expected] of Object.entries(cases)) {
      const records = readAll(formatNamed(name), `${line}\n`)
      assert.deepEqual(records.map(short), [expected], line)
    }
  })
}

test('the format suricata takes lines of 64 KiB, the others of 4 KiB', () => {
  const addresses = Array.from({ length: 1000 }, (_, at) => `198.51.${at >> 8}.${at & 255}`).join(',')
  const rule = `alert ip [${addresses}] any -> $HOME_NET any (sid:1;)`
  const [record] = readAll(formatNamed('suricata'), rule)
  assert.ok(record?.content.is === 'indicators' && record.content.indicators.length === 1000)
  assert.equal(short(readAll(formatNamed('plain'), rule)[0]!), '!too-long')
})

test(`every format reads the same however its bytes are cut, and throws for none (seed ${seed})`, () => {
  const known = fc.constantFrom(...Object.values(BY_FORMAT).flatMap(Object.keys))
  const odd = fc.constantFrom(
    '$ORIGIN x.',
    '@ SOA a. b. (',
    ')',
    ' A 0.0.0.0',
    'add x \\',
    '\\',
    '/',
    '"',
    '\0',
    'é\ufeff',
  )
  const line = fc.oneof(known, odd, fc.string({ unit: 'binary', maxLength: 30 }))
  const text = fc.array(line, { maxLength: 8 }).map(lines => Buffer.from(lines.join('\n')))
  fc.assert(
    fc.property(fc.constantFrom(...LINE_FORMATS), text, fc.nat(), (format, bytes, cut) => {
      const whole = readAll(format, bytes)
      const at = cut % (bytes.length + 1)
      assert.deepEqual(readAll(format, bytes.subarray(0, at), bytes.subarray(at)), whole)
      assert.deepEqual(readAll(format, ...[...bytes].map(byte => Uint8Array.of(byte))), whole)
      assert.ok(detectFormat(sampleOf('x', bytes)).ok || bytes.length > 0)
    }),
    { seed, numRuns: 1500 },
  )
})

test('every format is found from a few of its own lines', () => {
  for (const [name, cases] of Object.entries(BY_FORMAT)) {
    const lines = Object.keys(cases).filter(line => /^(?:ip|net|domain|url|file):/.test(cases[line]!))
    // Comments and what other formats have too do not decide.
    const own = name === 'loki' ? lines.filter(line => /^[\da-f]{32,};/i.test(line)) : lines
    const found = detectFormat(sampleOf('', Buffer.from(`# c\n${own.join('\n')}\n`)))
    assert.equal(found.ok && found.value.name, name === 'rbldnsd' ? 'plain' : name)
  }
})
