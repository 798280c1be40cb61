/** What a sender costs in memory, and a sighting in time, with the room full. */
import { performance } from 'node:perf_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { addressSubject } from '@tocsin/core/subject'
import { SenderPictures } from '../../packages/server/src/mining/senders/index.ts'

/** What was measured. */
export interface Cost {
  readonly senders: number
  readonly ranges: number
  readonly bytesPerSender: number
  readonly columnBytesPerSender: number
  readonly sightingsPerSecond: number
}

const SENDERS = 200_000
const SITES = 20
const NOW = Date.parse('2026-06-30T12:00:00Z')

/** Fills the pictures with senders, four to a range, each met by two sites; then lets all of them send once more. */
export function measureCost(): Cost {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  const before = held()
  const findings = { say: () => undefined, unsay: () => undefined }
  const pictures = new SenderPictures({ findings, asnOf: address => address[0], sendersMax: SENDERS })
  const round = (site: number) => {
    for (let at = 0; at < SENDERS; at++) {
      const net = at >>> 2
      const subject = addressSubject(Uint8Array.of(20 + (net >>> 16), (net >>> 8) & 255, net & 255, at & 3))
      const counts = { spam: at & 1, trapped: 0, complaints: 0, authFailed: 0, rejectedRecipients: 0 }
      const organisation = `site-${(site + at) % SITES}`
      pictures.observe({ subject, hour: NOW, messages: 3, ...counts }, { organisation, trustStep: 12 }, NOW)
    }
  }
  round(0)
  round(1)
  collect()
  const bytes = held() - before
  const start = performance.now()
  round(1)
  const seconds = (performance.now() - start) / 1000
  const { senders, ranges, columnBytes } = pictures.numbers()
  return {
    senders,
    ranges,
    bytesPerSender: bytes / senders,
    columnBytesPerSender: columnBytes / senders,
    sightingsPerSecond: SENDERS / seconds,
  }
}

function held(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}
