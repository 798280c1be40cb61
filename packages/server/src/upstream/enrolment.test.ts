import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { encodeBase32, ProblemError } from '@tocsin/core/base'
import type { EnrolmentToken } from '@tocsin/core/wire'
import { UpstreamEnrolment } from './enrolment.ts'
import { TrustedKeys } from './trusted-keys.ts'

function newToken(): EnrolmentToken {
  const { x } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
  return { secret: encodeBase32(randomBytes(20)), publicKey: Buffer.from(x!, 'base64url') }
}

const textOf = ({ publicKey }: EnrolmentToken) => Buffer.from(publicKey).toString('base64')

/** An edge's folder, and an upstream that says as it is told. */
function startFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-upstream-enrolment-'))
  const [path, keyPath, keysPath] = ['upstream-enrolment.json', 'upstream.key', 'keys'].map(name =>
    join(folder, name),
  ) as [string, string, string]
  const asked: { path: string; secret: string; key: string }[] = []
  const upstream = (url: string, answer: unknown = { name: 'branch-1', role: 'sensor', dnsLabel: 'tk-a' }) => ({
    url,
    async tell(where: string, body: unknown) {
      // It is on the disk before anybody is asked.
      const { key } = body as { key: string }
      assert.ok(readFileSync(path, 'utf8').includes(key))
      asked.push({ path: where, ...(body as { secret: string; key: string }) })
      if (answer instanceof ProblemError) throw answer
      return answer
    },
  })
  return {
    path,
    keyPath,
    asked,
    upstream,
    keys: () => new TrustedKeys(keysPath),
    open: (token: EnrolmentToken, upstreams = 1) =>
      new UpstreamEnrolment({ token, path, keyPath, keys: new TrustedKeys(keysPath), random: randomBytes, upstreams }),
    key: () => readFileSync(keyPath, 'utf8').trim(),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

const { signal } = new AbortController()
const silent = new ProblemError({ code: 'unavailable', message: 'silence' })
const no = new ProblemError({ code: 'unauthorized', message: 'the token must be open here' })

test('an edge pins the key in its token and keeps the key that the upstream has taken in', async () => {
  using folder = startFolder()
  const token = newToken()
  const enrolment = folder.open(token)
  assert.equal(enrolment.isDone, false)
  assert.equal(await enrolment.at(folder.upstream('a'), signal), true)
  assert.equal(await enrolment.at(folder.upstream('a'), signal), false)
  assert.deepEqual(folder.asked, [{ path: '/v1/enrol', secret: token.secret, key: folder.key() }])
  assert.match(folder.key(), /^tocsin_[a-z2-7]{52}$/)
  assert.deepEqual(
    folder
      .keys()
      .list()
      .map(key => key.publicKey),
    [textOf(token)],
  )
  assert.equal(statSync(folder.keyPath).mode & 0o777, 0o600)
  assert.equal(statSync(folder.path).mode & 0o777, 0o600)
  assert.ok(!readFileSync(folder.path, 'utf8').includes(token.secret))
})

test('an edge that was killed before the answer came asks with the same key; nothing is pinned until then', async () => {
  using folder = startFolder()
  const token = newToken()
  await assert.rejects(folder.open(token).at(folder.upstream('a', silent), signal), silent)
  assert.deepEqual(folder.keys().list(), [])
  assert.equal(existsSync(folder.keyPath), false)
  await folder.open(token).at(folder.upstream('a'), signal)
  assert.equal(folder.asked[0]!.key, folder.asked[1]!.key)
  assert.equal(folder.open(token).isDone, true)
})

test('what is no key in the answer enrols nobody: a portal says 200, too', async () => {
  using folder = startFolder()
  const enrolment = folder.open(newToken())
  for (const answer of [null, 'ok', {}, { name: 'branch-1', role: 'admin', dnsLabel: 'tk-a' }]) {
    await assert.rejects(
      enrolment.at(folder.upstream('a', answer), signal),
      /"a": the answer must be the key .* Tocsin node/,
    )
  }
  assert.deepEqual([enrolment.isDone, enrolment.refusal, existsSync(folder.keyPath)], [false, undefined, false])
  assert.deepEqual(folder.keys().list(), [])
})

test('a token is refused when every upstream has refused it; silence is no refusal', async () => {
  using folder = startFolder()
  const enrolment = folder.open(newToken(), 2)
  await assert.rejects(enrolment.at(folder.upstream('a', no), signal), /Cannot enrol at "a": .*tocsin keys enrol/)
  await assert.rejects(enrolment.at(folder.upstream('b', silent), signal))
  const refusal = () => enrolment.refusal
  assert.equal(refusal(), undefined)
  await assert.rejects(enrolment.at(folder.upstream('b', no), signal))
  assert.equal(refusal()?.problem.code, 'unauthorized')
  assert.match(refusal()?.message ?? '', /the token must be open here; ask its operator for a new token/)
})

test('a token that is refused takes nothing from an edge that works', async () => {
  using folder = startFolder()
  const token = newToken()
  await folder.open(token).at(folder.upstream('a'), signal)
  const key = folder.key()
  const worthless = folder.open({ ...newToken(), publicKey: token.publicKey })
  assert.equal(worthless.isDone, false)
  await assert.rejects(worthless.at(folder.upstream('a', no), signal))
  assert.equal(folder.key(), key)
  // A good one brings a key of its own.
  await folder.open({ ...newToken(), publicKey: token.publicKey }).at(folder.upstream('a'), signal)
  assert.notEqual(folder.key(), key)
})

test('a token that has done its work agrees with keys that its own have named since', async () => {
  using folder = startFolder()
  const token = newToken()
  await folder.open(token).at(folder.upstream('a'), signal)
  folder.keys().pin(textOf(newToken()))
  assert.equal(folder.open(token).isDone, true)
})

test('a token of a node with another key than the pinned one is refused, with a way out', () => {
  using folder = startFolder()
  const pinned = folder.keys().pin(textOf(newToken()))
  assert.throws(
    () => folder.open(newToken()),
    (error: unknown) => {
      assert.ok(error instanceof ProblemError && error.problem.code === 'invalid')
      assert.match(
        error.message,
        new RegExp(`signed by ${pinned.keyId};.*empty data folder.*remove "upstream-keys.json"`),
      )
      return true
    },
  )
  assert.equal(existsSync(folder.path), false)
})

test('a damaged enrolment is refused and left as it is', () => {
  using folder = startFolder()
  for (const text of ['', 'null', '{"version":2}', '{"version":1,"secretHash":"x","key":"y"}']) {
    writeFileSync(folder.path, text)
    assert.throws(() => folder.open(newToken()), /it must be as this program wrote it/)
    assert.equal(readFileSync(folder.path, 'utf8'), text)
  }
})
