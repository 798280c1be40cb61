/** Small inputs of the formats of lines, valid and nearly so, from which the fuzzer begins. All of it is made up. */

const MD5 = '0123456789abcdef0123456789abcdef'
const SHA1 = `${MD5}01234567`
const SHA256 = MD5 + MD5

/** Inputs by the name of their format. */
export const LINE_SAMPLES: Readonly<Record<string, readonly string[]>> = {
  plain: [
    '# a list\r\n192.0.2.1\r\n192.0.2.0/24 ; SBL1\r\n2001:db8::1\r\n2001:db8::/32\r\n',
    '192.0.2.1-192.0.2.9\n198.51.100.0 - 198.51.100.255\n2001:db8::1-2001:db8::9\n192.0.2.1:443\n[2001:db8::1]:80\n',
    'example.com\n.example.net\nmünchen.example\nhxxp://example[.]com/a\nhttp://u:p@198.51.100.7:8080/x/../%2e?q#f\n',
    `${MD5}\n${SHA1.toUpperCase()}\n${SHA256}\nip:192.0.2.1\nurl:example.com/a?b=c\n192.0.2.1\t9\nword\n0.0.0.0/0`,
  ],
  hosts: [
    '0.0.0.0 example.com\n127.0.0.1\ta.example b.example # two\n::1 localhost\nfe80::1%lo0 localhost\n',
    ':: example.com\n192.0.2.7 printer.example\n0.0.0.0 good.example bad..\n',
  ],
  hashes: [
    `${MD5}\n${SHA256}  sample # 1.exe\n\\${SHA256}  a\\nb\nSHA256 (a b) = ${SHA256}\n${SHA1} *x\n`,
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  /dev/null\n# comment\n',
  ],
  adblock: [
    '[Adblock Plus 2.0]\n! Title: x\n||example.com^\n||example.com^$third-party,important\n@@||example.net^\n',
    '||192.0.2.1:8080^\n||example.com/a/b.exe^$all\n|https://example.com/a|\nexample.com##.ad\n||*.example.com^\n/ads/\n',
  ],
  dnsmasq: [
    'address=/example.com/0.0.0.0\naddress=/a.example/b.example/::\nserver=/example.net/ # c\ncache-size=1000\n',
  ],
  unbound: [
    'server:\nlocal-zone: "example.com." static\nlocal-data: "example.net. 60 IN AAAA ::"\nlocal-data: "x.example A 192.0.2.5"\n',
  ],
  rbldnsd: [
    '$SOA 3600 ns.example.com root.example.com 0 600 300 86400 300\n:127.0.0.2:listed $\n192.0.2.1 :127.0.0.3:text\n192.0.2\n',
    '198.51.96/20\n192.0.2.0-127\n192.0.2-192.0.3\n2001:db8::/32\n.example.com :1:spam\n!192.0.2.9\n*.example.net\n0/0\n',
  ],
  ipset: [
    'create bad hash:net family inet\nadd bad 192.0.2.0/24\nadd bad 192.0.2.1 timeout 300 comment "a b"\nCOMMIT\n',
    'ipset -exist add bad 192.0.2.1,tcp:80\nadd bad 192.0.2.9 nomatch\nadd bad 0.0.0.0/1\n',
  ],
  iptables: [
    '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -s 192.0.2.0/24 -j DROP\n-A INPUT ! -s 192.0.2.1 -j DROP\nCOMMIT\n',
    'iptables -I INPUT 1 -s 192.0.2.1,192.0.2.2 -m comment --comment "a \\"b" -j REJECT\n-A INPUT -j ACCEPT\n',
  ],
  clamav: [`${MD5}:12345:Win.Trojan-1\n${SHA256}:*:Win.Trojan-1:73\n12345:${MD5}:Win.Trojan-1\n`],
  loki: [`# LOKI\n${MD5};Some thing\n${SHA1};60;driver.sys\nbad.example.com;c2\n192.0.2.1;c2\n\\\\svc\\.exe;60\n`],
  suricata: [
    'alert ip [192.0.2.1,198.51.100.0/24] any -> $HOME_NET any (msg:"a, b [x]"; sid:1;)\n# alert ip [192.0.2.1] any\n',
    'alert tcp $HOME_NET any -> 192.0.2.1 443 (msg:"x";)\npass ip [192.0.2.1] any -> any any (sid:1;)\nalert ip [!192.0.2.1]\n',
  ],
  iprep: ['192.0.2.1,3,127\n192.0.2.0/24, 3, 64\n192.0.2.1,3,0\n2001:db8::1,1,1\n'],
  delta: [
    '2026-01-02\t+\t192.0.2.1\n2026-01-03\t-\t192.0.2.1\n2026-01-03\t+\thttp://example.com/a\ttag,other\n2026-02-30\t+\tx\n',
  ],
  dshield: [
    'Start\tEnd\tNetmask\tAttacks\tName\tCountry\temail\n192.0.2.0\t192.0.2.255\t24\t4201\tNAME\tUS\tabuse@example.com\n',
    '0.0.0.0\t255.255.255.255\t0\t1\n192.0.2.0\t192.0.3.255\t24\t1\n',
  ],
  routeros: [
    '/ip firewall address-list\nadd address=192.0.2.1 list=bad comment="a b"\nadd comment="a \\\n    b" list=bad \\\n address="192.0.2.2"\n',
    ':do { /ip firewall address-list add list=bad address=192.0.2.5 } on-error={}\nadd list=bad disabled=yes address=192.0.2.3-192.0.2.4\n/ip firewall filter\nadd list=bad \\',
  ],
  rpz: [
    '$TTL 30\n@ IN SOA localhost. root.localhost. (\n  1 ; serial\n  2 3 4 5 )\n NS localhost.\nbad.example CNAME .\n*.bad.example 60 IN CNAME *.\n',
    '$ORIGIN rpz.example.\n24.0.2.0.192.rpz-ip CNAME .\n48.zz.1.db8.2001.rpz-ip CNAME .\nworse.rpz.example. CNAME rpz-drop.\n\tA 0.0.0.0\nok CNAME rpz-passthru.\n',
  ],
}
