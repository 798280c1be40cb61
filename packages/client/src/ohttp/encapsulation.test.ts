import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesEqual, decodeHex, encodeHex, unwrap } from '@tocsin/core/base'
import { decapsulateRequest, encapsulateRequest, paddedLength } from './encapsulation.ts'
import { expand, extract } from './hkdf.ts'
import { generateStoredKeyPair, loadKeyPair, open, seal } from './hpke.ts'
import { decodeKeyConfig, decodeKeyConfigs, encodeKeyConfig, encodeKeyConfigs } from './key-config.ts'

/** RFC 9180 §A.1.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, base mode, the first message. */
const HPKE = {
  info: '4f6465206f6e2061204772656369616e2055726e',
  ephemeral: [
    '37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431',
    '52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736',
  ],
  recipient: [
    '3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d',
    '4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8',
  ],
  message: '4265617574792069732074727574682c20747275746820626561757479',
  additional: '436f756e742d30',
  sealed: 'f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a',
  exports: {
    '': '3853fe2b4035195a573ffc53856e77058e15d9ea064de3e59f4961d0095250ee',
    '00': '2e8f0b54673c7029649d4eb9d5e33bf1872cf76d623ff164ac185da9e88c21a5',
    '54657374436f6e74657874': 'e9e43065102c3836401bed8c3c3c75ae46be1639869391d62c61f1ec7af54931',
  },
} as const

/** RFC 9458, Appendix A. */
const OHTTP = {
  secret: '3c168975674b2fa8e465970b79c8dcf09f1c741626480bd4c6162fc5b6a98e1a',
  config: '01002031e1f05a740102115220e9af918f738674aec95f54db6e04eb705aae8e79815500080001000100010003',
  request: '00034745540568747470730b6578616d706c652e636f6d012f',
  ephemeral: [
    '4b28f881333e7c164ffc499ad9796f877f4e1051ee6d31bad19dec96c208b472',
    'bc51d5e930bda26589890ac7032f70ad12e4ecb37abb1b65b1256c9c48999c73',
  ],
  sealedRequest:
    '010020000100014b28f881333e7c164ffc499ad9796f877f4e1051ee6d31bad19dec96c208b4726374e469135906992e1268c594d2a10c695d858c' +
    '40a026e7965e7d86b83dd440b2c0185204b4d63525',
  response: '0140c8',
  nonce: 'c789e7151fcba46158ca84b04464910d',
  sealedResponse: 'c789e7151fcba46158ca84b04464910d86f9013e404feea014e7be4a441f234f857fbd',
} as const

function bytes(hex: string): Uint8Array {
  return decodeHex(hex)!
}

function pairOf([publicKey, privateKey]: readonly [string, string]) {
  return loadKeyPair({ publicKey: bytes(publicKey), privateKey: bytes(privateKey) })
}

test('HKDF gives what RFC 5869 says (A.1, A.3)', () => {
  const material = new Uint8Array(22).fill(11)
  const key = extract(bytes('000102030405060708090a0b0c'), material)
  assert.equal(encodeHex(key), '077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5')
  const okm = '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865'
  assert.equal(encodeHex(expand(key, bytes('f0f1f2f3f4f5f6f7f8f9'), 42)), okm)
  const bare = expand(extract(new Uint8Array(), material), new Uint8Array(), 42)
  assert.equal(encodeHex(bare), '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8')
})

test('HPKE gives what RFC 9180 says, sealing and opening', async () => {
  const context = { info: bytes(HPKE.info), additional: bytes(HPKE.additional) }
  const sealed = await seal(bytes(HPKE.recipient[0]), bytes(HPKE.message), context, await pairOf(HPKE.ephemeral))
  assert.equal(encodeHex(sealed.bytes), HPKE.sealed)
  const opened = await open(await pairOf(HPKE.recipient), sealed.encapsulated, sealed.bytes, context)
  assert.equal(encodeHex(opened.bytes), HPKE.message)
  for (const [about, secret] of Object.entries(HPKE.exports)) {
    assert.equal(encodeHex(sealed.exportSecret(bytes(about), 32)), secret)
    assert.equal(encodeHex(opened.exportSecret(bytes(about), 32)), secret)
  }
})

