import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { ProblemError } from '@tocsin/core/base'
import type { WireAnswer } from '@tocsin/core/wire'
import { isText, shown, uriOf } from './byte-path.ts'
import { NodeJudge } from './judging.ts'
import type { Outcome } from './outcome.ts'
import { listing, scanned, sha256, treeOf } from './trees.fixture.ts'

const MANY = Object.fromEntries(Array.from({ length: 3000 }, (_, n) => [`many/${n % 7}/${n}`, `file ${n}`]))

function paths({ findings }: Outcome, root: string): string[] {
  return findings.map(
    ({ path, member }) => shown(path).slice(root.length + 1) + (member === undefined ? '' : `!${member}`),
  )
}

test('a scan finds every file of a tree and tells those that are blocked', async () => {
  using tree = treeOf({ ...MANY, 'a/b/bad': 'bad', 'a/copy': 'bad', empty: '' })
  const outcome = await scanned([tree.root], listing('bad', 'file 1234'))
  assert.deepEqual(paths(outcome, tree.root), ['a/b/bad', 'a/copy', 'many/2/1234'])
  assert.equal(outcome.findings[0]!.sha256, sha256('bad'))
  const { files, folders, hashed, allowed, blocked, failed } = outcome.totals
  assert.deepEqual(
    { files, folders, hashed, allowed, blocked, failed },
    {
      files: 3003,
      folders: 11,
      hashed: 3003,
      allowed: 3000,
      blocked: 3,
      failed: 0,
    },
  )
})

test('one folder of many files is read in pieces, all of them', async () => {
  using tree = treeOf(Object.fromEntries(Array.from({ length: 2500 }, (_, n) => [`${n}`, `${n}`])))
  const { totals } = await scanned([tree.root], listing())
  assert.deepEqual([totals.files, totals.folders], [2500, 1])
})

test('a file of many reads has the hash of all its bytes', async () => {
  const large = Buffer.alloc(3 * 2 ** 20 + 17, 'tocsin')
  using tree = treeOf({ large, exact: large.subarray(0, 512 * 1024) })
  const { findings } = await scanned([tree.root], listing(large, large.subarray(0, 512 * 1024)))
  assert.equal(findings.length, 2)
})

test('names may be any bytes: new lines, no UTF-8, very long', async () => {
  using tree = treeOf({ 'new\nline': 'x1', [`${'é'.repeat(127)}x`]: 'x2', ' -rf "; *': 'x3', '\u202etxt.exe': 'x4' })
  const wild = Buffer.concat([Buffer.from(`${tree.root}/`), Buffer.from([0xff, 0x2f, 0xc3, 0x28])])
  mkdirSync(wild.subarray(0, -3))
  writeFileSync(wild, 'x5')
  const outcome = await scanned([tree.root], listing('x1', 'x2', 'x3', 'x4', 'x5'))
  assert.equal(outcome.findings.length, 5)
  const found = outcome.findings.find(({ path }) => !isText(path))!
  assert.equal(shown(found.path), `${tree.root}/\ufffd/\ufffd(`)
  assert.match(uriOf(found.path), /^file:\/\/\/.*\/%FF\/%C3%28$/)
  assert.equal(outcome.totals.failed, 0)
})

test('links are not followed, so that a loop is none; a link among the roots is', async () => {
  using tree = treeOf({ 'a/x': 'x' })
  symlinkSync('..', tree.path('a/loop'))
  symlinkSync('/etc/passwd', tree.path('a/passwd'))
  symlinkSync(tree.path('a'), tree.path('root'))
  const { totals } = await scanned([tree.root], listing())
  assert.deepEqual([totals.files, totals.skipped.link], [1, 3])
  assert.equal((await scanned([tree.path('root')], listing())).totals.files, 1)
})

test('a folder that is met twice is scanned once', async () => {
  using tree = treeOf({ 'a/b/x': 'x', 'a/y': 'y' })
  const { totals } = await scanned([tree.path('a'), tree.path('a/b'), tree.root], listing())
  assert.deepEqual([totals.files, totals.folders, totals.skipped['met-before']], [2, 3, 2])
})

test('pipes, sockets and devices are passed over and never opened', async () => {
  using tree = treeOf({ x: 'x' })
  execFileSync('mkfifo', [tree.path('fifo')])
  const server = createServer().listen(tree.path('socket'))
  const { totals } = await scanned([tree.root, tree.path('fifo'), '/dev/null'], listing())
  server.close()
  assert.deepEqual([totals.files, totals.skipped.special, totals.failed], [1, 4, 0])
})

test('a sparse file of a terabyte is left out by its size, and told', async () => {
  using tree = treeOf({ x: 'x', huge: '' })
  truncateSync(tree.path('huge'), 2 ** 40)
  const outcome = await scanned([tree.root, tree.path('huge')], listing())
  assert.deepEqual([outcome.totals.files, outcome.totals.skipped['too-large']], [1, 2])
  assert.match(outcome.tooLarge[0]!.reason, /larger than 1073741824 bytes/)
})

