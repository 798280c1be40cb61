/** The miner of senders, wired: its ticks, its file, and what was said before the node was started. */
import { join } from 'node:path'
import { HOUR_MS, type Instant, kindOf } from '@tocsin/core/evidence'
import { saidBy } from '../ledger/sqlite/said-by.ts'
import { sourceOfMiner } from '../mining/desk.ts'
import { openSenders } from '../mining/senders/index.ts'
import type { MinerParts, RunningMiner } from './mining-miners.ts'

/** Milliseconds between two ticks. */
const TICK_MS = 15_000

/** Half-lives after which a statement weighs a sixteenth, and is not worth saying again. */
const FADED = 4

/** See {@link MINERS}. */
export function mineSenders({ findings, enrichment, clock, dataFolder, ledger, failed }: MinerParts): RunningMiner {
  const senders = openSenders({
    findings,
    clock,
    statePath: join(dataFolder, 'senders.state'),
    asnOf: address => enrichment.asnOf(address)?.asn,
    log: (trouble, error) => failed(new Error(trouble, { cause: error })),
  })
  // What its file does not know of, as after a crash, fades by itself.
  for (const { subject, kind: name, confidence, at } of saidBy(ledger, sourceOfMiner('senders').name)) {
    const kind = kindOf(name)
    if (kind === undefined || at === undefined) continue
    const fadesMs = FADED * (kind.halfLifeHours ?? Number.POSITIVE_INFINITY) * HOUR_MS
    if (clock() - at < fadesMs) findings.say({ subject, kind: kind.name, confidence, at })
  }
  let tickedAt: Instant = Number.NEGATIVE_INFINITY
  return {
    hears: { sightings: ({ sighting, site }) => senders.observe(sighting, site) },
    turn(now, isAsked) {
      // Also where the clock was set back.
      if (!isAsked && now >= tickedAt && now - tickedAt < TICK_MS) return
      tickedAt = now
      senders.tick()
    },
    numbers: () => ({ ...senders.numbers() }),
    close: () => senders[Symbol.dispose](),
  }
}
