/** What befalls a data folder and its keys: a book that is lost, a key that is revoked while it is in use. */
import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { WireKey, WireStatus } from '@tocsin/core/wire'
import { startNode, temporaryFolder } from '../testing/process.ts'
import { addresses } from './addresses.ts'
import { ask, report, settledHead } from './asking.ts'

const JSON_TYPE = { 'content-type': 'application/json' }

describe('a node whose book was deleted', () => {
  for (const isSwept of [false, true]) {
    it(`has made it again before it is ready, under another id, where the journal ${isSwept ? 'was swept' : 'tells all'}`, async () => {
      using folder = temporaryFolder()
      const node = await startNode(folder.path, ['--starter', 'off'])
      const list = { method: 'PUT', body: addresses(5000).join('\n'), headers: { 'content-type': 'text/plain' } }
      await ask(node, '/v1/sources/list/list', list)
      await settledHead(node)
      if (isSwept) {
        // One of the reports behind the second round sweeps the journal of what the scorer has passed.
        for (let n = 0; n < 40; n++) {
          if (n === 20) await settledHead(node)
          await report(node, [{ subject: `ip:198.51.100.${n}`, kind: 'listed' }])
        }
      }
      const before = await settledHead(node)
      assert.equal(await node.end('SIGTERM'), 0)
      for (const end of ['', '-wal', '-shm']) rmSync(join(folder.path, `book.sqlite${end}`), { force: true })

      await using again = await startNode(folder.path, ['--starter', 'off'])
      const { head, ledger } = await ask<WireStatus>(again, '/v1/status')
      assert.equal(ledger.waiting, 0)
      assert.deepEqual([head.entries, head.stateHash], [before.entries, before.stateHash])
      assert.notEqual(head.bookId, before.bookId)
      assert.match(again.log(), /book-rebuilt/)
    })
  }
})

describe('a key that is revoked', () => {
  it('is no good any more for a report that is under way', async () => {
    using folder = temporaryFolder()
    await using node = await startNode(folder.path, ['--starter', 'off'])
    const wanted = { method: 'POST', headers: JSON_TYPE, body: JSON.stringify({ name: 'mx1', role: 'sensor' }) }
    const { token } = await ask<WireKey & { readonly token: string }>(node, '/v1/keys', wanted)
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' }
    const sending = request(`${node.http}/v1/evidence`, { method: 'POST', headers })
    const status = new Promise<number | string>(resolve => {
      sending.on('response', response => resolve(response.resume().statusCode!))
      sending.on('error', error => resolve(error.message))
    })
    // A thousand lines are put at once.
    const lines = (net: number) =>
      Array.from({ length: 1000 }, (_, n) => `{"subject":"ip:10.${net}.${n >> 8}.${n & 255}","kind":"listed"}\n`)
    sending.write(lines(1).join(''))
    const evidence = async () => (await ask<WireStatus>(node, '/v1/status')).ledger.evidence
    while ((await evidence()) === 0);
    const revoking = await fetch(`${node.http}/v1/keys/mx1`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${node.adminKey}` },
    })
    assert.equal(revoking.status, 204)
    sending.end(lines(2).join(''))
    assert.ok([401, 403].includes((await status) as number))
    assert.equal(await evidence(), 1000)
  })
})
