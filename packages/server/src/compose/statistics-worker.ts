/** The thread of the ledger's statistics: it ends with its last question, and nobody waits for its queries but who asked. */
import { parentPort, workerData } from 'node:worker_threads'
import { openSqliteStatistics } from '../ledger/sqlite/statistics.ts'
import { serve } from './remote.ts'

const port = parentPort!
const { ledgerPath } = workerData as { readonly ledgerPath: string }
const statistics = openSqliteStatistics(ledgerPath)

serve(port, {
  ofSource: (name: string, now: number) => statistics.ofSource(name, now),
  stop: async () => {
    await statistics[Symbol.asyncDispose]()
    port.close()
  },
})
