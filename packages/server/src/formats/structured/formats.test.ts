import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ProblemError } from '@tocsin/core/base'
import fc from 'fast-check'
import type { ColumnMapping, FeedRecord, FormatOptions, Indicator } from '../format.ts'
import { STRUCTURED_FORMATS } from './index.ts'

const seed = 20261122
const MD5 = '0123456789abcdef0123456789abcdef'
const SHA1 = `${MD5}01234567`
const SHA256 = MD5 + MD5
const EMPTY = 'd41d8cd98f00b204e9800998ecf8427e'

function records(
  format: string,
  input: string | Uint8Array,
  options: FormatOptions = {},
  pieceBytes = 1 << 20,
): readonly FeedRecord[] {
  const row = STRUCTURED_FORMATS.find(({ name }) => name === format)
  assert.ok(row !== undefined, format)
  const reader = row.open(options)
  const bytes = Buffer.from(input)
  const all: FeedRecord[] = []
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const piece = Buffer.from(bytes.subarray(at, at + pieceBytes))
    all.push(...reader.push(piece))
    piece.fill(0x7b)
  }
  all.push(...reader.end())
  assert.deepEqual(
    all.map(({ place }) => place),
    all.map((_, at) => at + 1),
  )
  return all
}

/** Each record as `subject @kind ×confidence ~time (related) =digests gone`, `-cause` or `!cause`. */
function read(
  format: string,
  input: string | Uint8Array,
  options: FormatOptions = {},
  pieceBytes?: number,
): readonly string[] {
  return records(format, input, options, pieceBytes).map(({ content }) => {
    if (content.is === 'indicators') return content.indicators.map(spelled).join(' | ')
    return content.is === 'skipped' ? `-${content.cause}` : `!${content.cause}`
  })
}

function spelled({ subject, kind, confidence, observedAt, related, digests = {}, gone }: Indicator): string {
  const said = [subject, kind && `@${kind}`, confidence && `×${confidence}`, observedAt && `~${observedAt}`]
  const own = subject.slice(subject.lastIndexOf(':') + 1)
  const others = Object.entries(digests).filter(([, digest]) => digest !== own)
  const same = others.map(([name, digest]) => `=${name}:${digest}`)
  return [...said, related && `(${related.join(' ')})`, ...same, gone && 'gone'].filter(part => part).join(' ')
}

function detected(input: string, name = ''): string {
  const bytes = Buffer.from(input)
  const sample = { name, bytes, text: input.replace(/^\ufeff/, ''), lines: input.split(/\r?\n/) }
  const rows = STRUCTURED_FORMATS.map(format => [format.detect(sample), format.name] as const)
  const [most] = rows.toSorted((a, b) => b[0] - a[0])
  return most === undefined || most[0] === 0 ? '' : most[1]
}

