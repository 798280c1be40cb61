import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeHex, encodeHex, unwrap } from '@tocsin/core/base'
import fc from 'fast-check'
import {
  decodeBase64,
  type HashList,
  hashListsToJson,
  hashListToJson,
  readBatchRequest,
  readHashList,
  readHashLists,
  readSearchRequest,
  readSearchResponse,
  searchResponseToJson,
  writeBatchRequest,
  writeHashList,
  writeHashLists,
  writeSearchRequest,
  writeSearchResponse,
} from './index.ts'

const bytes = (hex: string) => decodeHex(hex)!
const CHECKSUM = 'd1099a04a9fd4f1ed0cd830fb388d03faa04cb1f0cb5819b9ecb84ec6e95bbbf'

/** The list of the published example, as an update. */
const UPDATE: HashList = {
  name: 'mw-4b',
  version: bytes('0102'),
  partialUpdate: true,
  additions: {
    bytes: 4,
    delta: { firstValue: 0x1d32c508, riceParameter: 30, entriesCount: 2, encodedData: bytes('7400d2971bed497400') },
  },
  compressedRemovals: { firstValue: 7, riceParameter: 0, entriesCount: 0, encodedData: bytes('') },
  minimumWaitSeconds: 300,
  sha256Checksum: bytes(CHECKSUM),
  metadata: undefined,
}

const NOTHING: HashList = {
  name: '',
  version: bytes(''),
  partialUpdate: false,
  additions: undefined,
  compressedRemovals: undefined,
  minimumWaitSeconds: 0,
  sha256Checksum: bytes(''),
  metadata: undefined,
}

/** Written by hand after safebrowsing.proto. */
const UPDATE_HEX =
  '0a056d772d3462120201021801221508888acbe901101e180222097400d2971bed4974002a020807320308ac02' + `3a20${CHECKSUM}`

/** For comparison: arrays of one kind, whatever they are views of. */
const plain = (value: unknown) =>
  JSON.parse(
    JSON.stringify(value, (_, each) =>
      each instanceof Uint8Array ? encodeHex(each) : typeof each === 'bigint' ? `${each}n` : each,
    ),
  )

test('writeHashList() and readHashList() agree with safebrowsing.proto, byte for byte', () => {
  assert.equal(encodeHex(writeHashList(UPDATE)), UPDATE_HEX)
  assert.deepEqual(plain(unwrap(readHashList(bytes(UPDATE_HEX)))), plain(UPDATE))
  assert.equal(encodeHex(writeHashList(NOTHING)), '')
  assert.deepEqual(plain(unwrap(readHashList(bytes('')))), plain(NOTHING))
})

test('hashes of 32 bytes have their first value in four parts', () => {
  const firstValue = (1n << 192n) | (2n << 128n) | (3n << 64n) | 4n
  const additions = {
    bytes: 32,
    delta: { firstValue, riceParameter: 0, entriesCount: 0, encodedData: bytes('') },
  } as const
  const hex = '0a0667632d3332625a1d0801110200000000000000190300000000000000210400000000000000'
  const list = { ...NOTHING, name: 'gc-32b', additions }
  assert.equal(encodeHex(writeHashList(list)), hex)
  assert.deepEqual(plain(unwrap(readHashList(bytes(hex)))), plain(list))
  assert.deepEqual(JSON.parse(JSON.stringify(hashListToJson(list))), {
    name: 'gc-32b',
    additionsThirtyTwoBytes: {
      firstValueFirstPart: '1',
      firstValueSecondPart: '2',
      firstValueThirdPart: '3',
      firstValueFourthPart: '4',
    },
  })
})

test('hashes of 8 and 16 bytes go there and back', () => {
  for (const [length, value] of [
    [8, 0xfedcba9876543210n],
    [16, (5n << 64n) | 6n],
  ] as const) {
    const delta = { firstValue: value, riceParameter: 100, entriesCount: 1, encodedData: bytes('00ff') }
    const list: HashList = { ...NOTHING, additions: { bytes: length, delta } }
    assert.deepEqual(plain(unwrap(readHashList(writeHashList(list)))), plain(list))
    assert.match(JSON.stringify(hashListToJson(list)), length === 8 ? /"18364758544493064720"/ : /"firstValueHi":"5"/)
  }
})

test('writeSearchResponse() and readSearchResponse() agree with safebrowsing.proto, byte for byte', () => {
  const hex = `0a260a20${CHECKSUM}12020802120308ac02`
  const response = {
    fullHashes: [{ fullHash: bytes(CHECKSUM), threatTypes: ['SOCIAL_ENGINEERING'] as const }],
    cacheDurationSeconds: 300,
  }
  assert.equal(encodeHex(writeSearchResponse(response)), hex)
  assert.deepEqual(plain(unwrap(readSearchResponse(bytes(hex)))), plain(response))
})

