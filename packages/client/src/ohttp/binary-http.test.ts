import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeHex, encodeHex, unwrap } from '@tocsin/core/base'
import { type BinaryRequest, decodeRequest, decodeResponse, encodeRequest, encodeResponse } from './binary-http.ts'

/** RFC 9292 §5.1: a request in both framings, the second padded. */
const KNOWN =
  '0003474554056874747073000a2f68656c6c6f2e747874406c0a757365722d6167656e74346375726c2f372e31362e33206c69626375726c2f37' +
  '2e31362e33204f70656e53534c2f302e392e376c207a6c69622f312e322e3304686f73740f7777772e6578616d706c652e636f6d0f616363657074' +
  '2d6c616e677561676506656e2c206d690000'
const OPEN =
  '0203474554056874747073000a2f68656c6c6f2e7478740a757365722d6167656e74346375726c2f372e31362e33206c69626375726c2f372e3136' +
  '2e33204f70656e53534c2f302e392e376c207a6c69622f312e322e3304686f73740f7777772e6578616d706c652e636f6d0f6163636570742d6c61' +
  '6e677561676506656e2c206d6900000000000000000000000000'
/** RFC 9292 §5.2: an answer after two interim ones, and one of known length with a trailer. */
const INTERIM =
  '0340660772756e6e696e670a22736c65657020313522004067046c696e6b233c2f7374796c652e6373733e3b2072656c3d7072656c6f61643b2061' +
  '733d7374796c65046c696e6b243c2f7363726970742e6a733e3b2072656c3d7072656c6f61643b2061733d7363726970740040c804646174651d4d' +
  '6f6e2c203237204a756c20323030392031323a32383a353320474d5406736572766572064170616368650d6c6173742d6d6f6469666965641d5765' +
  '642c203232204a756c20323030392031393a31353a353620474d5404657461671422333461613338372d642d3135363865623030220d6163636570' +
  '742d72616e6765730562797465730e636f6e74656e742d6c656e67746802353104766172790f4163636570742d456e636f64696e670c636f6e7465' +
  '6e742d747970650a746578742f706c61696e003348656c6c6f20576f726c6421204d7920636f6e74656e7420696e636c75646573206120747261' +
  '696c696e672043524c462e0d0a0000'
const TRAILER = '0140c8001d5468697320636f6e74656e7420636f6e7461696e732043524c462e0d0a0d07747261696c65720474657874'

const HELLO: BinaryRequest = {
  method: 'GET',
  scheme: 'https',
  authority: '',
  path: '/hello.txt',
  fields: [
    ['user-agent', 'curl/7.16.3 libcurl/7.16.3 OpenSSL/0.9.7l zlib/1.2.3'],
    ['host', 'www.example.com'],
    ['accept-language', 'en, mi'],
  ],
  content: new Uint8Array(),
}

function bytes(hex: string): Uint8Array {
  return decodeHex(hex)!
}

function text(content: Uint8Array): string {
  return Buffer.from(content).toString('latin1')
}

test('the requests of RFC 9292 are read in both framings, and cut where nothing is lost', () => {
  assert.equal(encodeHex(encodeRequest(HELLO)), KNOWN)
  for (const cut of [0, 1, 2]) assert.deepEqual(unwrap(decodeRequest(bytes(KNOWN).slice(0, -cut || undefined))), HELLO)
  for (const cut of [0, 1, 9, 10, 12]) {
    assert.deepEqual(unwrap(decodeRequest(bytes(OPEN).slice(0, -cut || undefined))), HELLO)
  }
})

test('the responses of RFC 9292 are read: interim ones and trailers are dropped', () => {
  const late = unwrap(decodeResponse(bytes(INTERIM)))
  assert.equal(late.status, 200)
  assert.equal(late.fields.length, 8)
  assert.equal(text(late.content), 'Hello World! My content includes a trailing CRLF.\r\n')
  const known = unwrap(decodeResponse(bytes(TRAILER)))
  assert.deepEqual([known.status, known.fields, text(known.content)], [200, [], 'This content contains CRLF.\r\n'])
  assert.equal(unwrap(decodeResponse(bytes('0140c8'))).status, 200)
})

test('what is written is read again, padding and content of any length included', () => {
  for (const length of [0, 1, 63, 64, 16_383, 16_384, 70_000]) {
    const response = {
      status: 404,
      fields: [['content-type', 'text/plain']] as const,
      content: new Uint8Array(length).fill(7),
    }
    const written = encodeResponse(response, 1024)
    assert.ok(written.length >= 1024)
    assert.deepEqual(unwrap(decodeResponse(written)), response)
  }
})

test('what is no message is refused, with its reason', () => {
  const requests: [string, RegExp][] = [
    ['', /announces 1 bytes, 0 are left/],
    ['05', /framing must be 0 or 2, found 5/],
    [TRAILER, /framing must be 0 or 2, found 1/],
    [KNOWN.slice(0, 80), /announces/],
    [`${KNOWN}0001`, /padding must be zeros/],
    [OPEN.slice(0, -26), /announces/],
    ['0004504f5354056874747073000', /./],
    // A length that no message has.
    ['000347455405687474707300012f00ffffffffffffffff', /announces \d+ bytes, 0 are left/],
    // ":a", "A", a line break in a value, a method and a path with a blank.
    ['000347455405687474707300012f05023a610162', /field names/],
    ['000347455405687474707300012f0401410162', /field names/],
    ['000347455405687474707300012f050161020d0a', /field values/],
    ['000347205405687474707300012f', /control data|method/],
    ['000347455405687474707300022f20', /control data/],
  ]
  for (const [hex, reason] of requests) {
    const read = decodeRequest(Uint8Array.from(Buffer.from(hex, 'hex')))
    assert.ok(!read.ok, hex)
    assert.match(read.problem.message, reason)
  }
  for (const hex of ['014067', '0142580000', '0100', `01${'406400'.repeat(9)}40c8`]) {
    assert.equal(decodeResponse(bytes(hex)).ok, false, hex)
  }
})

test('more fields than any lookup has are refused', () => {
  const fields = Array.from({ length: 65 }, (_, at) => [`x-${at}`, 'v'] as const)
  assert.equal(decodeRequest(encodeRequest({ ...HELLO, fields })).ok, false)
  assert.equal(decodeRequest(encodeRequest({ ...HELLO, fields: fields.slice(1) })).ok, true)
})

test('what HTTP cannot say is not written', () => {
  assert.throws(() => encodeRequest({ ...HELLO, method: 'GE T' }), RangeError)
  assert.throws(() => encodeRequest({ ...HELLO, path: '/ä' }), RangeError)
  assert.throws(() => encodeRequest({ ...HELLO, fields: [['a', 'b\r\nc: d']] }), RangeError)
  assert.throws(() => encodeResponse({ status: 100, fields: [], content: new Uint8Array() }), RangeError)
})
