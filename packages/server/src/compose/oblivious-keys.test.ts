import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openObliviousKeys } from './oblivious-keys.ts'

const DAY_MS = 86_400_000

function newFolder(opened: AsyncDisposableStack): string {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-oblivious-keys-'))
  opened.defer(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

test('keys change after their days: the former one opens for a day more, and both outlive a restart', async () => {
  await using opened = new AsyncDisposableStack()
  const path = join(newFolder(opened), 'keys.json')
  const clock = { now: Date.parse('2026-11-22T00:00:00Z') }
  const times = { clock: () => clock.now, rotateDays: 30 }
  const first = await openObliviousKeys(path, times)
  assert.equal(statSync(path).mode & 0o777, 0o600)
  const published = await first.published()
  clock.now += 30 * DAY_MS - 1
  assert.deepEqual(await first.published(), published)
  clock.now += 1
  const next = await Promise.all([first.published(), first.published()])
  assert.notDeepEqual(next[0], published)
  assert.deepEqual(next[0], next[1])
  const again = await openObliviousKeys(path, times)
  assert.deepEqual(await again.published(), next[0])
  for (const keys of [first, again]) assert.ok(keys.keyOf(1) !== undefined && keys.keyOf(2) !== undefined)
  clock.now += DAY_MS
  for (const keys of [first, again]) assert.ok(keys.keyOf(1) === undefined && keys.keyOf(2) !== undefined)
  const never = await openObliviousKeys(path, { ...times, rotateDays: 0 })
  clock.now += 3650 * DAY_MS
  assert.deepEqual(await never.published(), next[0])
})

test('a damaged key file is left as it is, and says so', async () => {
  await using opened = new AsyncDisposableStack()
  const path = join(newFolder(opened), 'keys.json')
  for (const text of [
    '',
    '{"version":1,"keys":[]}',
    '{"version":1,"keys":[{"id":1,"publicKey":"","privateKey":"","madeAt":1}]}',
  ]) {
    writeFileSync(path, text)
    await assert.rejects(
      openObliviousKeys(path, { clock: Date.now, rotateDays: 30 }),
      /Cannot read the keys of the gateway/,
    )
    assert.equal(readFileSync(path, 'utf8'), text)
  }
})

test('a key file whose halves do not belong together is refused: nobody could be answered', async () => {
  await using opened = new AsyncDisposableStack()
  const folder = newFolder(opened)
  const times = { clock: Date.now, rotateDays: 30 }
  const [path, other] = [join(folder, 'keys.json'), join(folder, 'other.json')]
  await openObliviousKeys(path, times)
  await openObliviousKeys(other, times)
  const publicKey = /"publicKey": "[^"]+"/
  writeFileSync(path, readFileSync(path, 'utf8').replace(publicKey, publicKey.exec(readFileSync(other, 'utf8'))![0]))
  await assert.rejects(openObliviousKeys(path, times), /the halves of key 1 must belong together/)
})

test('a key that was made by a clock years ahead changes when the clock is right again', async () => {
  await using opened = new AsyncDisposableStack()
  const clock = { now: Date.parse('2036-01-01T00:00:00Z') }
  const keys = await openObliviousKeys(join(newFolder(opened), 'keys.json'), { clock: () => clock.now, rotateDays: 30 })
  const ahead = await keys.published()
  clock.now -= DAY_MS - 1
  assert.deepEqual(await keys.published(), ahead)
  clock.now -= 3650 * DAY_MS
  const right = await keys.published()
  assert.notDeepEqual(right, ahead)
  assert.deepEqual(await keys.published(), right)
})
