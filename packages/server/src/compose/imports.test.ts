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
      for (const name of ['key:admin@1', '__proto__', '', 'a b', 'a'.repeat(65)]) {
        await assert.rejects(importAs(name), /its source must be 1 to 64/)
      }
      assert.equal((await importAs('constructor')).accepted, 1)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
