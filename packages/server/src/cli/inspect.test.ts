import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { ProblemError } from '@tocsin/core/base'
import { formatTlsh, tlshOf } from '@tocsin/core/similarity'
import type { WireAnswer } from '@tocsin/core/wire'
import { apkOf, axmlOf, certificateOf, type SampleElement } from '../formats/apk/apk.fixture.ts'
import { zipOf } from '../formats/unpack/zip.fixture.ts'
import { inspectFile } from './inspect-file.ts'
import { run } from './run.ts'
import { answer, type Differences, fakeWorld, SILENT } from './world.fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'tocsin-inspect-'))
after(() => rmSync(folder, { recursive: true }))

const V2 = 0x7109871a
const MANIFEST: SampleElement = {
  name: 'manifest',
  attributes: [
    { name: 'versionCode', id: 0x0101021b, value: 42 },
    { name: 'versionName', id: 0x0101021c, value: '1.2' },
    { name: 'package', value: 'com.example.app' },
  ],
}

/** Bytes that are anything but uniform. */
function noise(length: number): Buffer {
  let state = 1
  return Buffer.from(
    Uint8Array.from({ length }, () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) >>> 24),
  )
}

function fileOf(name: string, content: Uint8Array | string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const hex = (algorithm: string, content: Uint8Array | string) => createHash(algorithm).update(content).digest('hex')

async function ran(words: readonly string[], differences: Differences = {}) {
  const world = fakeWorld({ ...differences, env: { TOCSIN_DATA: join(folder, 'none'), ...differences.env } })
  const code = await run(['inspect', ...words], world)
  return { code, ...world.told, calls: world.calls }
}

/** A node that says this of the digests whose subject begins so, and knows nothing of others. */
function nodeThatSays(answers: Readonly<Record<string, Partial<WireAnswer>>>): Differences {
  const told = (subject: string) => Object.entries(answers).find(([begin]) => subject.startsWith(begin))?.[1] ?? {}
  return { node: { check: async subjects => subjects.map(subject => answer(subject, told(subject))) } }
}

const BAD = { score: 12, verdict: 'dangerous', action: 'block', reason: 'malware, or spreads it' } as const
const GOOD = { score: 95, verdict: 'safe', reason: 'a known good file' } as const

describe('inspect', () => {
  it('prints size and digests of a file of many pieces, and asks about all three names of it', async () => {
    const content = noise(700_001)
    const { code, output, calls } = await ran([fileOf('noise.bin', content)])
    assert.equal(code, 3)
    const [sha256, sha1, md5] = ['sha256', 'sha1', 'md5'].map(name => hex(name, content))
    assert.match(output, /^ {2}size +700001 bytes$/m)
    for (const digest of [md5, sha1, sha256, formatTlsh(tlshOf(content)!)])
      assert.match(output, new RegExp(` ${digest}$`, 'm'))
    assert.ok(calls.includes(`node check file:${sha256} file:sha1:${sha1} file:md5:${md5}`), calls.join('\n'))
    assert.match(output, /^ {2}verdict +untested, score 71, allow, unknown \(by its SHA-256\)$/m)
    assert.doesNotMatch(output, /package/)
  })

  it('exits and shows by the worst of the three, and lets no MD5 clear', async () => {
    const path = fileOf('small.txt', 'small')
    const bad = await ran([path], nodeThatSays({ 'file:md5:': BAD }))
    assert.equal(bad.code, 1)
    assert.match(bad.output, /verdict +dangerous, score 12, block, malware, or spreads it \(by its MD5\)$/m)
    assert.match(bad.output, /TLSH +none: /)
    const good = await ran([path], nodeThatSays({ 'file:md5:': GOOD }))
    assert.equal(good.code, 3)
    assert.match(good.output, /untested.*\(by its SHA-256\)\n +its MD5 is cleared, which clears no file/)
    const cleared = await ran([path], nodeThatSays({ [`file:${hex('sha256', 'small')}`]: GOOD }))
    assert.equal(cleared.code, 0)
  })

  it('--json has the same, file by file, and the most serious of the exit codes', async () => {
    const paths = [fileOf('one', 'one'), fileOf('two', 'two')]
    const node = nodeThatSays({ [`file:md5:${hex('md5', 'two')}`]: BAD })
    const { code, output } = await ran([...paths, join(folder, 'absent'), '--json'], node)
    assert.equal(code, 2)
    const { files } = JSON.parse(output)
    assert.deepEqual([files[0].path, files[0].sizeBytes, files[0].md5], [paths[0], 3, hex('md5', 'one')])
    assert.deepEqual([files[0].reputation.by, files[0].reputation.exit], ['sha256', 3])
    assert.deepEqual(
      [files[1].reputation.by, files[1].reputation.answer.score, files[1].reputation.exit],
      ['md5', 12, 1],
    )
    assert.match(files[2].error, /^Cannot inspect ".*absent": ENOENT$/)
  })

  it('--offline asks nobody and is unsure', async () => {
    const { code, output, calls } = await ran([fileOf('offline', 'x'), '--offline'])
    assert.deepEqual([code, calls], [4, []])
    assert.match(output, new RegExp(`SHA-256 +${hex('sha256', 'x')}$`, 'm'))
    assert.doesNotMatch(output, /verdict/)
  })

  it('prints what it found out where nobody answers, and is unsure; or an error where a key is missing', async () => {
    const path = fileOf('alone', 'y')
    const silent = await ran([path], { node: SILENT })
    assert.equal(silent.code, 4)
    assert.match(silent.output, new RegExp(`SHA-256 +${hex('sha256', 'y')}\\n.*\\n +verdict +unsure: nobody told`, 'm'))
    assert.match(silent.errors, /no node answers at/)
    const refused = new ProblemError({ code: 'unauthorized', message: 'Cannot look up: a key is needed' })
    const denied = await ran([path], { node: { check: () => Promise.reject(refused) } })
    assert.deepEqual([denied.code, denied.errors], [2, 'Cannot look up: a key is needed\n'])
    const short = await ran([path], { node: { check: async () => [] } })
    assert.equal(short.code, 2)
  })

  it('refuses folders with a way out, and pipes without opening them', async () => {
    const inFolder = await ran([folder, '--offline'])
    assert.equal(inFolder.code, 2)
    assert.match(inFolder.errors, /it must be a file, found a folder; for all files in it: find FOLDER -type f -exec/)
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    assert.match((await ran([pipe, '--offline'])).errors, /it must be a regular file, found a device, pipe or socket/)
  })

  it('tells what an Android package says of itself, and that nobody verified it', async () => {
    const certificate = certificateOf(1)
    const entries = [{ name: 'assets/noise', content: noise(300_000), method: 0 }]
    const path = fileOf('app.apk', apkOf(axmlOf(MANIFEST), { signed: [[V2, [certificate]]], entries }))
    const { apk } = JSON.parse((await ran([path, '--offline', '--json'])).output).files[0]
    assert.deepEqual([apk.package, apk.versionName, apk.certificatesVerified], ['com.example.app', '1.2', false])
    assert.deepEqual(apk.certificates, [hex('sha256', certificate)])
    const { output } = await ran([path, '--offline'])
    assert.match(output, /package +com\.example\.app 1\.2 \(42\), asks for 0 permissions$/m)
    assert.match(output, /signed +by v2; NOT verified/)
    assert.match(output, new RegExp(`certificate of SHA-256 ${hex('sha256', certificate)}, not verified$`, 'm'))
  })

  it('says why a package cannot be read, and takes no other archive for one', async () => {
    const text = zipOf([{ name: 'AndroidManifest.xml', content: Buffer.from('<manifest/>') }])
    const { code, output } = await ran([fileOf('library.aar', text)])
    assert.equal(code, 3)
    assert.match(output, /package +Cannot read the APK: /)
    const zip = zipOf([{ name: 'readme', content: Buffer.from('see AndroidManifest') }])
    assert.doesNotMatch((await ran([fileOf('plain.zip', zip), '--offline'])).output, /package/)
  })

  it('meets the name of a manifest wherever it lies in the pieces that are read', async () => {
    for (const at of [4, 262_143, 262_134, 262_126, 262_144]) {
      const content = Buffer.concat([Buffer.from('PK\x03\x04'), noise(at - 4), Buffer.from('AndroidManifest.xml')])
      const { apk } = await inspectFile(fileOf(`seam-${at}`, content))
      assert.deepEqual(Object.keys(apk ?? {}), ['error'], String(at))
    }
  })

  it('reads a package beyond the bound for its digests alone', async () => {
    const content = apkOf(axmlOf(MANIFEST))
    const { apk, sha256 } = await inspectFile(fileOf('large.apk', content), content.length - 1)
    assert.deepEqual(apk, {
      error: `Cannot read the APK: it must have at most ${content.length - 1} bytes, found ${content.length}`,
    })
    assert.equal(sha256, hex('sha256', content))
  })

  it('does not let a name steer the terminal', async () => {
    assert.doesNotMatch((await ran([fileOf('red\u001b[31m', 'z'), '--offline'])).output, /\u001b/)
  })
})
