import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sha256 } from '@tocsin/core/base'
import { formatTlsh, tlshOf } from '@tocsin/core/similarity'
import { parseSubject, subjectKey } from '@tocsin/core/subject'
import type { WireDigests } from '@tocsin/core/wire'
import { admit } from './admission.ts'
import type { Identity } from './identity.ts'

const SHA256 = 'a'.repeat(64)
const MD5 = '5'.repeat(32)
const SHA1 = '1'.repeat(40)
const TLSH = tlshOf(Uint8Array.from({ length: 4096 }, (_, at) => (at * at * 31 + (at >> 3)) & 0xff))!

const identity: Identity = {
  source: { name: 'key:sensor', origin: 'key', organisation: 'o', trustStep: 12 },
  authority: 'reporter',
}

function admitted(subject: string, digests: WireDigests) {
  return admit({ subject, kind: 'listed-malware', digests }, { identity, now: Date.UTC(2026, 5, 30), sha256 }, false)
}

function taken(subject: string, digests: WireDigests) {
  const one = admitted(subject, digests)
  if (!one.ok) throw new Error(one.problem.message)
  return one.value.digests
}

function why(subject: string, digests: WireDigests): string {
  const one = admitted(subject, digests)
  assert.equal(one.ok, false)
  return one.problem.message
}

describe('admit() of evidence with digests', () => {
  it('takes the other names of a file, each as a subject of its own, of either case', () => {
    const digests = taken(`file:${SHA256}`, { md5: MD5, sha1: SHA1.toUpperCase(), sha256: SHA256.toUpperCase() })
    const names = [`md5:${MD5}`, `sha1:${SHA1}`]
    assert.ok(digests !== undefined)
    assert.deepEqual(
      digests.names.map(each => each.value),
      names,
    )
    for (const [at, name] of names.entries()) {
      const parsed = parseSubject(`file:${name}`)
      assert.ok(parsed.ok)
      assert.deepEqual(digests.names[at]?.key, subjectKey(parsed.value))
    }
    assert.equal(digests.tlsh, undefined)
  })

  it('takes what a file is like, with and without T1', () => {
    for (const text of [formatTlsh(TLSH), formatTlsh(TLSH).slice(2).toLowerCase()]) {
      assert.deepEqual(taken(`file:md5:${MD5}`, { tlsh: text }), { names: [], tlsh: TLSH })
    }
  })

  it('says nothing where the digests say no more than the subject', () => {
    assert.equal(taken(`file:sha1:${SHA1}`, { sha1: SHA1 }), undefined)
    assert.equal(taken(`file:${SHA256}`, {}), undefined)
  })

  it('refuses digests of what is no file, that are none, or that contradict the subject', () => {
    assert.match(why('url:example.com/a', { md5: MD5 }), /digests are said of a file, found a url/)
    assert.match(why(`file:${SHA256}`, { md5: SHA1 }), /md5 must have 32 hexadecimal digits/)
    assert.match(why(`file:${SHA256}`, { sha1: 'g'.repeat(40) }), /sha1 must have 40 hexadecimal digits/)
    assert.match(why(`file:${SHA256}`, { sha256: 'b'.repeat(64) }), /must be the subject's own/)
    assert.match(why(`file:md5:${MD5}`, { md5: '6'.repeat(32) }), /must be the subject's own/)
    assert.match(why(`file:${SHA256}`, { tlsh: 'T1'.repeat(36) }), /digests: Cannot parse TLSH/)
  })

  it('does not take a report that names more digests for a repeat of one that named fewer', () => {
    const ids = [{}, { md5: MD5 }, { sha1: SHA1 }, { md5: MD5 }].map(digests => {
      const one = admitted(`file:${SHA256}`, digests)
      return one.ok ? one.value.id : undefined
    })
    assert.equal(new Set(ids).size, 3)
    assert.equal(ids[1], ids[3])
  })
})
