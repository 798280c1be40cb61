import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ProblemError } from '@tocsin/core/base'
import { type KeyRing, type NewEnrolment, openKeyRing } from './keys.ts'

const NOW = Date.parse('2026-03-01T12:00:00Z')
const DAY_MS = 86_400_000
/** Of the key that signs. */
const SIGNER = '0123456789abcdef'
/** Keys as edges make them. */
const [KEY_A, KEY_B] = [`tocsin_${'a'.repeat(52)}`, `tocsin_${'b'.repeat(52)}`] as const

async function startFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-enrolments-'))
  const path = join(folder, 'keys.json')
  const clock = { now: NOW }
  let drawn = 0
  const random = (length: number) => new Uint8Array(length).fill(++drawn)
  const open = (): Promise<KeyRing> => openKeyRing(path, { clock: () => clock.now, random })
  return { path, clock, open, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
}

const refused = (error: unknown) => error instanceof ProblemError && error.problem.code === 'unauthorized'

test('openEnrolment() gives a secret of 160 bits, once; the file holds its hash, for its owner only', async () => {
  await using folder = await startFolder()
  const ring = await folder.open()
  const { enrolment, secret } = await ring.openEnrolment({ name: 'branch-1', role: 'sensor' }, SIGNER)
  assert.match(secret, /^[a-z2-7]{32}$/)
  const expected = { name: 'branch-1', role: 'sensor', organisation: 'branch-1', trust: 0.3, createdAt: NOW }
  assert.deepEqual(enrolment, { ...expected, expiresAt: NOW + DAY_MS })
  assert.deepEqual(ring.enrolments(), [enrolment])
  assert.deepEqual((await folder.open()).enrolments(), [enrolment])
  assert.ok(!(await readFile(folder.path, 'utf8')).includes(secret))
  assert.equal((await stat(folder.path)).mode & 0o777, 0o600)
  assert.deepEqual(ring.list(), [])
})

test('redeem() takes in the key of the edge, with what the enrolment says, in one change of the file', async () => {
  await using folder = await startFolder()
  const ring = await folder.open()
  const wanted = { name: 'branch-1', role: 'reader', organisation: 'acme', trust: 0.7 } as const
  const { secret } = await ring.openEnrolment(wanted, SIGNER)
  folder.clock.now += 1000
  const changes: number[] = []
  ring.onChange(() => changes.push(ring.list().length + ring.enrolments().length))
  const { key, isNew } = await ring.redeem({ secret, key: KEY_A }, SIGNER)
  assert.deepEqual({ ...key, dnsLabel: '' }, { ...wanted, createdAt: NOW + 1000, dnsLabel: '' })
  assert.deepEqual([isNew, changes], [true, [1]])
  for (const each of [ring, await folder.open()]) {
    assert.deepEqual(each.find(KEY_A), key)
    assert.deepEqual(each.enrolments(), [])
    assert.ok(each.acceptsDnsLabel(key.dnsLabel))
  }
})

test('redeem() answers the same edge again: at once, after a restart, and when the token has expired', async () => {
  await using folder = await startFolder()
  const ring = await folder.open()
  const { secret } = await ring.openEnrolment({ name: 'branch-1', role: 'sensor' }, SIGNER)
  const ask = { secret, key: KEY_A }
  const [first, second] = await Promise.all([ring.redeem(ask, SIGNER), ring.redeem(ask, SIGNER)])
  folder.clock.now += 30 * DAY_MS
  const third = await (await folder.open()).redeem(ask, SIGNER)
  assert.deepEqual(
    [first, second, third].map(each => each.isNew),
    [true, false, false],
  )
  assert.deepEqual(third.key, first.key)
})

test('redeem() refuses all else in the same words', async () => {
  await using folder = await startFolder()
  const ring = await folder.open()
  const secretOf = async (name: string, wish: Partial<NewEnrolment> = {}) =>
    (await ring.openEnrolment({ name, role: 'sensor', ...wish }, SIGNER)).secret
  const [used, cancelled, late, open] = [
    await secretOf('used'),
    await secretOf('cancelled'),
    await secretOf('late', { expiresInSeconds: 60 }),
    await secretOf('open'),
  ]
  await ring.redeem({ secret: used, key: KEY_A }, SIGNER)
  assert.ok(await ring.cancelEnrolment('cancelled'))
  assert.equal(await ring.cancelEnrolment('cancelled'), false)
  folder.clock.now += 60_000
  const { token: byHand } = await ring.add({ name: 'by-hand', role: 'reader' })
  const wrong: [string, string, string][] = [
    ['z'.repeat(32), KEY_B, SIGNER],
    [used, KEY_B, SIGNER],
    [cancelled, KEY_B, SIGNER],
    [late, KEY_B, SIGNER],
    // The key of another enrolment, and one that was made by hand.
    [open, KEY_A, SIGNER],
    [open, byHand, SIGNER],
    // A token that tells a public key by which nothing is signed any more.
    [open, KEY_B, 'fedcba9876543210'],
  ]
  const before = await readFile(folder.path, 'utf8')
  const words = new Set<string>()
  for (const [secret, key, signer] of wrong) {
    await assert.rejects(ring.redeem({ secret, key }, signer), error => {
      words.add((error as Error).message)
      return refused(error)
    })
  }
  assert.equal(words.size, 1)
  assert.ok([...words][0]!.length <= 200, [...words][0])
  assert.equal(await readFile(folder.path, 'utf8'), before)
  assert.equal((await ring.redeem({ secret: open, key: KEY_B }, SIGNER)).key.name, 'open')
})