test('what cannot be read is told and counted, and keeps nothing else', async () => {
  using tree = treeOf({ x: 'x' })
  const deep = "for (let n = 0; n < 20; n++) { const name = 'd'.repeat(250); fs.mkdirSync(name); process.chdir(name) }"
  execFileSync(process.execPath, ['-e', deep], { cwd: tree.root })
  const outcome = await scanned([tree.root, tree.path('none')], listing('x'))
  assert.deepEqual([outcome.totals.blocked, outcome.totals.failed], [1, 2])
  assert.deepEqual(outcome.failed.map(({ reason }) => reason).toSorted(), ['ENAMETOOLONG', 'ENOENT'])
})

test('what is excluded is not entered', async () => {
  using tree = treeOf({ 'node_modules/a/x': '1', 'src/x.iso': '2', 'src/cache/y': '3', 'src/keep': '4' })
  const excludes = ['node_modules', '*.iso', `${tree.root}/*/cache`]
  const { totals } = await scanned([tree.root], listing(), { excludes })
  assert.deepEqual([totals.files, totals.folders, totals.skipped.excluded], [1, 2, 3])
  await assert.rejects(scanned([tree.root], listing(), { excludes: ['a[b'] }), /Cannot exclude "a\[b"/)
})

test('file systems of the kernel are not entered from outside', { skip: process.platform !== 'linux' }, async () => {
  const { totals } = await scanned(['/'], listing(), { excludes: ['/[!p]*', '/p[!r]*', '/.*'] })
  assert.deepEqual([totals.files, totals.skipped.kernel], [0, 1])
})

test('hashes are asked in batches of a thousand, and names never', async () => {
  using tree = treeOf(MANY)
  const asked: (readonly string[])[] = []
  const judge = new NodeJudge(async subjects => {
    asked.push(subjects)
    return subjects.map(subject => answer(subject))
  })
  const { totals } = await scanned([tree.root], judge)
  assert.deepEqual(
    asked.map(({ length }) => length),
    [1000, 1000, 1000],
  )
  assert.ok(asked.flat().every(subject => /^file:[0-9a-f]{64}$/.test(subject)))
  assert.deepEqual(totals.verdicts, { untested: 3000 })
})

test('where nobody answers all is unsure, kept, and asked first by the next scan, which need not meet it', async () => {
  using tree = treeOf({ 'a/x': 'x', 'b/y': 'y' })
  const silence = new ProblemError({ code: 'unavailable', message: 'Cannot reach the node' })
  const first = await scanned([tree.root], new NodeJudge(() => Promise.reject(silence)), { cache: tree.cache })
  assert.deepEqual([first.totals.unsure, first.totals.allowed], [2, 0])
  assert.equal(first.findings[0]!.judgement.reason, 'Cannot reach the node')
  const asked: string[] = []
  const bad = { verdict: 'dangerous', action: 'block', score: 3 } as const
  const judge = new NodeJudge(async subjects => {
    asked.push(...subjects)
    return subjects.map(subject => answer(subject, bad))
  })
  const second = await scanned([tree.path('b')], judge, { cache: tree.cache })
  assert.deepEqual(new Set(asked.slice(0, 2)), new Set([`file:${sha256('x')}`, `file:${sha256('y')}`]))
  assert.deepEqual(paths(second, tree.root), ['a/x', 'b/y'])
  assert.deepEqual(
    second.findings.map(({ isRemembered }) => isRemembered),
    [true, undefined],
  )
  const third = await scanned([tree.path('b')], judge, { cache: tree.cache })
  assert.deepEqual(paths(third, tree.root), ['b/y'])
})

test('a node that refuses ends the scan', async () => {
  using tree = treeOf(MANY)
  const refusal = new ProblemError({ code: 'unauthorized', message: 'Cannot look up: a key is needed' })
  await assert.rejects(scanned([tree.root], new NodeJudge(() => Promise.reject(refusal))), refusal)
})

test('a level decides in place of the policy; a ruling of the site stands; what is stale is unsure', async () => {
  const answers = [
    answer('1', { verdict: 'suspicious', score: 70 }),
    answer('2', { verdict: 'dangerous', score: 3, action: 'block', ruling: 'approved' }),
    answer('3', { verdict: 'dangerous', score: 3, action: 'block', state: 'stale', ageSeconds: 90 }),
    { subject: '4', error: 'no' },
  ]
  const ask = async () => answers
  const judged = async (judge: NodeJudge) => (await judge.judge(['1', '2', '3', '4', '5'])).map(({ is }) => is)
  assert.deepEqual(await judged(new NodeJudge(ask)), ['allowed', 'allowed', 'unsure', 'unsure', 'unsure'])
  assert.deepEqual((await judged(new NodeJudge(ask, { level: 'high' })))[0], 'blocked')
})

test('a node that says "later" is asked again, with longer and longer pauses', async () => {
  const pauses: number[] = []
  const limited = new ProblemError({ code: 'limited', message: 'Too many questions' })
  let tries = 0
  const ask = async () => {
    if (++tries < 3) throw limited
    return [answer('1')]
  }
  const judge = new NodeJudge(ask, { wait: async milliseconds => void pauses.push(milliseconds) })
  assert.equal((await judge.judge(['1']))[0]!.is, 'allowed')
  assert.deepEqual(pauses, [500, 1000])
})

function answer(subject: string, part: Partial<WireAnswer> = {}): WireAnswer {
  const base = {
    score: 71,
    verdict: 'untested',
    action: 'allow',
    state: 'fresh',
    ageSeconds: 0,
    reason: 'unknown',
  } as const
  return { subject, ...base, ...part }
}
