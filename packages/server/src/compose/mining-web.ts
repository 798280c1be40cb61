/** The history of names, wired: where addresses are, and what was said before the node was started. */
import { join } from 'node:path'
import { kindOf } from '@tocsin/core/evidence'
import { parseAddress, parseSubject, type Subject } from '@tocsin/core/subject'
import { type AddressContext, openWebHistory } from '../mining/web/index.ts'
import { openReadOnly } from '../storage/sqlite.ts'
import type { MinerParts, RunningMiner } from './mining-miners.ts'

/** The class of published ranges of content networks. */
const CDN = 'good-cdn'

/** See {@link MINERS}. */
export function mineWeb(parts: MinerParts): RunningMiner {
  const { findings, suffixes, enrichment, clock, dataFolder, rdap } = parts
  const path = join(dataFolder, 'web.sqlite')
  const web = openWebHistory({
    path,
    findings,
    clock,
    suffixes,
    rdap,
    rankOf: host => enrichment.rankOf(host),
    contextOf: address => placeOf(address, enrichment),
  })
  sayAgain(path, findings)
  return {
    hears: {
      asked: subject => web.asked(subject),
      resolutions: ({ domain, address, at, site, count }) => web.resolved(domain, address, at, site, count),
    },
    work: () => web.slice(),
    numbers: () => ({ ...web.numbers() }),
    history: domain => web.history(domain),
    close: () => web[Symbol.dispose](),
  }
}

function placeOf({ value }: Subject, enrichment: MinerParts['enrichment']): AddressContext | undefined {
  const address = parseAddress(value)
  if (!address.ok) return undefined
  return {
    asn: enrichment.asnOf(address.value)?.asn,
    country: enrichment.countryOf(address.value),
    isCdn: enrichment.classesOf(address.value).some(range => range.class === CDN),
  }
}

/** The file knows what stands; the desk begins with nothing, and takes back what is not said to it. */
function sayAgain(path: string, findings: MinerParts['findings']): void {
  const file = openReadOnly(path)
  try {
    for (const row of file.prepare('SELECT subject, kind, confidence, at FROM statement').iterate()) {
      const subject = parseSubject(String(row['subject']))
      const kind = kindOf(String(row['kind']))?.name
      if (!subject.ok || kind === undefined) continue
      findings.say({ subject: subject.value, kind, confidence: Number(row['confidence']), at: Number(row['at']) })
    }
  } finally {
    file.close()
  }
}
