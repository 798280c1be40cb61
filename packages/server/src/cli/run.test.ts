import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ProblemError } from '@tocsin/core/base'
import { run } from './run.ts'
import { answer, type Differences, fakeWorld, SILENT, unavailable } from './world.fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'tocsin-cli-'))
const NO_FOLDER = join(folder, 'none')

async function ran(line: string, differences: Differences = {}) {
  const world = fakeWorld({ ...differences, env: { TOCSIN_DATA: folder, ...differences.env } })
  const code = await run(line.split(' '), world)
  return { code, ...world.told, calls: world.calls }
}

test('check exits by the most serious of its answers', async () => {
  const cases = {
    'check 192.0.2.2': 0,
    'check 192.0.2.1': 1,
    'check 192.0.2.9': 3,
    'check 192.0.2.3': 4,
    'check 192.0.2.4': 4,
    'check *.example.com': 2,
    'check 192.0.2.2 192.0.2.9': 3,
    'check 192.0.2.9 192.0.2.3': 4,
    'check 192.0.2.3 192.0.2.1': 1,
    'check 192.0.2.1 *.example.com': 2,
  }
  for (const [line, expected] of Object.entries(cases)) assert.equal((await ran(line)).code, expected, line)
})

test('check prints a table for people, each subject in its row', async () => {
  const { output } = await ran('check 192.0.2.1 *.y 192.0.2.3')
  const lines = output.trimEnd().split('\n')
  assert.equal(lines.length, 4)
  assert.match(
    lines[1]!,
    /^ip:192\.0\.2\.1 +dangerous +12 +block +listed, by net:192\.0\.2\.0\/24, until 2026-12-01T00:00Z$/,
  )
  assert.match(lines[2]!, /^\*\.y +error +Cannot parse domain/)
  assert.match(lines[3]!, /^ip:192\.0\.2\.3 +unsure +block +listed, was dangerous 90 s ago$/)
})

test('check --json prints what the API answers, in the order asked', async () => {
  const { output } = await ran('check *.y 192.0.2.2 --json')
  const { results } = JSON.parse(output) as { results: { subject: string }[] }
  assert.deepEqual(
    results.map(({ subject }) => subject),
    ['*.y', 'ip:192.0.2.2'],
  )
})

test('check asks in batches of a thousand', async () => {
  const subjects = Array.from({ length: 1500 }, (_, at) => `10.0.${at >> 8}.${at & 255}`)
  const { calls } = await ran(`check ${subjects.join(' ')}`)
  assert.deepEqual(
    calls.filter(call => call.startsWith('node check')).map(call => call.split(' ').length - 2),
    [1000, 500],
  )
})

test('check opens the data folder where no node answers, and says unsure where it cannot', async () => {
  const offline = await ran('check 192.0.2.1', { node: SILENT })
  assert.equal(offline.code, 1)
  assert.deepEqual(offline.calls.slice(1), [`open ${folder}`, 'folder check ip:192.0.2.1', 'close'])
  assert.equal((await ran('check 192.0.2.1', { node: SILENT, held: true })).code, 4)
  const none = await ran('check 192.0.2.1', { node: SILENT, env: { TOCSIN_DATA: NO_FOLDER } })
  assert.equal(none.code, 4)
  assert.match(none.errors, /no node answers at "http:\/\/127\.0\.0\.1:7080", and there is no data folder/)
  const far = await ran('check 192.0.2.1', { node: SILENT, env: { TOCSIN_SERVER: 'https://far.example' } })
  assert.equal(far.code, 4)
  assert.ok(!far.calls.some(call => call.startsWith('open')), 'the data folder here is not that node')
})

test('check exits with 2 for any other failure', async () => {
  const refused = new ProblemError({ code: 'unauthorized', message: 'Cannot look up: a key is needed' })
  const denied = await ran('check 192.0.2.1', { node: { check: () => Promise.reject(refused) } })
  assert.equal(denied.code, 2)
  assert.equal(denied.errors, 'Cannot look up: a key is needed\n')
  const broken = await ran('check 192.0.2.1', { node: { check: () => Promise.reject(new TypeError('bug')) } })
  assert.equal(broken.code, 2)
  const short = await ran('check 192.0.2.1 192.0.2.2', { node: { check: async () => [answer('ip:192.0.2.1')] } })
  assert.equal(short.code, 2)
})

test('the admin key of the data folder goes to this machine alone', async () => {
  writeFileSync(join(folder, 'admin.key'), 'local-secret\n')
  assert.equal((await ran('check 192.0.2.2')).calls[0], 'connect http://127.0.0.1:7080 local-secret')
  assert.equal((await ran('check 192.0.2.2 --server https://far.example')).calls[0], 'connect https://far.example -')
  assert.equal((await ran('check 192.0.2.2 --key mine')).calls[0], 'connect http://127.0.0.1:7080 mine')
})

