import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { openSqliteLedger } from '../ledger/sqlite/ledger.ts'
import { importNamed } from './imports.ts'

const NOW = Date.UTC(2026, 5, 30)

async function* text(...lines: string[]) {
  yield Buffer.from(lines.join('\n'))
}

describe('importNamed()', () => {
  it('lets no list pass for a key, or for anything else than a name', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tocsin-imports-'))
    try {
      await using ledger = openSqliteLedger(join(folder, 'ledger.sqlite'))
      const importAs = (name: string) =>
        importNamed(name, 'import', text('192.0.2.1'), {}, { ledger, clock: () => NOW })
      const calledWrongly = importNamed(
        'a',
        'import',
        text('192.0.2.1'),
        { organisation: 'a\nb' },
        { ledger, clock: () => NOW },
      )
      await assert.rejects(calledWrongly, /its organisation must be 1 to 64 characters/)
      for (const name of ['key:admin@1', '__proto__', '', 'a b', 'a'.repeat(65)]) {
        await assert.rejects(importAs(name), /its source must be 1 to 64/)
      }
      assert.equal((await importAs('constructor')).accepted, 1)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
  it('counts lists of one organisation once, and tells formats apart by the name of the file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tocsin-imports-'))
    try {
      await using ledger = openSqliteLedger(join(folder, 'ledger.sqlite'))
      const parts = { ledger, clock: () => NOW }
      await importNamed('a-ips', 'import', text('192.0.2.1'), { organisation: 'A & Co' }, parts)
      await importNamed('a-urls', 'import', text('192.0.2.1'), { organisation: 'A & Co' }, parts)
      await importNamed('b', 'import', text('192.0.2.1'), {}, parts)
      const { sources } = await ledger.counts()
      assert.deepEqual(
        new Map(sources.map(({ name, organisation }) => [name, organisation])),
        new Map([
          ['a-ips', 'A & Co'],
          ['a-urls', 'A & Co'],
          ['b', 'b'],
        ]),
      )
      const document = importNamed('c', 'import', text('192.0.2.1'), { fileName: 'README.md' }, parts)
      await assert.rejects(document, /its name must be that of a list, found "readme.md"/)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