test('readSearchResponse() disregards a detail of an unknown type, or with an attribute', () => {
  const detail = (hex: string) => {
    const hash = `0a20${CHECKSUM}${hex}`
    const response = unwrap(readSearchResponse(bytes(`0a${(hash.length / 2).toString(16).padStart(2, '0')}${hash}`)))
    return response.fullHashes[0]!.threatTypes
  }
  assert.deepEqual(detail('12020801'), ['MALWARE'])
  assert.deepEqual(detail('12020863'), [])
  assert.deepEqual(detail('120408011001'), [], 'an attribute, not packed')
  assert.deepEqual(detail('12050801120101'), [], 'an attribute, packed')
  assert.deepEqual(detail('1202080112020803'), ['MALWARE', 'UNWANTED_SOFTWARE'])
})

test('requests go there and back, and are bounded', () => {
  const prefixes = [bytes('1d32c508'), bytes('291bc542')]
  assert.equal(encodeHex(writeSearchRequest(prefixes)), '0a041d32c5080a04291bc542')
  assert.deepEqual(plain(unwrap(readSearchRequest(writeSearchRequest(prefixes)))), plain(prefixes))
  const many = readSearchRequest(writeSearchRequest(Array.from({ length: 1001 }, () => bytes('1d32c508'))))
  assert.match(many.ok ? '' : many.problem.message, /at most 1000 prefixes/)
  const request = {
    names: ['mw-4b', 'se-4b'],
    versions: [bytes('01')],
    sizeConstraints: { maxUpdateEntries: 2048, maxDatabaseEntries: 0 },
  }
  assert.deepEqual(plain(unwrap(readBatchRequest(writeBatchRequest(request)))), plain(request))
  assert.equal(readBatchRequest(writeBatchRequest({ ...request, names: Array(101).fill('a') })).ok, false)
})

test('JSON is as proto3 has it: base64, durations as text, zeros left out', () => {
  const response = {
    fullHashes: [{ fullHash: bytes('ff00'), threatTypes: ['MALWARE'] as const }],
    cacheDurationSeconds: 1.5,
  }
  assert.equal(
    JSON.stringify(searchResponseToJson(response)),
    '{"fullHashes":[{"fullHash":"/wA=","fullHashDetails":[{"threatType":"MALWARE"}]}],"cacheDuration":"1.5s"}',
  )
  assert.equal(JSON.stringify(searchResponseToJson({ fullHashes: [], cacheDurationSeconds: 0 })), '{}')
  assert.deepEqual(JSON.parse(JSON.stringify(hashListsToJson([UPDATE]))), {
    hashLists: [
      {
        name: 'mw-4b',
        version: 'AQI=',
        partialUpdate: true,
        additionsFourBytes: {
          firstValue: 0x1d32c508,
          riceParameter: 30,
          entriesCount: 2,
          encodedData: 'dADSlxvtSXQA',
        },
        compressedRemovals: { firstValue: 7 },
        minimumWaitDuration: '300s',
        sha256Checksum: '0QmaBKn9Tx7QzYMPs4jQP6oEyx8MtYGbnsuE7G6Vu78=',
      },
    ],
  })
})

test('metadata goes there and back', () => {
  const metadata = {
    threatTypes: ['MALWARE', 'UNWANTED_SOFTWARE'],
    description: 'é',
    hashLength: 'FOUR_BYTES',
  } as const
  const list: HashList = { ...NOTHING, name: 'x', metadata }
  assert.deepEqual(plain(unwrap(readHashLists(writeHashLists([list, NOTHING])))), plain([list, NOTHING]))
})

test('readers refuse what is cut off, overlong or of a wrong type, and say so', () => {
  const problem = (hex: string) => {
    const result = readHashList(bytes(hex))
    return result.ok ? undefined : result.problem.message
  }
  for (let length = 1; length < UPDATE_HEX.length / 2; length++) {
    const cut = readHashList(bytes(UPDATE_HEX.slice(0, 2 * length)))
    if (cut.ok) assert.notDeepEqual(plain(cut.value), plain(UPDATE))
  }
  assert.match(problem('0aff')!, /ends in a number/)
  assert.match(problem('0a05')!, /announces 5 bytes, 0 are left/)
  assert.match(problem('0affffffffffffffffffff01')!, /at most 10 bytes/)
  assert.match(problem('0affffffffffffffffff0100')!, /announces/)
  assert.match(problem('0801')!, /field 1 must have wire type 2, found 0/)
  assert.match(problem('0a01ff')!, /must be UTF-8/)
  assert.match(problem('00')!, /1 or more/)
  assert.match(problem('7b')!, /wire type 3/)
  assert.match(problem('320b08ffffffffffffffffff01')!, /must be 0 to 604800, found -1/)
  assert.equal(
    problem('7a00' + '7d00000000' + '79' + '00'.repeat(8) + '7801'),
    undefined,
    'unknown fields are passed over',
  )
})

test('readers never throw, whatever the bytes', () => {
  const readers = [readHashList, readHashLists, readSearchRequest, readSearchResponse, readBatchRequest]
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), input => {
      for (const read of readers) read(input)
    }),
    { seed: 20261122, numRuns: 2000 },
  )
})

test('decodeBase64() reads both alphabets, with padding or without, and nothing else', () => {
  for (const text of ['-_8=', '+/8=', '-_8', ' /8=']) assert.equal(encodeHex(decodeBase64(text)!), 'fbff')
  for (const text of ['A', 'AAA*', 'AA==A', 'é', 'AAAA\n']) assert.equal(decodeBase64(text), undefined, text)
})