const URLHAUS = `################################
# abuse.ch URLhaus Database Dump
#
# id,dateadded,url,url_status,last_online,threat,tags,urlhaus_link,reporter
"7","2026-01-02 03:04:05","http://192.0.2.1:8080/a,b.sh","online","2026-01-03 00:00:00","malware_download","32-bit,elf","https://urlhaus.example/7/","x"
"8","2026-01-02 03:04:05","https[:]//evil[.]example/x","offline","None","malware_download","None","https://urlhaus.example/8/","x"
"9","2026-01-02 03:04:05","not a url","offline","None","malware_download","None","https://urlhaus.example/9/","x"
"10"
`
const THREATFOX = `# "first_seen_utc","ioc_id","ioc_value","ioc_type","threat_type","fk_malware","malware_alias","malware_printable","last_seen_utc","confidence_level","reference","tags","anonymous","reporter"
"2026-01-02 03:04:05", "1", "192.0.2.1:443", "ip:port", "botnet_cc", "win.x", "None", "X", "", "75", "https://report.example/", "a,b", "0", "r"
"2026-01-02 03:04:05", "2", "c2.example", "domain", "botnet_cc", "win.x", "None", "X", "2026-01-05 00:00:00", "100", "None", "", "0", "r"
"2026-01-02 03:04:05", "3", "http://c2.example/p", "url", "payload_delivery", "win.x", "None", "X", "", "50", "None", "", "0", "r"
"2026-01-02 03:04:05", "4", "${SHA256}", "sha256_hash", "payload", "win.x", "None", "X", "", "0", "None", "", "0", "r"
"2026-01-02 03:04:05", "5", "${MD5}", "md5_hash", "botnet_cc", "win.x", "None", "X", "", "", "None", "", "0", "r"
"2026-01-02 03:04:05", "6", "a@b.example", "envelope_from", "payload_delivery", "win.x", "None", "X", "", "50", "None", "", "0", "r"
`
const BAZAAR = `# "first_seen_utc","sha256_hash","md5_hash","sha1_hash","reporter","file_name"
"2026-01-02 03:04:05", "${SHA256}", "${MD5}", "${SHA1}", "r", "a ""b"".exe", "more", "than named"
"2026-01-02 03:04:05", "n/a", "${MD5}", "n/a", "r", "x"
"2026-01-02 03:04:05", "${SHA256}", "n/a", "n/a", "r", "x"
`
const FEODO = `# Feodo
"first_seen_utc","dst_ip","dst_port","c2_status","last_online","malware"
"2026-01-02 03:04:05","192.0.2.1","443","online","2026-01-05","Emotet"
`
const FEODO_JSON =
  '[{"ip_address":"192.0.2.1","port":443,"as_number":1,"as_name":"X","first_seen":"2026-01-02 03:04:05","last_online":null,"malware":"X"},{"ip_address":7}]'
const PHISH_CSV = `phish_id,url,phish_detail_url,submission_time,verified,verification_time,online,target
1,"http://phish.example/a, b",http://www.phishtank.com/1,2026-01-02T03:04:05+00:00,yes,2026-01-02T05:04:05+02:00,yes,Other
2,http://phish.example/c,http://www.phishtank.com/2,2026-01-02T03:04:05+00:00,no,,yes,Other
`
const PHISH_JSON =
  '[{"phish_id":1,"url":"http:\\/\\/phish.example\\/a","verified":"yes","online":"yes","submission_time":"2026-01-02T03:04:05+00:00"},{"phish_id":2,"url":null}]'
const DROP =
  '{"cidr":"192.0.2.0/24","sblid":"SBL1","rir":"x"}\n{"cidr":"0.0.0.0/1","sblid":"SBL2","rir":"x"}\n{"type":"metadata","timestamp":1}\n'
const STIX = JSON.stringify({
  type: 'bundle',
  id: 'bundle--0a0a0a0a-0000-4000-8000-000000000000',
  objects: [
    { type: 'identity', name: 'x' },
    {
      type: 'indicator',
      pattern: "[ipv4-addr:value = '192.0.2.1']",
      pattern_type: 'stix',
      valid_from: '2026-01-02T03:04:05.678Z',
      confidence: 80,
    },
    { type: 'indicator', pattern: "[domain-name:value = 'a.example']", labels: ['malicious-activity'], revoked: true },
    { type: 'indicator', pattern: "[domain-name:value = 'a.example']", labels: ['benign'] },
    { type: 'indicator', pattern: 'rule x {}', pattern_type: 'yara' },
    { type: 'indicator', pattern: "[domain-name:value MATCHES 'a']" },
    { type: 'indicator', pattern: 7 },
    null,
  ],
})
const MISP = JSON.stringify({
  response: [
    {
      Event: {
        info: 'x',
        Orgc: { name: 'x' },
        Attribute: [
          { type: 'ip-dst|port', value: '192.0.2.1|443', to_ids: true, timestamp: '1767323045' },
          { type: 'domain|ip', value: 'a.example|192.0.2.2', to_ids: true, deleted: true },
          { type: 'url', value: 'http://a.example/x', to_ids: false },
          { type: 'uri', value: '/x', to_ids: true },
          { type: 'filename|md5', value: `a|b.exe|${MD5}`, to_ids: '1' },
          { type: 'malware-sample', value: `a.exe|${EMPTY}`, to_ids: true },
          { type: 'email-src', value: 'a@b.example', to_ids: true },
          { type: 'hostname', value: 12, to_ids: true },
        ],
        Object: [
          {
            name: 'file',
            Attribute: [
              { type: 'md5', value: MD5, to_ids: true },
              { type: 'sha256', value: SHA256, to_ids: true },
              { type: 'filename', value: 'x', to_ids: false },
            ],
          },
        ],
      },
    },
  ],
})
const WARNINGLIST =
  '{"description":"x","list":[".a.example","b.example","com"],"matching_attributes":["domain"],"name":"x","type":"hostname","version":1}'