test('explain prints every contribution, their sum and what would change it, and no control characters', async () => {
  const { code, output } = await ran('explain 192.0.2.1')
  assert.equal(code, 0)
  assert.match(output, /^ip:192\.0\.2\.1: dangerous, score 18: listed as a threat$/m)
  assert.match(output, /^−0\.895 +before any evidence$/m)
  assert.match(output, /^\+1\.760 +listed-botnet +drop�\[2J +1 +standing$/m)
  assert.match(output, /^\+0\.651 +brute-force +a new reporter +30 h ago +23 d$/m)
  assert.match(output, /^\+1\.516 +sum, gives score 18$/m)
  assert.match(output, /What would change it\n {2}Without drop/)
  assert.equal((await ran('explain 192.0.2.1', { node: SILENT, held: true })).code, 2)
})

test('import sends the whole of its files as one list and tells which line of which file was refused', async () => {
  const first = join(folder, 'First List.txt')
  const second = join(folder, 'second.txt')
  writeFileSync(first, '192.0.2.1\n192.0.2.2')
  writeFileSync(second, '192.0.2.3\n')
  const world = fakeWorld({ env: { TOCSIN_DATA: folder } })
  assert.equal(await run(['import', first, second, '--as-of', '2026-06-30', '--kind', 'brute-force'], world), 0)
  const fileName = 'First List.txt'
  const meaning = { kind: 'brute-force', confidence: 1, format: 'auto', asOf: '2026-06-30T00:00:00Z', fileName }
  assert.deepEqual(world.calls.slice(1), [
    `node import first-list ${JSON.stringify(meaning)}`,
    '192.0.2.1\n192.0.2.2\n192.0.2.3\n',
  ])
  assert.match(world.told.output, /^first-list +3 +2 +1 +0 +0$/m)
  assert.match(world.told.errors, /^refused .*second\.txt line 1: no$/m)
})

test('import reads standard input once, whoever takes it', async () => {
  const online = await ran('import - --source s', { input: ['a\n', 'b\n'] })
  assert.equal(online.code, 0)
  assert.equal(online.calls.at(-1), 'a\nb\n')
  const offline = await ran('import - --source s', {
    input: ['a\n', 'b\n'],
    node: SILENT,
    env: { TOCSIN_DATA: NO_FOLDER },
  })
  assert.equal(offline.code, 0)
  assert.deepEqual(offline.calls.slice(-2), ['a\nb\n', 'close'])
  const lost = await ran('import - --source s', {
    input: ['a\n'],
    node: { importList: () => Promise.reject(unavailable()) },
  })
  assert.equal(lost.code, 2, 'the list has been read, so nobody else can be asked')
  assert.ok(!lost.calls.some(call => call.startsWith('open')))
})

test('import draws its progress on a terminal alone', async () => {
  const seen = await ran('import - --source s', { input: ['a\n', 'b\n'], isTerminal: true })
  assert.match(seen.errors, /^\r\x1b\[K1 lines, 0\.0 MiB, 1 lines\/s/)
  assert.doesNotMatch((await ran('import - --source s', { input: ['a\n'] })).errors, /MiB/)
})

test('import fails with 2 for a source without a name, a missing file and wrong options', async () => {
  assert.match((await ran('import -')).errors, /the source of "-": it must be said/)
  const missing = await ran(`import ${NO_FOLDER}`)
  assert.deepEqual([missing.code, missing.errors], [2, `Cannot read "${NO_FOLDER}": ENOENT\n`])
  const importList = async (_source: string, chunks: AsyncIterable<Uint8Array>) => {
    await Array.fromAsync(chunks).catch(() => Promise.reject(unavailable('fetch failed')))
    throw new Error('unreachable')
  }
  assert.equal((await ran(`import ${NO_FOLDER}`, { node: { importList } })).errors, missing.errors, 'the cause is told')
  for (const wrong of ['--confidence 2', '--confidence x', '--format csv', '--as-of yesterday', '--sauce x']) {
    assert.equal((await ran(`import - --source s ${wrong}`)).code, 2, wrong)
  }
})

test('report says what was seen, and takes it back', async () => {
  const said = await ran('report 192.0.2.1 --kind spam-trap-hit --confidence 0.9 --related example.com 192.0.2.2')
  assert.equal(said.code, 0)
  assert.deepEqual(JSON.parse(said.calls[1]!.slice('report '.length)), [
    {
      subject: 'ip:192.0.2.1',
      kind: 'spam-trap-hit',
      confidence: 0.9,
      related: ['domain:example.com', 'ip:192.0.2.2'],
    },
  ])
  const revoked = await ran('report 192.0.2.1 --kind spam-trap-hit --revoke')
  assert.equal(revoked.calls[1], 'retract [{"subject":"ip:192.0.2.1","kind":"spam-trap-hit"}]')
  const receipt = { accepted: 0, duplicate: 0, refused: [{ index: 0, reason: 'no such kind' }] }
  const refused = await ran('report 192.0.2.1 --kind x', { node: { report: async () => receipt } })
  assert.deepEqual([refused.code, refused.errors], [2, 'Cannot report ip:192.0.2.1: no such kind\n'])
  assert.equal((await ran('report 192.0.2.1 --kind x', { node: SILENT })).code, 2)
})

test('keys adds, lists and revokes, and shows a secret once', async () => {
  const added = await ran('keys add mail-1 --role sensor --trust 0.8 --organisation x')
  assert.equal(added.code, 0)
  assert.match(added.output, /\nsecret\n$/)
  const listed = await ran('keys list')
  assert.match(listed.output, /^k +reader +o +0\.3 +2026-11-22 +abc$/m)
  assert.doesNotMatch(listed.output, /secret/)
  assert.equal((await ran('keys revoke mail-1')).calls.at(-1), 'revoke mail-1')
  assert.equal((await ran('keys revoke mail-1 --retract')).calls.at(-1), 'revoke mail-1 with all it said')
  assert.equal((await ran('keys add x --role king')).code, 2)
})

test('keys enrol makes a token that is shown once; enrolments are listed and cancelled', async () => {
  const made = await ran('keys enrol branch-1 --expires 36h --organisation x')
  assert.equal(made.code, 0)
  assert.match(made.output, /\ntocsin-enrol_secret\n$/)
  const wanted = { name: 'branch-1', role: 'sensor', organisation: 'x', expiresInSeconds: 129_600 }
  assert.equal(made.calls.at(-1), `enrol ${JSON.stringify(wanted)}`)
  const listed = await ran('keys enrolments')
  assert.match(listed.output, /^e +sensor +o +0\.3 +2026-11-23T00:00:00\.000Z$/m)
  assert.equal((await ran('keys cancel branch-1')).calls.at(-1), 'cancel branch-1')
  for (const wrong of ['--role admin', '--expires 24', '--expires -1h', '--trust 2']) {
    assert.equal((await ran(`keys enrol x ${wrong}`)).code, 2, wrong)
  }
})

test('edge takes a token of an enrolment, and never shows one that is wrong', async () => {
  const { code, errors } = await ran('edge --upstream http://a.example --enrol tocsin-enrol_abcdef')
  assert.equal(code, 2)
  assert.match(errors, /setting "enrol" from --enrol: it must be a token of "tocsin keys enrol"/)
  assert.doesNotMatch(errors, /abcdef/)
})

test('up says in one line that it is ready, and stops when asked', async () => {
  const { code, output, calls } = await ran('up --http 127.0.0.1:0')
  assert.equal(code, 0)
  assert.equal(output, 'tocsin ready: API and dashboard http://127.0.0.1:1, DNS 127.0.0.1:2 (UDP and TCP)\n')
  assert.deepEqual(calls, ['start', 'stop'])
})

test('what cannot be understood exits with 2, never with 1, which would mean "blocked"', async () => {
  for (const line of [
    'chekc 192.0.2.1',
    'check',
    'check --frobnicate x',
    'up extra',
    'scan x',
    'check x --server nonsense',
  ]) {
    assert.equal((await ran(line)).code, 2, line)
  }
  assert.match((await ran('chekc x')).errors, /Did you mean check\?/)
  assert.match((await ran('check x', { env: { TOCSIN_SEVRER: 'x' } })).errors, /did you mean TOCSIN_SERVER\?/)
})

test('every command has help with examples; planned ones are not there', async () => {
  for (const name of [
    'up',
    'edge',
    'check',
    'explain',
    'inspect',
    'import',
    'report',
    'keys add',
    'keys list',
    'keys revoke',
    'keys enrol',
    'keys enrolments',
    'keys cancel',
    'feeds list',
    'feeds catalogue',
    'feeds add',
    'feeds enable',
    'feeds disable',
    'feeds run',
    'feeds status',
    'feeds diff',
    'feeds agree',
    'feeds remove',
    'doctor',
  ]) {
    const { code, output } = await ran(`${name} --help`)
    assert.equal(code, 0)
    assert.ok(output.includes(`Examples:\n  npx tocsin ${name}`) || name === 'import', output)
  }
  const { code, output } = await ran('--help')
  assert.equal(code, 0)
  assert.doesNotMatch(output, /\b(?:hunt|sites)\b/)
  assert.equal((await ran('--version')).output, '1.2.3\n')
})