test('of two edges that come with one secret at the same moment, one gets in', async () => {
  await using folder = await startFolder()
  const ring = await folder.open()
  const { secret } = await ring.openEnrolment({ name: 'branch-1', role: 'sensor' }, SIGNER)
  const asked = [KEY_A, KEY_B].map(key => ring.redeem({ secret, key }, SIGNER))
  assert.deepEqual(
    (await Promise.allSettled(asked)).map(({ status }) => status),
    ['fulfilled', 'rejected'],
  )
})

test('a key that was revoked does not come back by the secret that brought it', async () => {
  await using folder = await startFolder()
  const ring = await folder.open()
  const { secret } = await ring.openEnrolment({ name: 'branch-1', role: 'sensor' }, SIGNER)
  await ring.redeem({ secret, key: KEY_A }, SIGNER)
  await ring.revoke('branch-1')
  await assert.rejects(ring.redeem({ secret, key: KEY_A }, SIGNER), refused)
  await assert.rejects((await folder.open()).redeem({ secret, key: KEY_A }, SIGNER), refused)
})

test('keys and open enrolments share their names; an expired enrolment gives its name back', async () => {
  await using folder = await startFolder()
  const ring = await folder.open()
  const wish = { name: 'branch-1', role: 'sensor' } as const
  const { secret } = await ring.openEnrolment(wish, SIGNER)
  await assert.rejects(ring.openEnrolment(wish, SIGNER), /the name is taken/)
  await assert.rejects(ring.add(wish), /the name is taken/)
  folder.clock.now += DAY_MS
  await ring.add(wish)
  await assert.rejects(ring.openEnrolment(wish, SIGNER), /the name is taken/)
  // Nor does a clock that goes back make two keys of one name.
  folder.clock.now -= DAY_MS
  await assert.rejects(ring.redeem({ secret, key: KEY_A }, SIGNER), refused)
  assert.equal((await folder.open()).list().length, 1)
})

test('openEnrolment() refuses roles of people, times out of bounds, and what no key can be', async () => {
  await using folder = await startFolder()
  const ring = await folder.open()
  const wrong = [
    { name: 'x', role: 'admin' },
    { name: 'x', role: 'analyst' },
    { name: 'X', role: 'sensor' },
    { name: 'x', role: 'sensor', trust: 2 },
    { name: 'x', role: 'sensor', expiresInSeconds: 59 },
    { name: 'x', role: 'sensor', expiresInSeconds: 30 * 86_400 + 1 },
    { name: 'x', role: 'sensor', expiresInSeconds: Number.NaN },
  ]
  for (const wish of wrong) {
    const isInvalid = (error: unknown) => error instanceof ProblemError && error.problem.code === 'invalid'
    await assert.rejects(ring.openEnrolment(wish as NewEnrolment, SIGNER), isInvalid, JSON.stringify(wish))
  }
  assert.deepEqual(ring.enrolments(), [])
})

test('openKeyRing() refuses a damaged enrolment and leaves the file; one without enrolments is read as before', async () => {
  await using folder = await startFolder()
  await (await folder.open()).openEnrolment({ name: 'branch-1', role: 'sensor' }, SIGNER)
  const whole = await readFile(folder.path, 'utf8')
  const damages: [string, RegExp][] = [
    [whole.replace('"sensor"', '"admin"'), /enrolment 1 of 1 is not whole/],
    [whole.replace(/"hash": "../, '"hash": "'), /enrolment 1 of 1 is not whole/],
    [whole.replace(SIGNER, 'x'), /enrolment 1 of 1 is not whole/],
    ['{"version":1,"keys":[],"enrolments":{}}', /its enrolments must be a list/],
  ]
  for (const [text, why] of damages) {
    await writeFile(folder.path, text)
    await assert.rejects(folder.open(), why)
    assert.equal(await readFile(folder.path, 'utf8'), text)
  }
  await writeFile(folder.path, '{"version":1,"keys":[]}')
  assert.deepEqual((await folder.open()).enrolments(), [])
})
