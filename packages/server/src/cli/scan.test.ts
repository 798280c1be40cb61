import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Command } from 'commander'
import { loadConfig } from '../config/index.ts'
import { zipOf } from '../formats/unpack/zip.fixture.ts'
import { scan } from './scan.ts'
import { cacheFolder, sizeOf } from './scan-options.ts'
import { sizeText } from './scan-print.ts'
import { progressText } from './scan-progress.ts'
import { answer, type Differences, fakeWorld, SILENT } from './world.fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'tocsin-cli-scan-'))
after(() => rmSync(folder, { recursive: true }))
const tree = join(folder, 'tree')
const wild = Buffer.concat([Buffer.from(`${tree}/`), Buffer.from([0xff])])
mkdirSync(tree)
writeFileSync(join(tree, 'good'), 'good')
writeFileSync(join(tree, 'bad\n\u001b[2J'), 'bad')
writeFileSync(wild, 'odd')
writeFileSync(join(tree, 'a b.zip'), zipOf([{ name: 'in/bad', content: Buffer.from('bad') }]))
writeFileSync(join(tree, 'x.rar'), Buffer.concat([Buffer.from('Rar!\x1a\x07\x01\x00', 'latin1'), Buffer.alloc(50)]))
const list = join(folder, 'list.txt')
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
writeFileSync(list, `${sha256('bad')}\n`)

const BAD = { score: 12, verdict: 'dangerous', action: 'block', reason: 'listed' } as const
const SUSPICIOUS = { score: 70, verdict: 'suspicious', reason: 'listed' } as const
const NODE = {
  check: async (subjects: readonly string[]) =>
    subjects.map(subject => {
      if (subject === `file:${sha256('bad')}`) return answer(subject, BAD)
      return answer(subject, subject === `file:${sha256('odd')}` ? SUSPICIOUS : {})
    }),
}

/** What is told of a run as it goes on. */
interface Watching {
  readonly untilAsked?: () => Promise<void>
  readonly onOutput?: (text: string) => void
}

async function ran(words: readonly string[], { untilAsked, onOutput, ...differences }: Differences & Watching = {}) {
  // Files are older than the clock says, or their hashes would not be remembered.
  const clock = () => Date.now() + 3_600_000
  const made = fakeWorld({ node: NODE, ...differences, env: { TOCSIN_DATA: join(folder, 'none') } })
  const output = {
    ...made.output,
    write: (text: string) => {
      made.output.write(text)
      onOutput?.(text)
    },
  }
  const world = { ...made, clock, output, untilAsked: untilAsked ?? made.untilAsked }
  const command = new Command().exitOverride()
  scan.declare(command)
  command.parse(words, { from: 'user' })
  const config = loadConfig({ file: undefined, env: world.env, flags: {} })
  assert.ok(config.ok)
  const cache = words.includes('--cache') ? {} : { cache: false }
  const options = { ...command.opts(), ...cache } as unknown as Parameters<typeof scan.run>[0]['options']
  const code = await scan.run({ config: config.value, world, args: command.args, options })
  return { code, ...made.told, calls: made.calls }
}

