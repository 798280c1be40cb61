import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Tlsh, tlshOf } from '@tocsin/core/similarity'
import { openReadOnly } from '../../storage/sqlite.ts'
import { DigestReader } from './digests.ts'
import { openSqliteLedger } from './ledger.ts'
import { saidBy } from './said-by.ts'

const NOW = Date.UTC(2026, 5, 30)
const tlsh = (seed: number) => tlshOf(Uint8Array.from({ length: 2048 }, (_, at) => (at * at * seed + at) % 251))!
const name = (value: string, byte: number) => ({ type: 'file', key: new Uint8Array(32).fill(byte), value }) as const
const SHA256 = name('1'.repeat(64), 1)
const MD5 = name(`md5:${'2'.repeat(32)}`, 2)

/** A ledger, and readers of its file. */
async function startLedger() {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-digests-'))
  const path = join(folder, 'ledger.sqlite')
  const ledger = openSqliteLedger(path)
  const file = openReadOnly(path)
  const digests = new DigestReader(file)
  const say = (source: string, subject: typeof SHA256, like: Tlsh, trustStep = 12) =>
    ledger.write({
      source: { name: source, origin: 'feed', organisation: source, trustStep },
      receivedAt: NOW,
      evidence: [
        {
          subject,
          kind: 'listed-malware',
          confidence: 500,
          at: undefined,
          digests: { names: subject === MD5 ? [SHA256] : [], tlsh: like },
        },
      ],
    })
  return {
    ledger,
    file,
    digests,
    say,
    told: () => digests.page(0).files.map(({ key, tlsh: like }) => [key[0], like]),
    async [Symbol.asyncDispose]() {
      file.close()
      await ledger[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true })
    },
  }
}

test('what trusted sources agree on is told by SHA-256, whichever name it was said of', async () => {
  await using world = await startLedger()
  assert.deepEqual(world.digests.page(0), { files: [], next: undefined })
  await world.say('list', MD5, tlsh(3))
  assert.deepEqual(world.told(), [[1, tlsh(3)]])
  assert.deepEqual(world.digests.fileOf(MD5.key)?.key[0], 1)
  assert.deepEqual(world.digests.fileOf(SHA256.key)?.tlsh, tlsh(3))
  assert.equal(world.digests.fileOf(new Uint8Array(32)), undefined)
})

test('nothing is told of what they say otherwise, of what others say, and of what was taken back', async () => {
  await using world = await startLedger()
  await world.say('stranger', SHA256, tlsh(5), 4)
  await world.say('list', SHA256, tlsh(3))
  assert.deepEqual(world.told(), [[1, tlsh(3)]])
  await world.say('other', SHA256, tlsh(7))
  assert.deepEqual(world.told(), [[1, undefined]])
  for (const source of ['list', 'other'])
    await world.ledger.retract(source, [{ subject: SHA256, kind: 'listed-malware' }])
  assert.deepEqual(world.digests.fileOf(SHA256.key)?.tlsh, undefined)
})

test('saidBy() gives what one source says, and nothing of one that is not known', async () => {
  await using world = await startLedger()
  await world.say('list', SHA256, tlsh(3))
  assert.deepEqual(
    saidBy(world.file, 'list').map(({ subject, ...rest }) => [subject.value, rest]),
    [[SHA256.value, { kind: 'listed-malware', confidence: 500, at: undefined }]],
  )
  assert.deepEqual(saidBy(world.file, 'nobody'), [])
})
