import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ProblemError } from '@tocsin/core/base'
import { identityOf, type KeyRing, openKeyRing } from './keys.ts'

const NOW = Date.parse('2026-03-01T12:00:00Z')

/** A folder of its own, and a source of chance that gives different bytes each time. */
async function startFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-keys-'))
  const path = join(folder, 'keys.json')
  let drawn = 0
  const random = (length: number) => new Uint8Array(length).fill(++drawn)
  const open = (): Promise<KeyRing> => openKeyRing(path, { clock: () => NOW, random })
  return { folder, path, open, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
}

test('add() gives a token that finds the key, with the defaults of a fresh one', async () => {
  await using folder = await startFolder()
  const ring = await folder.open()
  const { key, token } = await ring.add({ name: 'mx1', role: 'sensor' })
  assert.match(token, /^tocsin_[a-z2-7]{52}$/)
  assert.deepEqual(ring.find(token), key)
  assert.deepEqual(
    { ...key, dnsLabel: '' },
    {
      name: 'mx1',
      role: 'sensor',
      organisation: 'mx1',
      trust: 0.3,
      createdAt: NOW,
      dnsLabel: '',
    },
  )
  assert.equal(ring.find(`${token}a`), undefined)
  assert.equal(ring.find(token.toUpperCase()), undefined)
})

test('keys outlive the process: a ring opened again knows them, in order', async () => {
  await using folder = await startFolder()
  const ring = await folder.open()
  const { token } = await ring.add({ name: 'b', role: 'admin', organisation: 'acme', trust: 1 })
  await ring.add({ name: 'a', role: 'reader' })
  const again = await folder.open()
  assert.deepEqual(again.list(), ring.list())
  assert.deepEqual(
    again.list().map(key => key.name),
    ['b', 'a'],
  )
  assert.equal(again.find(token)?.organisation, 'acme')
})

test('the file holds no token, is readable by its owner only, and nothing is left beside it', async () => {
  await using folder = await startFolder()
  await writeFile(`${folder.path}.new`, 'left by a crash', { mode: 0o644 })
  const ring = await folder.open()
  const { token } = await ring.add({ name: 'mx1', role: 'sensor' })
  assert.ok(!(await readFile(folder.path, 'utf8')).includes(token.slice('tocsin_'.length)))
  assert.equal((await stat(folder.path)).mode & 0o777, 0o600)
  assert.deepEqual(await readdir(folder.folder), ['keys.json'])
})

test('a DNS label opens in either case, does not hold the token, and goes with the key', async () => {
  await using folder = await startFolder()
  const ring = await folder.open()
  const { key, token } = await ring.add({ name: 'resolver', role: 'reader' })
  assert.match(key.dnsLabel, /^tk-[a-z2-7]{26}$/)
  assert.ok(!token.includes(key.dnsLabel.slice(3)))
  assert.ok(ring.acceptsDnsLabel(key.dnsLabel))
  assert.ok(ring.acceptsDnsLabel(key.dnsLabel.toUpperCase()))
  assert.ok(!ring.acceptsDnsLabel('tk-aaaaaaaaaaaaaaaaaaaaaaaaaa'))
  assert.ok(await ring.revoke('resolver'))
  assert.ok(!ring.acceptsDnsLabel(key.dnsLabel))
  assert.equal(ring.find(token), undefined)
  assert.equal(await ring.revoke('resolver'), false)
  assert.deepEqual((await folder.open()).list(), [])
})