test('scan prints what is blocked, members of archives too, and no control characters', async () => {
  const { code, output, errors } = await ran([tree])
  assert.equal(code, 1)
  assert.match(output, /a b\.zip!in\/bad +dangerous +12 +listed$/m)
  assert.match(output, /bad��\[2J +dangerous +12 +listed$/m)
  assert.ok(!output.includes('good'))
  assert.match(output, /^5 files \(\d+ bytes\) and 1 in archives in \d+\.\d s$/m)
  assert.match(output, /^Not looked at: archives or parts of them that could not be opened: 1$/m)
  assert.match(output, /^2 blocked, 0 unsure$/m)
  assert.match(errors, /^could not be opened: .*x\.rar: it is RAR, which is not read here$/m)
})

test('scan asks for hashes and says no name', async () => {
  const { calls } = await ran([join(tree, 'good')], { node: {} })
  const asked = calls.filter(call => call.startsWith('node check')).join(' ')
  assert.match(asked, new RegExp(`file:${sha256('good')}`))
  assert.ok(!asked.includes('tree'))
})

test('scan exits by the most serious of what it met', async () => {
  const good = join(tree, 'good')
  assert.equal((await ran([good])).code, 0)
  assert.equal((await ran([join(tree, 'bad\n\u001b[2J')])).code, 1)
  assert.equal((await ran([tree, join(tree, 'none')])).code, 1)
  assert.equal((await ran([good, join(tree, 'none')])).code, 2)
  assert.equal((await ran([tree, '--level', 'off'])).code, 0)
  assert.equal((await ran([tree, '--exclude', '*bad*', '--no-archives'])).code, 0)
  assert.equal((await ran([tree, '--exclude', '*bad*', '--no-archives', '--level', 'high'])).code, 1)
})

test('scan hashes all the same where nobody answers, is unsure of it and asks for it first the next time', async () => {
  const cache = ['--cache', join(folder, 'cache')]
  const silent = await ran([tree, ...cache], { node: SILENT })
  assert.equal(silent.code, 4)
  assert.match(silent.output, /^0 blocked, 6 unsure$/m)
  assert.match(silent.errors, /no node answers at ".*", and there is no data folder .*asks for them first\.$/m)
  const later = await ran([join(tree, 'good'), ...cache, '--json'])
  const { findings, totals } = JSON.parse(later.output) as {
    findings: { path: string; metByEarlierScan?: true }[]
    totals: { hashed: number }
  }
  assert.equal(later.code, 1)
  assert.deepEqual(
    findings.map(({ metByEarlierScan }) => metByEarlierScan),
    [true, true],
  )
  assert.equal(totals.hashed, 0)
})

test('scan --list asks nobody', async () => {
  const { code, output, calls } = await ran([tree, '--list', list])
  assert.equal(code, 1)
  assert.match(output, /in\/bad +blocked +listed in "list\.txt"$/m)
  assert.deepEqual(calls, [])
})

test('scan --json tells every place so that a program finds it', async () => {
  const { output } = await ran([tree, '--json', '--level', 'high'])
  const told = JSON.parse(output)
  assert.deepEqual(Object.keys(told), ['findings', 'failed', 'unopened', 'tooLarge', 'warnings', 'totals'])
  const [inArchive, , odd] = told.findings
  assert.deepEqual(inArchive, {
    path: join(tree, 'a b.zip'),
    member: 'in/bad',
    sha256: sha256('bad'),
    result: 'blocked',
    reason: 'listed',
    verdict: 'dangerous',
    score: 12,
  })
  assert.deepEqual([odd.path, odd.pathBase64], [`${tree}/\ufffd`, wild.toString('base64')])
  assert.deepEqual(told.unopened, [{ path: join(tree, 'x.rar'), reason: 'it is RAR, which is not read here' }])
  assert.equal(told.totals.blocked, 3)
})

test('scan --sarif is a SARIF 2.1.0 log with a rule, a place and a fingerprint for each finding', async () => {
  const { output, code } = await ran([tree, join(tree, 'none'), '--sarif', '--level', 'high'])
  const { version, $schema, runs } = JSON.parse(output)
  assert.equal(version, '2.1.0')
  assert.match($schema, /sarif-schema-2\.1\.0\.json$/)
  const [{ tool, invocations, results }] = runs
  assert.deepEqual([tool.driver.name, tool.driver.rules.length], ['Tocsin', 2])
  assert.deepEqual([invocations[0].executionSuccessful, invocations[0].exitCode], [false, code])
  assert.deepEqual(
    invocations[0].toolExecutionNotifications.map(({ level }: { level: string }) => level),
    ['error', 'warning'],
  )
  assert.equal(results.length, 3)
  for (const { ruleId, ruleIndex, level, message, fingerprints } of results) {
    assert.deepEqual([tool.driver.rules[ruleIndex].id, level], [ruleId, 'error'])
    assert.ok(message.text.length > 0)
    assert.match(fingerprints['sha256/v1'], /^[0-9a-f]{64}$/)
  }
  const [inArchive, bad, odd] = results.map(({ locations }: { locations: unknown[] }) => locations[0])
  assert.match(inArchive.physicalLocation.artifactLocation.uri, /^file:\/\/\/.*\/tree\/a%20b\.zip$/)
  assert.deepEqual(inArchive.logicalLocations, [{ fullyQualifiedName: 'in/bad' }])
  assert.match(bad.physicalLocation.artifactLocation.uri, /\/bad%0A%1B%5B2J$/)
  assert.match(odd.physicalLocation.artifactLocation.uri, /\/%FF$/)
})

test('scan --watch reports the first scan, then what changes, and ends when it is asked to', {
  timeout: 20_000,
}, async () => {
  const watched = mkdtempSync(join(folder, 'watched-'))
  writeFileSync(join(watched, 'one'), 'bad')
  const asked = Promise.withResolvers<void>()
  const { code, output } = await ran([watched, '--watch', '--json', '--list', list, '--exclude', 'not'], {
    untilAsked: () => asked.promise,
    onOutput: text => {
      if (text.includes('/one')) {
        writeFileSync(join(watched, 'not'), 'bad')
        writeFileSync(join(watched, 'two'), 'bad')
      } else asked.resolve()
    },
  })
  assert.equal(code, 0)
  const found = output.trimEnd().split('\n')
  assert.deepEqual(
    found.map(line => (JSON.parse(line) as { path: string }).path),
    [join(watched, 'one'), join(watched, 'two')],
  )
})

test('options that contradict each other, or are none, are refused', async () => {
  await assert.rejects(ran([tree, '--json', '--sarif']), /Cannot use "--json" with "--sarif"/)
  await assert.rejects(ran([tree, '--watch', '--sarif']), /Cannot use "--watch" with "--sarif"/)
  await assert.rejects(ran([tree, '--exclude', '[']), /Cannot exclude "\["/)
  assert.deepEqual([sizeOf('4096'), sizeOf('1.5k'), sizeOf('4G')], [4096, 1536, 2 ** 32])
  for (const wrong of ['', '-1', '4X', '1e99']) assert.throws(() => sizeOf(wrong), /must be a number of bytes/)
})

test('things are remembered where the XDG base directories say, whose paths are absolute', () => {
  assert.equal(cacheFolder({ cache: true }, { HOME: '/home/a' }), '/home/a/.cache/tocsin')
  assert.equal(cacheFolder({ cache: true }, { HOME: '/home/a', XDG_CACHE_HOME: '/c' }), '/c/tocsin')
  assert.equal(cacheFolder({ cache: true }, { HOME: '/home/a', XDG_CACHE_HOME: 'c' }), '/home/a/.cache/tocsin')
  assert.equal(cacheFolder({ cache: true }, {}), undefined)
  assert.equal(cacheFolder({ cache: './mine' }, { HOME: '/home/a' }), './mine')
  assert.equal(cacheFolder({ cache: false }, { HOME: '/home/a' }), undefined)
})

test('progress tells files, bytes, rate and time left, and "at least" while there may be more', () => {
  const walking = { files: 100, filesQueued: 1100, bytesRead: 2 ** 30, bytesQueued: 2 ** 31, isWalking: true }
  assert.equal(progressText(walking, 2), '100 of at least 1,200 files, 1.0 GiB, 512.0 MiB/s, at least 4 s left')
  assert.equal(progressText({ ...walking, isWalking: false }, 2), '100 of 1,200 files, 1.0 GiB, 512.0 MiB/s, 4 s left')
  assert.equal(progressText({ ...walking, bytesRead: 0 }, 0), '100 of at least 1,200 files, 0 bytes')
  assert.equal(sizeText(1023), '1023 bytes')
})
