import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import { test } from 'node:test'
import { type DistributedHead, type HeadExpectation, headText, parseHead, type SignedHead, verifyHead } from './head.ts'

const NOW = Date.parse('2026-11-22T09:00:00.000Z')
const hashes = (digit: string) => {
  const hash = digit.repeat(64)
  return { ip: hash, net: hash, domain: hash, url: hash, file: hash }
}
const HEAD: DistributedHead = {
  bookId: 'book-1',
  sequence: 12,
  publishedAt: NOW - 60_000,
  validUntil: NOW + 3_600_000,
  entries: { ip: 1, net: 2, domain: 3, url: 4, file: 5 },
  stateHash: hashes('a'),
  snapshot: { name: `${'b'.repeat(64)}.snapshot`, sequence: 10, bytes: 99 },
  nextKey: undefined,
}

function newSigner(keyId: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url').toString('base64')
  const signed = (head: DistributedHead): SignedHead => {
    const text = headText(head)
    return { head: text, keyId, signature: sign(null, Buffer.from(text), privateKey).toString('base64') }
  }
  return { key: { keyId, publicKey: raw }, signed }
}

const signer = newSigner('one')

function expecting(more: Partial<HeadExpectation> = {}): HeadExpectation {
  return {
    keys: [signer.key],
    last: { bookId: 'book-1', sequence: 11, stateHash: hashes('9') },
    now: NOW,
    verify: ({ publicKey, signature, text }) => {
      const x = Buffer.from(publicKey, 'base64').toString('base64url')
      const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
      return verify(null, text, key, Buffer.from(signature, 'base64'))
    },
    ...more,
  }
}

function codeOf(signed: unknown, more?: Partial<HeadExpectation>): string {
  const verified = verifyHead(signed, expecting(more))
  return verified.ok ? 'ok' : `${verified.problem.code}: ${verified.problem.message}`
}

test('a head is read back as it was written', () => {
  for (const head of [HEAD, { ...HEAD, snapshot: undefined, nextKey: newSigner('x').key.publicKey }]) {
    assert.deepEqual(parseHead(headText(head)), { ok: true, value: head })
    assert.deepEqual(verifyHead(signer.signed(head), expecting()), { ok: true, value: head })
  }
})

test('a head is refused with another key, a changed text, another signature', () => {
  const signed = signer.signed(HEAD)
  assert.match(codeOf(newSigner('one').signed(HEAD)), /^unauthorized: .*must be that of key one/)
  assert.match(codeOf({ ...signed, head: signed.head.replace('12', '13') }), /^unauthorized/)
  assert.match(codeOf({ ...signed, signature: 'AAAA' }), /^unauthorized/)
  assert.match(codeOf({ ...signed, head: `${signed.head}\ud800` }), /^invalid/)
  assert.match(codeOf({ ...signed, head: signed.head + ' '.repeat(10_000) }), /^invalid/)
  assert.match(codeOf(null), /^invalid/)
})

test('a head is refused when it is past its time, goes back, tells another book or another state', () => {
  assert.match(codeOf(signer.signed(HEAD), { now: HEAD.validUntil + 1 }), /^stale: .*valid until/)
  assert.equal(codeOf(signer.signed(HEAD), { now: HEAD.validUntil }), 'ok')
  assert.match(codeOf(signer.signed({ ...HEAD, sequence: 10 })), /^stale: Cannot go back: the head is at 10/)
  assert.match(codeOf(signer.signed({ ...HEAD, bookId: 'book-2' })), /^invalid: .*of book "book-2"/)
  assert.equal(codeOf(signer.signed({ ...HEAD, bookId: 'book-2' }), { last: undefined }), 'ok')
  assert.match(codeOf(signer.signed({ ...HEAD, sequence: 11 })), /^invalid: .*another state at 11/)
  assert.equal(codeOf(signer.signed({ ...HEAD, sequence: 11, stateHash: hashes('9') })), 'ok')
})

test('a key that a trusted one has named signs after it', () => {
  const next = newSigner('two')
  const named = verifyHead(signer.signed({ ...HEAD, nextKey: next.key.publicKey }), expecting())
  assert.equal(named.ok && named.value.nextKey, next.key.publicKey)
  assert.equal(codeOf(next.signed(HEAD), { keys: [signer.key, next.key] }), 'ok')
})

test('a text that is no head is refused by what is wrong with it', () => {
  const cases: [string, RegExp][] = [
    ['nonsense', /must be JSON/],
    ['[]', /must be an object/],
    ['{}', /bookId/],
    [headText(HEAD).replace('"sequence":12', '"sequence":-1'), /sequence/],
    [headText(HEAD).replace('"sequence":12', '"sequence":1e300'), /sequence/],
    [headText(HEAD).replace('2026-11-22T10', '2026-99-22T10'), /validUntil/],
    [headText(HEAD).replace('"ip":1', '"ip":1.5'), /entries/],
    [headText(HEAD).replace('aaaa', 'AAAA'), /stateHash/],
    [headText(HEAD).replace('.snapshot', '/../x'), /snapshot/],
    [headText(HEAD).replace('}}', '},"nextKey":"short"}'), /./],
  ]
  for (const [text, why] of cases) {
    const parsed = parseHead(text)
    assert.ok(!parsed.ok, text)
    assert.match(parsed.problem.message, why)
  }
})