const SPLUNK =
  '# Title\n"host","path","message","updated"\n"a.example","","m","2026-01-01"\n"192.0.2.1","/x.sh","m","2026-01-01"\n'
const TSV = `# first_seen\thash\ttype\tsource\tfamily\n2026-01-02\t${SHA1}\tsha1\tx/README.adoc\tf\n2026-01-02\t${EMPTY}\tmd5\tx\tf\n`
const MIXED = `\ufeffIndicator_type,Data,Note\nDescription,https://report.example/a,x\nsha256,${SHA256} ,"a ""b""\nc"\nfile_path,C:\\x.exe,\nip_port,192.0.2.1:80,\ndomain,hxxps://a[.]example/x,\n,,\n`
const HASHES = `sha256,md5,name\n${SHA256},${MD5},a.exe\n${SHA256},,b.exe\n,${MD5},c.exe\n`
const POLKADOT =
  '{\n\t"allow": ["good.example"],\n\t"deny": ["bad.example", "192.0.2.1", 7],\n\t"references": ["https://report.example/"]\n}\n'

const CASES: readonly (readonly [string, string, readonly string[]])[] = [
  [
    'urlhaus',
    URLHAUS,
    [
      ...Array.from({ length: 4 }, () => '-comment'),
      'url:192.0.2.1/a,b.sh @listed-malware ~2026-01-03T00:00:00Z',
      'url:evil.example/x @listed-malware ~2026-01-02T03:04:05Z',
      '!several-words',
      '!columns',
    ],
  ],
  [
    'urlhaus',
    'tags,url,url_status\n"a,b",http[:]//192[.]0[.]2[.]1[:]80/i,online\n',
    ['-header', 'url:192.0.2.1/i @listed-malware'],
  ],
  [
    'threatfox',
    THREATFOX,
    [
      '-comment',
      'ip:192.0.2.1 @listed-botnet ×0.75 ~2026-01-02T03:04:05Z',
      'domain:c2.example @listed-botnet ×1 ~2026-01-05T00:00:00Z',
      'url:c2.example/p @listed-malware ×0.5 ~2026-01-02T03:04:05Z',
      '-not-for-detection',
      `file:md5:${MD5} @listed-malware ~2026-01-02T03:04:05Z`,
      '-not-an-indicator',
    ],
  ],
  [
    'malwarebazaar',
    BAZAAR,
    [
      '-comment',
      `file:${SHA256} @listed-malware ~2026-01-02T03:04:05Z =md5:${MD5} =sha1:${SHA1}`,
      '!not-a-subject',
      `file:${SHA256} @listed-malware ~2026-01-02T03:04:05Z`,
    ],
  ],
  ['feodo', FEODO, ['-comment', '-header', 'ip:192.0.2.1 @listed-botnet ~2026-01-05T00:00:00Z']],
  ['feodo-json', FEODO_JSON, ['ip:192.0.2.1 @listed-botnet ~2026-01-02T03:04:05Z', '!not-a-subject']],
  [
    'phishtank',
    PHISH_CSV,
    ['-header', 'url:phish.example/a,%20b @listed-phishing ~2026-01-02T03:04:05Z', '-not-for-detection'],
  ],
  ['phishtank-json', PHISH_JSON, ['url:phish.example/a @listed-phishing ~2026-01-02T03:04:05Z', '!not-a-subject']],
  ['spamhaus-drop-json', DROP, ['net:192.0.2.0/24', '!too-broad', '-metadata']],
  ['spamhaus-drop-json', '{"asn":64500,"rir":"x","domain":"a.example"}\n', ['-not-an-indicator']],
  [
    'stix',
    STIX,
    [
      '-not-an-indicator',
      'ip:192.0.2.1 ×0.8 ~2026-01-02T03:04:05Z',
      'domain:a.example gone',
      '-not-for-detection',
      '-not-an-indicator',
      '!pattern',
      '!syntax',
      '!syntax',
    ],
  ],
  [
    'misp',
    MISP,
    [
      'ip:192.0.2.1 ~2026-01-02T03:04:05Z',
      'domain:a.example (ip:192.0.2.2) gone',
      '-not-for-detection',
      '-not-an-indicator',
      `file:md5:${MD5}`,
      '!empty-file',
      '-not-an-indicator',
      '!syntax',
      `file:md5:${MD5} =sha256:${SHA256}`,
      `file:${SHA256} =md5:${MD5}`,
      '-not-an-indicator',
    ],
  ],
  ['misp-manifest', '{"0a0a0a0a-0000-4000-8000-000000000000":{"Orgc":{"name":"x"},"info":"a.example"}}', ['-metadata']],
  ['misp-hashes', `${MD5},0a0a0a0a-0000-4000-8000-000000000000\n`, ['-not-an-indicator']],
  [
    'misp-galaxy',
    '{"authors":["x"],"category":"rat","values":[{"meta":{},"value":"a.example"}]}',
    ['-not-an-indicator'],
  ],
  ['misp-warninglist', WARNINGLIST, ['domain:a.example', 'domain:b.example', '!not-a-subject']],
  ['misp-warninglist', '{"type":"substring","list":["a.example"]}', ['-not-an-indicator']],
  ['misp-warninglist', '{"list":["a.example"],"name":"x","type":"new"}', ['!syntax']],
  ['malware-filter-splunk', SPLUNK, ['-comment', '-header', 'domain:a.example', 'url:192.0.2.1/x.sh']],
  ['csv', TSV, ['-comment', `file:sha1:${SHA1} ~2026-01-02T00:00:00Z`, '!empty-file']],
  [
    'csv',
    MIXED,
    [
      '-header',
      '-not-an-indicator',
      `file:${SHA256}`,
      '-not-an-indicator',
      'ip:192.0.2.1',
      'url:a.example/x',
      '-blank',
    ],
  ],
  ['csv', HASHES, ['-header', `file:${SHA256} =md5:${MD5}`, `file:${SHA256}`, `file:md5:${MD5}`]],
  [
    'csv',
    'report;date;ip\nhttps://report.example/;2026-01-02;192.0.2.1\n',
    ['-header', 'ip:192.0.2.1 ~2026-01-02T00:00:00Z'],
  ],
  ['json', POLKADOT, ['-exception', 'domain:bad.example', 'ip:192.0.2.1', '!not-a-subject', '!not-a-subject']],
  ['json', '["a.example", "192.0.2.0/24", null]', ['domain:a.example', 'net:192.0.2.0/24', '!not-a-subject']],
  [
    'json',
    '{"ip":"192.0.2.1","last_seen":1767323045}\n{"type":"FileHash-MD5","indicator":"x"}\n{"a":1}\n{"broken\n',
    ['ip:192.0.2.1 ~2026-01-02T03:04:05Z', '!not-a-subject', '!not-a-subject', '!syntax'],
  ],
  [
    'json',
    '{"results":[{"indicators":[{"type":"IPv4","indicator":"192.0.2.1"},{"type":"email","indicator":"a@b.example"}]}]}',
    ['ip:192.0.2.1', '-not-an-indicator'],
  ],
  [
    'json',
    '{"sha256":"'.concat(SHA256, '","md5":"', MD5, '","__proto__":{"ip":"192.0.2.9"}}'),
    [`file:${SHA256} =md5:${MD5}`],
  ],
  ['json', '{"data":[]}', []],
  ['stix1', '<stix:STIX_Package xmlns="x">\n</stix:STIX_Package>\n', ['!syntax']],
  ['stix1', '{"id":"x:STIXPackage-1","version":"1.1.1","indicators":[]}', ['!syntax']],
]

