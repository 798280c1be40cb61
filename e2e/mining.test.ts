/** What follows from many reports is found, explained, and gone with them. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { unwrap } from '@tocsin/core/base'
import type { WireExplanation } from '@tocsin/core/wire'
import { type Node, startSingle } from '../packages/server/src/compose/single.ts'
import { loadConfig } from '../packages/server/src/config/index.ts'
import { silentLog } from '../packages/server/src/ops/events.ts'
import { temporaryFolder } from '../testing/process.ts'
import { answersFor, ask } from './asking.ts'

const PAGES = Array.from({ length: 12 }, (_, n) => `http://broken-in.example/wp/${n}.php`)
const ADDRESSES = Array.from({ length: 40 }, (_, n) => `198.51.100.${n + 1}`)
const HOST = 'domain:broken-in.example'
const BYSTANDER = 'ip:198.51.100.200'

async function nodeOn(data: string, mining: 'on' | 'off'): Promise<{ readonly node: Node; readonly adminKey: string }> {
  const flags = { '--data': data, '--http': '127.0.0.1:0', '--dns': 'off', '--starter': 'off', '--mining': mining }
  const config = unwrap(loadConfig({ env: {}, flags }))
  const node = await startSingle(config, { clock: Date.now, log: silentLog, version: 'test' })
  return { node, adminKey: readFileSync(join(data, 'admin.key'), 'utf8').trim() }
}

describe('mining', () => {
  it('raises a host for its pages and a range for its addresses, says why, and takes it back with them', async () => {
    using folder = temporaryFolder()
    const { node, adminKey } = await nodeOn(join(folder.path, 'data'), 'on')
    await using _ = node
    const asked = { http: node.httpUrl, adminKey }
    const importList = (source: string, lines: readonly string[]) =>
      ask(asked, `/v1/sources/${source}/list`, {
        method: 'PUT',
        body: lines.join('\n'),
        headers: { 'content-type': 'text/plain' },
      })
    const verdicts = async () => (await answersFor(asked, [HOST, BYSTANDER])).map(each => each.verdict)

    await importList('pages', [...PAGES, 'http://one-page.example/x'])
    await importList('attackers', ADDRESSES)
    await node.settled()
    assert.deepEqual(await verdicts(), ['untested', 'untested'])
    await node.mined()
    assert.deepEqual(await verdicts(), ['highly-suspicious', 'highly-suspicious'])

    const explained = (subject: string) =>
      ask<WireExplanation>(asked, `/v1/explain?subject=${encodeURIComponent(subject)}`)
    const [, why] = (await explained(HOST)).contributions
    assert.deepEqual([why?.kind, why?.source], ['bad-pages', 'tocsin:hosts'])
    const [, around] = (await explained('net:198.51.100.0/24')).contributions
    assert.deepEqual([around?.kind, around?.source], ['bad-neighbourhood', 'tocsin:neighbourhoods'])
    const [other] = await answersFor(asked, ['domain:one-page.example'])
    assert.equal(other?.verdict, 'untested')

    await importList('pages', ['http://one-page.example/x'])
    await importList('attackers', ADDRESSES.slice(0, 7))
    await node.mined()
    assert.deepEqual(await verdicts(), ['untested', 'untested'])
  })

  it('goes on after a stop, takes back what went meanwhile, and all where it is switched off', async () => {
    using folder = temporaryFolder()
    const data = join(folder.path, 'data')
    const during = async (mining: 'on' | 'off', lines: readonly string[]) => {
      const { node, adminKey } = await nodeOn(data, mining)
      await using _ = node
      const asked = { http: node.httpUrl, adminKey }
      const headers = { 'content-type': 'text/plain' }
      if (lines.length > 0)
        await ask(asked, '/v1/sources/list/list', { method: 'PUT', body: lines.join('\n'), headers })
      await node.mined()
      return (await answersFor(asked, [HOST, BYSTANDER])).map(each => each.verdict)
    }
    const both = ['highly-suspicious', 'highly-suspicious']
    assert.deepEqual(await during('on', [...PAGES, ...ADDRESSES]), both)
    assert.deepEqual(await during('on', []), both)
    assert.deepEqual(await during('off', []), ['untested', 'untested'])
    assert.deepEqual(await during('off', PAGES), ['untested', 'untested'])
    assert.deepEqual(await during('on', []), ['highly-suspicious', 'untested'])
  })
})
