import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { startTrustedNode } from './node.fixture.ts'

const HOUR = 3_600_000

test('a node learns whom to trust: shown, proposed, applied, pinned and kept over a restart', async () => {
  await using node = await startTrustedNode()
  const sensor = await node.addKey('mx1', 'sensor')
  const lists = ['one', 'two']
  const listed: string[] = ['192.0.2.1']
  const importAll = async () => {
    for (const list of lists) await node.admin().importList(list, `${listed.join('\n')}\n`, { kind: 'listed' })
  }
  await importAll()
  await node.admin().trust.epoch(false)
  for (let day = 0; day < 2; day++) {
    const found = Array.from({ length: 16 }, (_, each) => `198.51.${day}.${each}`)
    await node.as(sensor).report(found.map(address => ({ subject: `ip:${address}`, kind: 'brute-force' })))
    await node.admin().trust.epoch(false)
    node.passes(HOUR)
    listed.push(...found)
    await importAll()
    await node.admin().trust.epoch(false)
    node.passes(23 * HOUR)
  }
  const shown = await node.tocsin(['trust'])
  assert.equal(shown.code, 0, shown.err)
  assert.match(shown.out, /^epoch 0, in force\n/)
  const dry = await node.tocsin(['trust', 'epoch', '--dry-run'])
  assert.match(dry.out, /^epoch 1 of .*, not in force/)
  assert.match(dry.out, /key:mx1@\d+ +0\.33 +0\.33 → 0\.47 +32 +0 +0 +0 +2 +2 +good, and seen too little/)
  const trustOf = async () => {
    const { sources } = await node.admin().trust.list()
    return sources.find(({ name }) => name.startsWith('key:mx1@'))?.now
  }
  assert.equal(await trustOf(), 0.33)
  await node.admin().trust.epoch(true)
  const applied = await node.tocsin(['trust', 'epoch', '--apply', '--json'])
  const { epoch, applied: isApplied } = JSON.parse(applied.out) as Record<string, unknown>
  assert.deepEqual([epoch, isApplied], [2, true])
  assert.equal(await trustOf(), 0.47, 'two days are not enough to be trusted')

  // Its next report does not put the trust of its key back; nor does a restart.
  const words = { subject: 'ip:203.0.113.7', kind: 'listed' as const }
  await node.as(sensor).report([words])
  await node.restart()
  await node.settled()
  assert.equal((await node.as().check('ip:203.0.113.7')).action, 'allow')
  assert.equal(await trustOf(), 0.47)
  assert.match(readFileSync(join(node.folder, 'trust.json'), 'utf8'), /"epoch": 2/)

  // What it said before is scored anew as well.
  assert.match((await node.tocsin(['trust', 'pin', 'mx1', '0.8'])).out, /mx1: held at 0\.8/)
  await node.settled()
  assert.equal((await node.as().check('ip:203.0.113.7')).verdict, 'dangerous')
  await node.admin().trust.pin('mx1', 0.3)
  await node.as(sensor).report([{ ...words, subject: 'ip:203.0.113.8' }])
  await node.admin().trust.epoch(true)
  await node.settled()
  assert.equal(await trustOf(), 0.33)
  assert.equal((await node.as().check('ip:203.0.113.7')).action, 'allow')
  assert.match((await node.tocsin(['trust'])).out, /held by the operator; counts alone say 0\.\d+/)
  assert.match((await node.tocsin(['trust', 'unpin', 'mx1'])).out, /mx1: learns again/)
  const unknown = await node.tocsin(['trust', 'pin', 'nobody', '0.5'])
  assert.deepEqual([unknown.code, /source "nobody": it has said nothing yet/.test(unknown.err)], [2, true])
})

test('trust is an administrator’s: names of reporters are shown to nobody else', async () => {
  await using node = await startTrustedNode()
  const analyst = await node.addKey('ann', 'analyst', 1)
  for (const [method, path] of [
    ['GET', ''],
    ['POST', '/epoch'],
    ['POST', '/pin'],
    ['POST', '/unpin'],
  ] as const) {
    const ask = async (key?: string) => {
      const headers = key === undefined ? {} : { authorization: `Bearer ${key}` }
      return (await fetch(`${node.url()}/v1/console/trust${path}`, { method, headers })).status
    }
    assert.deepEqual([await ask(), await ask(analyst)], [401, 403], path)
  }
  await assert.rejects(node.admin().trust.pin('x', 2), /must be <= 1/)
})
