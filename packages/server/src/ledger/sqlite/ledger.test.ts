import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ledgerContract } from '../ledger.contract.ts'
import { openSqliteLedger } from './ledger.ts'

ledgerContract('the SQLite ledger', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-ledger-'))
  const path = join(folder, 'ledger.sqlite')
  let ledger = openSqliteLedger(path)
  return {
    get ledger() {
      return ledger
    },
    async reopen() {
      await ledger[Symbol.asyncDispose]()
      ledger = openSqliteLedger(path)
    },
    async [Symbol.asyncDispose]() {
      await ledger[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true })
    },
  }
})
