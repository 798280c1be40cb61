/** The miner of names, wired: what protects a name, and what was said of names before the node was started. */
import { subjectKey } from '@tocsin/core/subject'
import { saidBy } from '../ledger/sqlite/said-by.ts'
import { sourceOfMiner } from '../mining/desk.ts'
import { openNames } from '../mining/names/index.ts'
import type { MinerParts, RunningMiner } from './mining-miners.ts'

const KIND = 'suspicious-name'

/** See {@link MINERS}. */
export function mineNames(parts: MinerParts): RunningMiner {
  const { findings, suffixes, enrichment, clock, sha256, seed, ledger, entryOf } = parts
  const said = saidBy(ledger, sourceOfMiner('names').name).filter(({ kind }) => kind === KIND)
  const miner = openNames({
    findings,
    suffixes,
    clock,
    seed,
    said: said.map(({ subject }) => subject),
    protectionOf(subject) {
      const protection = entryOf(subject.type, subjectKey(subject, sha256))?.protection
      const isRanked = subject.type === 'domain' && enrichment.rankOf(subject.value) !== undefined
      return protection ?? (isRanked ? 'popular' : undefined)
    },
  })
  // The desk begins with nothing, and takes back what is not said to it.
  for (const { subject, confidence } of said) findings.say({ subject, kind: KIND, confidence })
  return {
    hears: { asked: subject => miner.asked(subject) },
    work: () => miner.slice(),
    numbers: () => ({ ...miner.numbers() }),
    notes(subject) {
      const why = miner.why(subject)
      return why === undefined ? [] : [`by its text alone: ${why}`]
    },
  }
}
