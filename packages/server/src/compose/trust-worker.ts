/** The thread of one look at what sources say: it lives as long as the look takes, and nobody's answer waits for it. */
import { parentPort, workerData } from 'node:worker_threads'
import { openSqliteAgreement } from '../ledger/sqlite/agreement.ts'
import { type LookRequest, lookAround } from '../mining/trust/looking.ts'
import { openTrustMemory } from '../mining/trust/memory.ts'

const { ledgerPath, memoryPath, request } = workerData as {
  readonly ledgerPath: string
  readonly memoryPath: string
  readonly request: LookRequest
}
await using agreement = openSqliteAgreement(ledgerPath)
using memory = openTrustMemory(memoryPath)
parentPort!.postMessage(await lookAround(request, { agreement, memory }))
