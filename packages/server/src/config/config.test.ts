import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { SUBJECT_TYPES } from '@tocsin/core/subject'
import { AGGRESSIVENESS, LEVELS } from '@tocsin/core/verdict'
import { FEEDBACK_MODES, SUBMIT_POLICIES } from '@tocsin/core/wire'
import { unwrap } from '@tocsin/core/base'
import { configurationPage, configurationSchema } from './describe.ts'
import { type ConfigOrigins, loadConfig } from './load.ts'
import { envName, flagName, SETTING_PATHS, SETTINGS } from './settings.ts'
import * as words from './words.ts'

const folder = mkdtempSync(join(tmpdir(), 'tocsin-config-'))
let files = 0

function yaml(text: string): string {
  const file = join(folder, `${++files}.yaml`)
  writeFileSync(file, text)
  return file
}

function problemOf(origins: Partial<ConfigOrigins>): string {
  const result = loadConfig({ file: yaml(''), env: {}, flags: {}, ...origins })
  assert.equal(result.ok, false)
  assert.equal(result.problem.code, 'invalid')
  return result.problem.message
}

test('loadConfig() gives every setting a checked value', () => {
  const config = unwrap(loadConfig({ file: yaml(''), env: {}, flags: {} }))
  assert.deepEqual(config, {
    data: './var',
    http: { listen: { host: '127.0.0.1', port: 7080 }, hosts: [], lookupsNeedKey: 'off-loopback' },
    dns: {
      listen: { host: '127.0.0.1', port: 7053 },
      base: 'tocsin.internal',
      ttlSeconds: 300,
      negativeTtlSeconds: 60,
      needsKey: 'off-loopback',
      nameservers: [],
      workers: 1,
      responsesPerSecond: 0,
      clients: { allow: [], deny: [] },
    },
    policy: {
      level: 'medium',
      untested: 'allow',
      mail: { aggressiveness: undefined },
      site: { approved: [], blocked: [] },
      operator: { approved: [], blocked: [] },
    },
    starter: true,
    feeds: { scheduled: true },
    mining: true,
    distribution: true,
    enrol: undefined,
    rdap: false,
    safebrowsing: true,
    ohttp: {
      gateway: true,
      open: false,
      rotateDays: 30,
      relay: { listen: { host: '127.0.0.1', port: 7090 }, requestsPerSecond: 20 },
    },
    log: { level: 'info' },
    upstream: [],
    upstreamOrder: 'in-order',
    types: ['ip', 'net', 'domain', 'url', 'file'],
    staleAfterSeconds: 300,
    relay: { bytesMax: 1_073_741_824 },
    ask: { unmirrored: true, listedSeconds: 300, unlistedSeconds: 60, entriesMax: 100_000 },
    gateway: undefined,
    feedback: { mode: 'on', bytesMax: 67_108_864, submit: 'ask', ownDomains: [], ownNetworks: [] },
    server: 'http://127.0.0.1:7080',
    key: undefined,
  })
})

test('loadConfig() reads upstreams and types, and says what they must be', () => {
  const flags = { '--upstream': 'https://a.example/,http://10.0.0.2:7080', '--types': 'file,ip' }
  const { upstream, types } = unwrap(loadConfig({ file: yaml(''), env: {}, flags }))
  assert.deepEqual(upstream, ['https://a.example', 'http://10.0.0.2:7080'])
  assert.deepEqual(types, ['ip', 'file'])
  for (const wrong of ['ip,pages', ',']) {
    const read = loadConfig({ file: yaml(''), env: {}, flags: { '--types': wrong } })
    assert.match(!read.ok ? read.problem.message : '', /it must be some of ip, net, domain, url, file/)
  }
  const read = loadConfig({ file: yaml(''), env: {}, flags: { '--upstream': 'ftp://a.example' } })
  assert.match(!read.ok ? read.problem.message : '', /"upstream" from --upstream: it must be an address as in/)
})

test('loadConfig() lets flags outweigh the environment, and that the file', () => {
  const file = yaml('data: /a\nhttp:\n  listen: "[::1]:0"\ndns: {base: A.example.}\npolicy:\n  level: high\n')
  const env = { TOCSIN_DATA: '/b', TOCSIN_POLICY_LEVEL: 'low', TOCSIN_DNS: 'off', TOCSIN_KEY: '', HOME: '/' }
  const config = unwrap(loadConfig({ file, env, flags: { '--data': '/c' } }))
  assert.equal(config.data, '/c')
  assert.equal(config.policy.level, 'low')
  assert.deepEqual(config.http.listen, { host: '::1', port: 0 })
  assert.equal(config.dns.listen, 'off')
  assert.equal(config.dns.base, 'a.example')
  assert.equal(config.key, undefined)
})

test('loadConfig() reads lists from YAML and, between commas, from text', () => {
  const file = yaml('policy:\n  site:\n    blocked: [Example.COM, "192.0.2.0/24"]\n')
  const config = unwrap(
    loadConfig({ file, env: { TOCSIN_POLICY_SITE_APPROVED: 'ip:192.0.2.1, example.org' }, flags: {} }),
  )
  assert.deepEqual(config.policy.site, {
    approved: ['ip:192.0.2.1', 'domain:example.org'],
    blocked: ['domain:example.com', 'net:192.0.2.0/24'],
  })
})

test('loadConfig() takes the file that TOCSIN_CONFIG names', () => {
  const config = unwrap(loadConfig({ env: { TOCSIN_CONFIG: yaml('data: /d') }, flags: {} }))
  assert.equal(config.data, '/d')
})

