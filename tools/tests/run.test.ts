import { deepEqual, equal, match } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { plant } from '../fixture.ts'

const HEAD = `import { describe, test } from 'node:test'\n`

/** Runs test files as `npm test` does, in a process of its own: Node's runner does not run inside a test. */
function runTests(
  files: Readonly<Record<string, string>>,
  options: { requirePeers?: boolean; timeLimitMs?: number } = {},
) {
  const modules = ['run', 'summary', 'tally'].map(name => pathToFileURL(join(import.meta.dirname, `${name}.ts`)).href)
  const program = `
    import { runFile } from '${modules[0]}'
    import { summary } from '${modules[1]}'
    import { sum } from '${modules[2]}'
    import { basename } from 'node:path'
    const tallies = []
    for (const file of process.argv.slice(2)) tallies.push(await runFile(file, ${options.timeLimitMs ?? 30_000}, file => basename(file)))
    const { text, exitCode } = summary(sum(tallies), ${options.requirePeers ?? false})
    console.log(text)
    process.exitCode = exitCode`
  using tree = plant({ 'package.json': '{"type":"module"}', 'program.ts': program, ...files })
  const paths = Object.keys(files).map(path => join(tree.root, path))
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(tree.root, 'program.ts'), ...paths], {
    encoding: 'utf8',
    env,
  })
  return { stdout: stdout + stderr, status, last: stdout.trimEnd().split('\n').at(-1) }
}

const FINE = `${HEAD}test('fine', () => {})\ndescribe('suite', () => { test('inside', () => {}) })`
const SKIPPING = `${HEAD}test('fine', () => {})\ntest('asks', { skip: 'needs dig: apt-get install bind9-dnsutils' }, () => {})`

test('npm test sums up what passed', () => {
  const { last, status } = runTests({ 'a.test.ts': FINE, 'b.test.ts': FINE })
  deepEqual([last, status], ['4 passed, 0 failed', 0])
})

test('npm test shows failures with their suite and with what the file wrote', () => {
  const text = `${HEAD}console.log('a word')\ndescribe('suite', () => { test('bad', () => { throw new Error('as expected') }) })`
  const { last, status, stdout } = runTests({ 'a.test.ts': text, 'b.test.ts': FINE })
  deepEqual([last, status], ['2 passed, 1 failed', 1])
  match(stdout, /FAILED {2}a\.test\.ts {2}suite › bad\n\s+Error: as expected[^]*What a\.test\.ts wrote:\n\s+a word/)
})

test('npm test lists what was skipped and what it needs', () => {
  const { last, status, stdout } = runTests({ 'a.test.ts': SKIPPING })
  deepEqual([last, status], ['1 passed, 0 failed, 1 skipped', 0])
  match(stdout, /Skipped:\n\s+1 needs dig: apt-get install bind9-dnsutils {2}\(a\.test\.ts\)/)
})

test('npm test counts a skipped test as failed where peers are required', () => {
  const { last, status } = runTests({ 'a.test.ts': SKIPPING }, { requirePeers: true })
  deepEqual([last, status], ['1 passed, 1 failed', 1])
})

test('npm test refuses to call nothing a success', () => {
  deepEqual(runTests({}).last, '0 passed, 0 failed')
  equal(runTests({}).status, 1)
  const { last, status } = runTests({ 'a.test.ts': '' })
  deepEqual([last, status], ['0 passed, 1 failed', 1])
})

test('npm test counts a file that throws, exits early or fails in a hook', () => {
  const { last, stdout } = runTests({
    'a.test.ts': 'throw new Error("at import")',
    'b.test.ts': `${HEAD}test('fine', () => {})\nprocess.on('exit', () => { process.exitCode = 3 })`,
    'c.test.ts': `import { after, describe, test } from 'node:test'\ndescribe('s', () => { after(() => { throw new Error('hook') }); test('fine', () => {}) })`,
  })
  equal(last, '2 passed, 3 failed', stdout)
})

test('npm test ends a file that leaves something open', () => {
  const text = `${HEAD}test('opens', () => { setInterval(() => {}, 1000) })`
  const { last, stdout } = runTests({ 'a.test.ts': text }, { timeLimitMs: 3000 })
  equal(last, '1 passed, 1 failed', stdout)
  match(stdout, /the whole file\n\s+did not end in time/)
})
