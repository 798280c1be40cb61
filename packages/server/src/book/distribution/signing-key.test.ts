import assert from 'node:assert/strict'
import { createPublicKey, verify } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ProblemError } from '@tocsin/core/base'
import type { TrustedKey } from '@tocsin/core/list'
import { rotateSigningKey, SigningKey } from './signing-key.ts'

const NOW = 1_782_777_600_000
const DAY = 86_400_000

function workplace() {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-signing-'))
  return { path: join(folder, 'signing.key'), [Symbol.dispose]: () => rmSync(folder, { recursive: true }) }
}

function isSignedBy({ publicKey }: TrustedKey, text: string, signature: string): boolean {
  const x = Buffer.from(publicKey, 'base64').toString('base64url')
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'))
}

test('a first start makes a key that its owner alone may read, and later ones sign with it', () => {
  using place = workplace()
  const one = new SigningKey(place.path, () => NOW)
  const other = new SigningKey(place.path, () => NOW)
  assert.deepEqual(other.key(), one.key())
  assert.equal(statSync(place.path).mode & 0o777, 0o600)
  const { keyId, signature } = one.sign('a text ä')
  assert.equal(keyId, one.key().keyId)
  assert.ok(isSignedBy(other.key(), 'a text ä', signature))
  assert.equal(Buffer.from(one.key().publicKey, 'base64').length, 32)
})

test('a rotation is noticed by a node that runs, named until its time, and then in force', () => {
  using place = workplace()
  let now = NOW
  const key = new SigningKey(place.path, () => now)
  const before = key.key()
  const rotation = rotateSigningKey(place.path, now, now + 30 * DAY)
  assert.equal(key.nextKey(), undefined)
  key.refresh()
  assert.equal(key.nextKey(), rotation.next.publicKey)
  assert.deepEqual([key.key(), rotation.current], [before, before])
  now += 30 * DAY
  assert.deepEqual([key.key(), key.nextKey()], [rotation.next, undefined])
  assert.ok(isSignedBy(rotation.next, 'x', key.sign('x').signature))

  const second = rotateSigningKey(place.path, now, now + DAY)
  key.refresh()
  assert.deepEqual([second.current, key.key(), key.nextKey()], [rotation.next, rotation.next, second.next.publicKey])
})

test('a rotation is refused while one is under way, and where there is no key', () => {
  using place = workplace()
  const code = (expected: string) => (error: unknown) =>
    error instanceof ProblemError && error.problem.code === expected
  assert.throws(() => rotateSigningKey(place.path, NOW, NOW + DAY), code('not-found'))
  new SigningKey(place.path, () => NOW)
  rotateSigningKey(place.path, NOW, NOW + DAY)
  assert.throws(() => rotateSigningKey(place.path, NOW + 1, NOW + DAY), code('invalid'))
})

test('a damaged file is refused and left as it is; a node that runs signs on', () => {
  using place = workplace()
  const key = new SigningKey(place.path, () => NOW)
  const before = key.key()
  for (const text of ['', '{}', '{"version":1}', '{"version":1,"current":{"privateKey":"AAAA"}}', 'null']) {
    writeFileSync(place.path, text)
    assert.throws(() => new SigningKey(place.path, () => NOW), /Cannot open the signing key/, text)
    assert.throws(() => key.refresh(), /Cannot open the signing key/, text)
    assert.equal(readFileSync(place.path, 'utf8'), text)
  }
  assert.deepEqual(key.key(), before)
})