test('loadConfig() refuses unknown names and says which was meant', () => {
  const cases: readonly (readonly [Partial<ConfigOrigins>, RegExp])[] = [
    [{ file: yaml('\nhtpp:\n  listen: off\n') }, /\.yaml line 2: "htpp" is not a setting; did you mean "http"\?$/],
    [{ file: yaml('dns:\n  bases: x\n') }, /line 2: "dns\.bases" is not a setting; did you mean "dns\.base"\?$/],
    [{ file: yaml('colour: red\n') }, /line 1: "colour" is not a setting$/],
    [{ file: yaml('http: 7080\n') }, /line 1: "http" must hold settings of its own \(listen, hosts, lookupsNeedKey\)$/],
    [
      { env: { TOCSIN_DNS_BSAE: 'x' } },
      /variable TOCSIN_DNS_BSAE: it is not a setting; did you mean TOCSIN_DNS_BASE\?$/,
    ],
    [{ env: { TOCSIN_UNHEARD_OF: '' } }, /variable TOCSIN_UNHEARD_OF: it is not a setting$/],
    [{ flags: { '--htpp': 'x' } }, /flag --htpp: it is not a setting; did you mean --http\?$/],
  ]
  for (const [origins, message] of cases) assert.match(problemOf(origins), message)
})

test('loadConfig() leaves the secrets of feeds alone, which are no settings', () => {
  assert.ok(loadConfig({ file: yaml(''), env: { TOCSIN_FEED_PARTNER: 'sesame' }, flags: {} }).ok)
  assert.match(problemOf({ env: { TOCSIN_FEEDS_PARTNER: 'sesame' } }), /TOCSIN_FEEDS_PARTNER: it is not a setting/)
})

test('loadConfig() refuses wrong values by name, with what was found and where', () => {
  const cases: readonly (readonly [Partial<ConfigOrigins>, RegExp])[] = [
    [
      { flags: { '--http': '7080' } },
      /^Cannot read setting "http\.listen" from --http: it must be an address .*, found "7080"$/,
    ],
    [{ flags: { '--http': '[::1]:65536' } }, /found "\[::1\]:65536"$/],
    [
      { env: { TOCSIN_POLICY_LEVEL: 'hihg' } },
      /from TOCSIN_POLICY_LEVEL: it must be "off", "low", "medium", "high", found "hihg"$/,
    ],
    [
      { file: yaml('\ndns:\n  ttlSeconds: 1.5') },
      /"dns\.ttlSeconds" from .*line 3: it must be a whole number .*, found 1\.5$/,
    ],
    [{ file: yaml('data: [a]') }, /"data" from .*line 1: it must be text, found \["a"\]$/],
    [{ file: yaml('starter: maybe') }, /it must be true or false, found "maybe"$/],
    [{ env: { TOCSIN_SERVER: 'ftp://x' } }, /found "ftp:\/\/x"$/],
    [{ env: { TOCSIN_DNS_BASE: 'a b' } }, /it must be a host name as in/],
    [{ env: { TOCSIN_POLICY_SITE_BLOCKED: '10.0.0.0/33' } }, /must be subjects .*10\.0\.0\.0\/33/],
    [{ file: yaml('policy: {site: {blocked: [1]}}') }, /must be a list of texts, found \[1\]$/],
  ]
  for (const [origins, message] of cases) assert.match(problemOf(origins), message)
})

test('loadConfig() never shows a secret', () => {
  const message = problemOf({ file: yaml('key: [hunter2]') })
  assert.doesNotMatch(message, /hunter2/)
  assert.match(message, /"key"/)
})

test('loadConfig() tells of all mistakes at once', () => {
  assert.equal(problemOf({ file: yaml('a: 1\nb: 2\ndata: 3') }).split('\n').length, 3)
})

test('loadConfig() refuses a named file that is absent, a double key and what is not YAML', () => {
  assert.match(problemOf({ file: join(folder, 'none.yaml') }), /none\.yaml": ENOENT$/)
  assert.match(problemOf({ file: yaml('data: a\ndata: b') }), /line 2: Map keys must be unique/)
  assert.match(problemOf({ file: yaml('- a') }), /must hold settings by name/)
  assert.match(problemOf({ file: yaml('a: "') }), /line 1/)
})

test('names follow one rule, and no two settings share one', () => {
  assert.equal(envName('http.listen'), 'TOCSIN_HTTP')
  assert.equal(envName('http.lookupsNeedKey'), 'TOCSIN_HTTP_LOOKUPS_NEED_KEY')
  assert.equal(flagName('dns.ttlSeconds'), '--dns-ttl-seconds')
  assert.equal(new Set(SETTING_PATHS.map(envName)).size, SETTING_PATHS.length)
})

test('the page and the schema tell of every setting', () => {
  const page = configurationPage()
  for (const path of SETTING_PATHS) assert.ok(page.includes(`| \`${path}\` | \`${envName(path)}\` |`), path)
  const schema = JSON.stringify(configurationSchema())
  for (const path of SETTING_PATHS) assert.ok(schema.includes(JSON.stringify(SETTINGS[path].sentence)), path)
})

test('docs/configuration.md is what configurationPage() says', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/configuration.md'), 'utf8')
  assert.equal(page, configurationPage(), 'Run `npm run docs:configuration`')
})

test('words of settings are those of core', () => {
  assert.deepEqual(words.LEVELS, LEVELS)
  assert.deepEqual(words.AGGRESSIVENESS, AGGRESSIVENESS)
  assert.deepEqual(words.FEEDBACK_MODES, FEEDBACK_MODES)
  assert.deepEqual(words.SUBJECT_TYPES, SUBJECT_TYPES)
  assert.deepEqual(words.SUBMIT_POLICIES, SUBMIT_POLICIES)
})