test('add() refuses a name that is taken, even by a key that is just being made', async () => {
  await using folder = await startFolder()
  const ring = await folder.open()
  const outcomes = await Promise.allSettled([
    ring.add({ name: 'twin', role: 'reader' }),
    ring.add({ name: 'twin', role: 'admin' }),
    ring.add({ name: 'other', role: 'reader' }),
  ])
  assert.deepEqual(
    outcomes.map(outcome => outcome.status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
  assert.match(String((outcomes[1] as PromiseRejectedResult).reason), /Cannot add key "twin": the name is taken/)
  assert.deepEqual(
    (await folder.open()).list().map(key => `${key.name} ${key.role}`),
    ['twin reader', 'other reader'],
  )
})

test('add() refuses what is no name, role, organisation or trust', async () => {
  await using folder = await startFolder()
  const ring = await folder.open()
  const wrong = [
    { name: 'Größe', role: 'reader' },
    { name: '', role: 'reader' },
    { name: 'a'.repeat(65), role: 'reader' },
    { name: 'a', role: 'root' },
    { name: 'a', role: 'reader', organisation: '' },
    { name: 'a', role: 'reader', trust: 1.5 },
    { name: 'a', role: 'reader', trust: Number.NaN },
  ]
  for (const wanted of wrong) {
    const refused = (error: unknown) => error instanceof ProblemError && error.problem.code === 'invalid'
    await assert.rejects(ring.add(wanted as Parameters<KeyRing['add']>[0]), refused, JSON.stringify(wanted))
  }
  assert.deepEqual(ring.list(), [])
})

test('openKeyRing() refuses a damaged file and leaves it as it is', async () => {
  await using folder = await startFolder()
  await (await folder.open()).add({ name: 'mx1', role: 'sensor' })
  const whole = await readFile(folder.path, 'utf8')
  const twice = JSON.parse(whole) as { keys: unknown[] }
  twice.keys.push(twice.keys[0])
  const damages: [string, RegExp][] = [
    ['', /it must be JSON/],
    [whole.slice(0, -20), /it must be JSON/],
    ['null', /its version must be 1, found undefined/],
    ['{"version":2,"keys":[]}', /its version must be 1, found 2/],
    ['{"version":1}', /it must hold a list of keys/],
    ['{"version":1,"keys":[null]}', /key 1 of 1 is not whole/],
    [whole.replace('"sensor"', '"root"'), /key 1 of 1 is not whole/],
    [whole.replace(/"hash": "../, '"hash": "'), /key 1 of 1 is not whole/],
    [JSON.stringify(twice), /two keys have the same name/],
  ]
  for (const [text, why] of damages) {
    await writeFile(folder.path, text)
    await assert.rejects(folder.open(), error => {
      assert.ok(error instanceof ProblemError)
      assert.equal(error.problem.code, 'internal')
      assert.match(error.message, why)
      assert.match(error.message, /Cannot open key file ".*keys\.json"/)
      return true
    })
    assert.equal(await readFile(folder.path, 'utf8'), text)
  }
})

test('a key that could not be written is not in force', async () => {
  await using folder = await startFolder()
  const ring = await openKeyRing(join(folder.folder, 'missing', 'keys.json'), {
    clock: () => NOW,
    random: length => new Uint8Array(length),
  })
  await assert.rejects(ring.add({ name: 'mx1', role: 'sensor' }))
  assert.deepEqual(ring.list(), [])
})

test('a name that is given again is another source', () => {
  const key = { name: 'mx1', role: 'sensor', organisation: 'acme', trust: 0.8, dnsLabel: '' } as const
  const [first, second] = [NOW, NOW + 1].map(createdAt => identityOf({ ...key, createdAt }).source.name)
  assert.notEqual(first, second)
})

test('identityOf() gives the source by name, the step of its trust, and the authority of its role', () => {
  const key = { name: 'mx1', organisation: 'acme', trust: 0.8, createdAt: NOW, dnsLabel: '' }
  assert.deepEqual(identityOf({ ...key, role: 'sensor' }), {
    source: { name: `key:mx1@${NOW}`, origin: 'key', trustStep: 12, organisation: 'acme' },
    authority: 'reporter',
  })
  const authorities = (['reader', 'sensor', 'analyst', 'admin'] as const).map(
    role => identityOf({ ...key, role }).authority,
  )
  assert.deepEqual(authorities, ['reporter', 'reporter', 'analyst', 'analyst'])
})