test('each structured format reads its own samples, and is found by them', () => {
  for (const [format, input, expected] of CASES) {
    assert.deepEqual(read(format, input), expected, `${format}: ${input.slice(0, 80)}`)
    if (expected.length > 0 && !input.includes('__proto__')) assert.equal(detected(input), format, input.slice(0, 80))
  }
})

test(`each structured format reads the same however the bytes are cut (seed ${seed})`, () => {
  for (const [format, input, expected] of CASES) assert.deepEqual(read(format, input, {}, 1), expected, format)
  fc.assert(
    fc.property(
      fc.constantFrom(...CASES),
      fc.nat(),
      fc.nat(5000),
      fc.constantFrom('"', '\n', '{', ',', '\\', '', '[', '#'),
      (row, take, at, put) => {
        const [format, input] = row
        const text = input.slice(0, at % input.length) + put + input.slice((at % input.length) + (take % 3))
        assert.deepEqual(outcome(format, text, 1 + (take % 7)), outcome(format, text, 1 << 20))
      },
    ),
    { seed, numRuns: 1500 },
  )
})

/** What comes of an input, to the end or to where it broke off. */
function outcome(format: string, text: string, pieceBytes: number): readonly string[] {
  try {
    return read(format, text, {}, pieceBytes)
  } catch (error) {
    assert.ok(error instanceof ProblemError && error.problem.code === 'invalid', String(error))
    return ['broken off']
  }
}