test('a key of small order is refused, and one of another length', async () => {
  const context = { info: new Uint8Array(), additional: new Uint8Array() }
  await assert.rejects(seal(new Uint8Array(32), new Uint8Array(), context))
  await assert.rejects(seal(Uint8Array.of(1, ...new Uint8Array(31)), new Uint8Array(), context))
  await assert.rejects(seal(new Uint8Array(31), new Uint8Array(), context))
})

test('Oblivious HTTP gives what Appendix A of RFC 9458 says, at both ends', async () => {
  const config = unwrap(decodeKeyConfig(bytes(OHTTP.config)))!
  assert.equal(config.id, 1)
  const request = await encapsulateRequest(config, bytes(OHTTP.request), await pairOf(OHTTP.ephemeral))
  assert.equal(encodeHex(request.bytes), OHTTP.sealedRequest)
  const key = await loadKeyPair({ publicKey: config.publicKey, privateKey: bytes(OHTTP.secret) })
  const arrived = await decapsulateRequest(id => (id === 1 ? key : undefined), request.bytes)
  assert.equal(encodeHex(arrived!.message), OHTTP.request)
  const answer = await arrived!.sealResponse(bytes(OHTTP.response), bytes(OHTTP.nonce))
  assert.equal(encodeHex(answer), OHTTP.sealedResponse)
  assert.equal(encodeHex(unwrap(await request.openResponse(answer))), OHTTP.response)
})

test('key configurations: others are passed over, a broken list is refused as a whole', () => {
  const own = { id: 7, publicKey: new Uint8Array(32).fill(9) }
  const bare = encodeHex(encodeKeyConfig(own))
  const list = encodeKeyConfigs([own, { ...own, id: 8 }])
  assert.deepEqual(unwrap(decodeKeyConfigs(list)), [own, { ...own, id: 8 }])
  // P-256 with a key of 65 bytes, and X25519 with ChaCha20-Poly1305 alone.
  const foreign = `004a030010${'04'.repeat(65)}000400010001`
  const otherCipher = `0029${bare.slice(0, -8)}00010003`
  assert.deepEqual(
    unwrap(decodeKeyConfigs(bytes(foreign + otherCipher + encodeHex(list)))).map(({ id }) => id),
    [7, 8],
  )
  assert.deepEqual(unwrap(decodeKeyConfigs(new Uint8Array())), [])
  for (const broken of ['00', '0029', `0028${bare.slice(0, -2)}`, `002a${bare}00`, `0029${bare}00`]) {
    assert.equal(decodeKeyConfigs(bytes(broken)).ok, false, broken)
  }
})

test('whatever was changed or cut on its way is not opened, and an answer fits its own request alone', async () => {
  const pair = await generateStoredKeyPair()
  const key = await loadKeyPair(pair)
  const config = { id: 3, publicKey: pair.publicKey }
  const keyOf = (id: number) => (id === 3 ? key : undefined)
  const message = bytes(OHTTP.request)
  const request = await encapsulateRequest(config, message)
  for (let at = 0; at < request.bytes.length; at++) {
    const changed = request.bytes.slice()
    changed[at]! ^= 1 << (at % 8)
    // X25519 passes over the highest bit of a public key, but it is part of what the secret is made of.
    assert.equal(await decapsulateRequest(keyOf, changed), undefined, `byte ${at}`)
    assert.equal(await decapsulateRequest(keyOf, request.bytes.subarray(0, at)), undefined, `cut at ${at}`)
  }
  const arrived = (await decapsulateRequest(keyOf, request.bytes))!
  assert.ok(bytesEqual(arrived.message, message))
  const answer = await arrived.sealResponse(bytes(OHTTP.response))
  for (let at = 0; at < answer.length; at++) {
    const changed = answer.slice()
    changed[at]! ^= 1 << (at % 8)
    assert.equal((await request.openResponse(changed)).ok, false, `byte ${at}`)
    assert.equal((await request.openResponse(answer.subarray(0, at))).ok, false, `cut at ${at}`)
  }
  const other = await encapsulateRequest(config, message)
  assert.equal((await other.openResponse(answer)).ok, false)
  assert.notEqual(encodeHex(other.bytes), encodeHex(request.bytes))
})

test('paddedLength() gives few lengths, and none over the bound unless the message is', () => {
  assert.deepEqual(
    [0, 512, 513, 3000].map(length => paddedLength(length, 65_000)),
    [512, 512, 1024, 4096],
  )
  assert.equal(paddedLength(40_000, 65_000), 65_000)
  assert.equal(paddedLength(66_000, 65_000), 66_000)
})
