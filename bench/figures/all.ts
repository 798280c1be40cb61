import type { Figure } from '../harness/bench.ts'
import { bookGet } from './book-get.ts'
import { client } from './client.ts'
import { distribution } from './distribution.ts'
import { dnsLatency } from './dns-latency.ts'
import { dnsPackets } from './dns-packets.ts'
import { dnsDomain, dnsHash, dnsIp } from './dns-rate.ts'
import { dnsWhileScoring } from './dns-while-scoring.ts'
import { edges } from './edges.ts'
import { evidenceToDns } from './evidence-to-dns.ts'
import { httpBatch } from './http-batch.ts'
import { httpSingle } from './http-single.ts'
import { importFigure } from './import.ts'
import { parsers } from './parsers.ts'
import { replicas } from './replicas.ts'
import { rescore } from './rescore.ts'
import { scan } from './scan.ts'
import { similarity } from './similarity.ts'
import { startFigure } from './start.ts'
import { unplugged } from './unplugged.ts'

/** Every figure, in the order of the page. */
export const FIGURES: readonly Figure[] = [
  dnsIp,
  dnsDomain,
  dnsHash,
  dnsLatency,
  dnsPackets,
  dnsWhileScoring,
  httpSingle,
  httpBatch,
  bookGet,
  startFigure,
  importFigure,
  parsers,
  rescore,
  evidenceToDns,
  similarity,
  scan,
  distribution,
  edges,
  replicas,
  unplugged,
  client,
]