test(`each structured format throws for no bytes but at the end (seed ${seed})`, () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.json().map(text => Buffer.from(text)),
  )
  const names = STRUCTURED_FORMATS.map(({ name }) => name)
  fc.assert(
    fc.property(fc.constantFrom(...names), bytes, (format, input) => {
      outcome(format, Buffer.from(input).toString('latin1'), 64)
    }),
    { seed, numRuns: 1500 },
  )
})

test('JSON formats refuse what breaks off', () => {
  for (const [format, input] of CASES) {
    if (!/^[[{]/.test(input) || input.includes('\n{') || format === 'stix1') continue
    assert.throws(() => read(format, input.trimEnd().slice(0, -1)), ProblemError, format)
  }
})

test('csv takes columns by name or number, a separator and a confidence', () => {
  const rows = 'host|sure|when\na.example|50|2026-01-02\nb.example|0|x\nb.example|100|x\n'
  const columns: ColumnMapping = { subject: 'host', confidence: 'sure', observedAt: 3, separator: '|' }
  assert.deepEqual(read('csv', rows, { columns }), [
    '-header',
    'domain:a.example ×0.5 ~2026-01-02T00:00:00Z',
    '-not-for-detection',
    'domain:b.example ×1',
  ])
  assert.deepEqual(read('csv', 'x.example,0.5\n', { columns: { subject: 1, confidence: 2, header: false } }), [
    'domain:x.example ×0.5',
  ])
  assert.deepEqual(read('csv', 'a,b\nx.example,1\n', { columns: { subject: 'none' } }), ['-header', '!columns'])
})

test('csv refuses long rows and wide ones, and a lone quote does not swallow the file', () => {
  const long = 'x'.repeat(70_000)
  for (const pieceBytes of [1009, 1 << 20]) {
    const rows = read(
      'csv',
      `ip,note\n192.0.2.1,"${long}\n192.0.2.2,b\n192.0.2.3,${long}\n192.0.2.4,c\n192.0.2.5${','.repeat(300)}\n`,
      {},
      pieceBytes,
    )
    assert.deepEqual(rows, ['-header', '!too-long', 'ip:192.0.2.2', '!too-long', 'ip:192.0.2.4', '!columns'])
  }
  assert.deepEqual(read('csv', Buffer.from('ip,x\n192.0.2.1,\xff\n192.0.2.2,\0\n192.0.2.3,5" pipe\n', 'latin1')), [
    '-header',
    '!not-utf8',
    '!nul',
    'ip:192.0.2.3',
  ])
  assert.throws(() => read('csv', 'ip,x\n192.0.2.1,"a\n'), ProblemError)
})
