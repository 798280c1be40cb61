/** Small inputs of tables and JSON, valid and nearly so, from which the fuzzer begins. All of it is made up. */

const MD5 = '0123456789abcdef0123456789abcdef'
const SHA1 = `${MD5}01234567`
const SHA256 = MD5 + MD5
const DAY = '2026-01-02 03:04:05'

/** Patterns of STIX, for its own parser too. */
export const PATTERNS: readonly string[] = [
  "[ipv4-addr:value = '192.0.2.1']",
  "[ipv4-addr:value IN ('192.0.2.1', '198.51.100.0/24') OR domain-name:value = 'a.example']",
  `[file:hashes.'SHA-256' = '${SHA256}' AND file:hashes.MD5 = '${MD5}']`,
  "([url:value = 'http://a.example/x\\'y'] FOLLOWEDBY [domain-name:value LIKE '%.example']) WITHIN 5 SECONDS",
  "[network-traffic:dst_ref.value = '192.0.2.1' AND network-traffic:dst_port = 443] REPEATS 5 TIMES",
  "[file:name MATCHES '^a' OR NOT (x:y = t'2026-01-02T03:04:05Z')] START t'2026-01-01T00:00:00Z' STOP t'2026-01-02T00:00:00Z'",
]

const INDICATORS = PATTERNS.map((pattern, at) => ({
  type: 'indicator',
  id: `indicator--0a0a0a0a-0000-4000-8000-00000000000${at}`,
  pattern,
  pattern_type: 'stix',
  valid_from: '2026-01-02T03:04:05.678Z',
  confidence: 20 * at,
  ...(at === 1 && { revoked: true }),
}))

const ATTRIBUTES = [
  { type: 'ip-dst|port', value: '192.0.2.1|443', to_ids: true, timestamp: '1767323045' },
  { type: 'domain|ip', value: 'a.example|192.0.2.2', to_ids: true, deleted: true },
  { type: 'url', value: 'http://a.example/x', to_ids: '1' },
  { type: 'filename|md5', value: `a|b.exe|${MD5}`, to_ids: true },
]

const FILE = {
  name: 'file',
  Attribute: [
    { type: 'md5', value: MD5, to_ids: true },
    { type: 'sha256', value: SHA256, to_ids: true },
    { type: 'filename', value: 'x' },
  ],
}

