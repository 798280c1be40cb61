import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import { apkOf, axmlOf, certificateOf, jarSignatureOf, pairOf, type SampleElement, withBlock } from './apk.fixture.ts'
import { readApkFacts } from './apk.ts'

const NAME = 0x01010003
const V2 = 0x7109871a
const V3 = 0xf05368c0

const permission = (name: string): SampleElement => ({
  name: 'uses-permission',
  attributes: [{ name: 'name', id: NAME, value: name }],
})

const MANIFEST: SampleElement = {
  name: 'manifest',
  attributes: [
    { name: 'versionCode', id: 0x0101021b, value: 42 },
    { name: 'versionName', id: 0x0101021c, value: '1.2 ✓' },
    { name: 'package', value: 'com.example.app' },
  ],
  inside: [
    {
      name: 'uses-sdk',
      attributes: [
        { name: 'minSdkVersion', id: 0x0101020c, value: 21 },
        { name: 'targetSdkVersion', id: 0x01010270, value: 34 },
      ],
    },
    permission('android.permission.INTERNET'),
    permission('android.permission.SEND_SMS'),
    permission('android.permission.INTERNET'),
    { name: 'application', inside: [permission('not.asked.for')] },
  ],
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const ONE = certificateOf(1)
const TWO = certificateOf(2)

async function facts(bytes: Uint8Array) {
  const read = await readApkFacts(bytes)
  if (!read.ok) throw new Error(read.problem.message)
  return read.value
}

async function why(bytes: Uint8Array): Promise<string> {
  const read = await readApkFacts(bytes)
  assert.equal(read.ok, false)
  return read.problem.message
}

describe('readApkFacts()', () => {
  it('reads name, version, permissions and signer, whichever way strings are written', async () => {
    for (const encoding of ['utf8', 'utf16'] as const) {
      assert.deepEqual(await facts(apkOf(axmlOf(MANIFEST, encoding), { signed: [[V2, [ONE]]] })), {
        kind: 'apk',
        package: 'com.example.app',
        versionCode: 42,
        versionName: '1.2 ✓',
        minSdk: 21,
        targetSdk: 34,
        permissions: 2,
        certificates: [sha256(ONE)],
        schemes: ['v2'],
      })
    }
  })

  it('takes the certificates of the scheme that Android goes by', async () => {
    const jar = { name: 'META-INF/CERT.RSA', content: jarSignatureOf(2, [ONE, TWO]) }
    const manifest = axmlOf(MANIFEST)
    const v1 = await facts(apkOf(manifest, { entries: [jar] }))
    assert.deepEqual([v1.certificates, v1.schemes], [[sha256(TWO)], ['v1']])
    const signed = [
      [V2, [ONE]],
      [V3, [TWO, ONE]],
    ] as const
    const all = await facts(apkOf(manifest, { entries: [jar], signed }))
    assert.deepEqual([all.certificates, all.schemes], [[sha256(ONE), sha256(TWO)].sort(), ['v3', 'v2', 'v1']])
    const none = await facts(apkOf(manifest))
    assert.deepEqual([none.certificates, none.schemes], [[], []])
  })

  it('goes by ids of attributes and not by their names', async () => {
    const attributes = [
      { name: 'x', id: 0x0101021b, value: 7 },
      { name: 'versionCode', value: 8 },
      { name: 'package', value: 'a.b' },
    ]
    assert.equal((await facts(apkOf(axmlOf({ name: 'manifest', attributes })))).versionCode, 7)
  })

  it('refuses what is no APK, or names no package', async () => {
    assert.match(await why(Buffer.from('not a zip')), /Cannot (?:unpack|read the APK)/)
    assert.match(await why(apkOf(Buffer.from('<manifest package="a.b"/>'))), /must be binary XML/)
    assert.match(await why(apkOf(axmlOf({ name: 'manifest' }))), /its package must be a name/)
    const odd = { name: 'manifest', attributes: [{ name: 'package', value: '../../x' }] }
    assert.match(await why(apkOf(axmlOf(odd))), /found "\.\.\/\.\.\/x"/)
    assert.match(await why(apkOf(axmlOf({ name: 'other' }))), /must name a package/)
  })

  it('refuses two manifests, and a bomb in place of one', async () => {
    const manifest = axmlOf(MANIFEST)
    const twice = apkOf(manifest, { entries: [{ name: 'AndroidManifest.xml', content: manifest }] })
    assert.match(await why(twice), /must have one AndroidManifest\.xml, found two/)
    assert.match(await why(apkOf(Buffer.alloc(64 * 2 ** 20))), /a bomb|at most/)
  })

  it('refuses a signing block that is broken rather than take the app for unsigned', async () => {
    const zip = apkOf(axmlOf(MANIFEST))
    const good = apkOf(axmlOf(MANIFEST), { signed: [[V2, [ONE]]] })
    const broken = Buffer.from(good)
    const magic = broken.lastIndexOf('APK Sig Block 42')
    broken.writeUInt32LE(broken.readUInt32LE(magic - 8) - 1, magic - 8)
    assert.match(await why(broken), /same size at both ends|a length must be within/)
    const pair = pairOf(V2, [ONE])
    assert.match(await why(withBlock(zip, Buffer.concat([pair, pair]))), /one value of each id/)
    assert.match(await why(withBlock(zip, pair.subarray(0, -1))), /beyond|must have/)
    assert.match(await why(withBlock(zip, pairOf(V2, Array<Buffer>(11).fill(ONE)))), /at most 10 items/)
    assert.match(
      await why(apkOf(axmlOf(MANIFEST), { entries: [{ name: 'META-INF/A.RSA', content: Buffer.from('x') }] })),
      /v1 signature/,
    )
  })

  it('ends within its bounds for every cut and every changed byte', async () => {
    const jar = { name: 'META-INF/CERT.RSA', content: jarSignatureOf(1, [ONE]) }
    const apk = apkOf(axmlOf(MANIFEST), { signed: [[V2, [ONE]]], entries: [jar] })
    const manifest = axmlOf(MANIFEST)
    for (let at = 0; at < apk.length; at += 7) await readApkFacts(apk.subarray(0, at))
    for (let at = 0; at < manifest.length; at++) {
      const changed = Buffer.from(manifest)
      changed[at] = changed[at]! ^ 0xff
      await readApkFacts(apkOf(changed))
    }
  })
})