/** Inputs by the name of their format. */
export const STRUCTURED_SAMPLES: Readonly<Record<string, readonly string[]>> = {
  stix: [
    JSON.stringify({ type: 'bundle', id: 'bundle--0', objects: [{ type: 'identity' }, INDICATORS[0], null, 7] }),
    JSON.stringify({ objects: INDICATORS.slice(3, 5), type: 'bundle' }),
    INDICATORS.slice(4)
      .map(each => JSON.stringify(each))
      .join('\n'),
    JSON.stringify([{ type: 'bundle', objects: INDICATORS.slice(1, 3) }]),
  ],
  stix1: ['<stix:STIX_Package xmlns="x">\n</stix:STIX_Package>\n', '{"id":"x:STIXPackage-1","version":"1.1.1"}'],
  misp: [
    JSON.stringify({ response: [{ Event: { info: 'x', Attribute: ATTRIBUTES.slice(0, 2), Object: [FILE] } }] }),
    JSON.stringify({
      Event: { Object: [{ ...FILE, Attribute: Array.from({ length: 40 }, () => FILE.Attribute[0]) }] },
    }),
    JSON.stringify({ Event: { Attribute: ATTRIBUTES, Object: [{ ...FILE, deleted: '1' }] } }, undefined, 1),
    JSON.stringify({ response: { Attribute: ATTRIBUTES } }),
  ],
  'misp-manifest': ['{"0a0a0a0a-0000-4000-8000-000000000000":{"Orgc":{"name":"x"},"info":"a.example"}}'],
  'misp-hashes': [`${MD5},0a0a0a0a-0000-4000-8000-000000000000\n${MD5},x\n`],
  'misp-galaxy': ['{"authors":["x"],"category":"rat","values":[{"meta":{},"value":"a.example"},7]}'],
  'misp-warninglist': [
    '{"list":[".a.example","b.example","192.0.2.0/24","com"],"matching_attributes":["domain"],"name":"x","type":"hostname"}',
    '{"type":"cidr","name":"x","version":1,"list":["192.0.2.0/24","::/0"]}',
  ],
  urlhaus: [
    `# dump\n# id,dateadded,url,url_status,last_online,threat,tags,urlhaus_link,reporter\n"7","${DAY}","http://192.0.2.1:8080/a,b.sh","online","${DAY}","malware_download","elf","https://x.example/7/","x"\n"8","${DAY}","https[:]//evil[.]example/x","offline","None","x","None","y","x"\n`,
    'tags,url,url_status\n"a,b",http[:]//192[.]0[.]2[.]1[:]80/i,online\n',
  ],
  threatfox: [
    `# "first_seen_utc","ioc_id","ioc_value","ioc_type","threat_type","fk_malware","malware_alias","malware_printable","last_seen_utc","confidence_level"\n"${DAY}", "1", "192.0.2.1:443", "ip:port", "botnet_cc", "win.x", "None", "X", "", "75"\n"${DAY}", "3", "http://c2.example/p", "url", "x", "win.x", "None", "X", "", "0"\n`,
  ],
  'threatfox-hashes': [`ioc_value,fk_malware,count\n${MD5},win.x,3\n${SHA256},win.y,1\n`],
  malwarebazaar: [
    `# "first_seen_utc","sha256_hash","md5_hash","sha1_hash","reporter","file_name"\n"${DAY}", "${SHA256}", "${MD5}", "${SHA1}", "r", "a ""b"".exe"\n"${DAY}", "n/a", "${MD5}"\n`,
  ],
  feodo: [
    `# Feodo\n"first_seen_utc","dst_ip","dst_port","c2_status","last_online","malware"\n"${DAY}","192.0.2.1","443","online","2026-01-05","X"\n`,
  ],
  'feodo-json': [
    `[{"ip_address":"192.0.2.1","port":443,"as_number":1,"first_seen":"${DAY}","last_online":null,"malware":"X"},{"ip_address":7}]`,
  ],
  phishtank: [
    'phish_id,url,phish_detail_url,submission_time,verified,verification_time,online,target\n1,"http://phish.example/a, b",x,2026-01-02T03:04:05+00:00,yes,2026-01-02T05:04:05+02:00,yes,Other\n2,http://phish.example/c,x,x,no,,yes,Other\n',
  ],
  'phishtank-json': [
    '[{"phish_id":1,"url":"http:\\/\\/phish.example\\/a","verified":"yes","online":"yes","submission_time":"2026-01-02T03:04:05+00:00"},{"phish_id":2,"url":null}]',
  ],
  'spamhaus-drop-json': [
    '{"cidr":"192.0.2.0/24","sblid":"SBL1","rir":"x"}\n{"cidr":"0.0.0.0/1","sblid":"SBL2","rir":"x"}\n{"asn":64500,"domain":"a.example"}\n{"type":"metadata","timestamp":1}\n',
  ],
  'malware-filter-splunk': [
    '# Title\n"host","path","message","updated"\n"a.example","","m","2026-01-01"\n"192.0.2.1","/x.sh","m","2026-01-01"\n',
  ],
  csv: [
    `# first_seen\thash\ttype\n2026-01-02\t${SHA1}\tsha1\n2026-01-02\t${MD5}\tmd5\n`,
    `\ufeffIndicator_type,Data,Note\nDescription,https://r.example/a,x\nsha256,${SHA256} ,"a ""b""\nc"\nip_port,192.0.2.1:80,\ndomain,hxxps://a[.]example/x,\n,,\n`,
    `sha256,md5,name\n${SHA256},${MD5},a.exe\n,${MD5},c.exe\n`,
    'report;date;ip\nhttps://report.example/;2026-01-02;192.0.2.1\nx;2026-01-03;2001:db8::1\n',
  ],
  json: [
    '{\n\t"allow": ["good.example"],\n\t"deny": ["bad.example", "192.0.2.1", 7],\n\t"references": ["https://report.example/"]\n}\n',
    '["a.example", "192.0.2.0/24", null]',
    '{"ip":"192.0.2.1","last_seen":1767323045}\n{"type":"FileHash-MD5","indicator":"x"}\n{"a":1}\n',
    '{"results":[{"indicators":[{"type":"IPv4","indicator":"192.0.2.1"},{"type":"email","indicator":"a@b.example"}]}]}',
    `{"sha256":"${SHA256}","md5":"${MD5}","__proto__":{"ip":"192.0.2.9"}}`,
  ],
}
