/** What miners know of a subject, for whoever may look it up. Pure but for what the miners themselves read. */
import type { Subject } from '@tocsin/core/subject'
import {
  MOVES_MAX,
  NOTE_LENGTH_MAX,
  NOTES_MAX,
  REGISTRAR_LENGTH_MAX,
  type WireHosting,
  type WireMined,
} from '@tocsin/core/wire'
import type { WebHistoryOf } from '../mining/web/index.ts'
import type { RunningMiner } from './mining-miners.ts'

type Telling = Pick<RunningMiner, 'notes' | 'history'>

/** What became of a name, by the first miner that knows. */
export function historyBy(miners: readonly Telling[], domain: Subject): WebHistoryOf | undefined {
  for (const miner of miners) {
    const history = miner.history?.(domain)
    if (history !== undefined) return history
  }
  return undefined
}

/** Notes, and of a domain its hosting, within the bounds of their schemas. Throws what a miner throws. */
export function toldBy(miners: readonly Telling[], subject: Subject): WireMined {
  const notes = miners.flatMap(miner => miner.notes?.(subject, 'anyone') ?? [])
  const history = subject.type === 'domain' ? historyBy(miners, subject) : undefined
  const hosting = history && hostingOf(history, subject.value)
  return {
    notes: notes.slice(0, NOTES_MAX).map(note => cut(note, NOTE_LENGTH_MAX)),
    ...(hosting === undefined ? {} : { hosting }),
  }
}

/**
 * What of a history anyone may know: neither addresses nor counts of sites, moves of no other host than was asked about (a
 * name within a network gives its owner away), and no move that a single stranger could have made up.
 *
 * @returns `undefined` where nothing is left
 */
export function hostingOf(history: WebHistoryOf, host: string): WireHosting | undefined {
  const { domain, firstSeen, resolutions } = history
  const registration = registrationOf(history)
  const moves = movesTold(history, host)
  const told = {
    // Without a resolution it would be the day of a question, which is nobody's business.
    ...(resolutions === 0 ? {} : { firstSeen: dayOf(firstSeen) }),
    ...(registration === undefined ? {} : { registration }),
    ...(moves.length === 0 ? {} : { moves }),
  }
  return Object.keys(told).length === 0 ? undefined : { domain, ...told }
}

/** That asking failed says nothing of the name. */
function registrationOf({ registration }: WebHistoryOf): WireHosting['registration'] {
  if (registration === undefined) return undefined
  const { state, registeredAt, registrar } = registration
  if (state !== 'known' && state !== 'absent') return undefined
  return {
    state,
    ...(registeredAt === undefined ? {} : { registeredAt }),
    ...(registrar === undefined ? {} : { registrar: cut(registrar, REGISTRAR_LENGTH_MAX) }),
  }
}

function movesTold({ moves }: WebHistoryOf, asked: string): NonNullable<WireHosting['moves']> {
  return moves
    .filter(({ host, confirmed }) => confirmed && (host === asked || host === `www.${asked}`))
    .slice(-MOVES_MAX)
    .map(({ host, at, from, to, stableDays }) => ({ host, on: dayOf(at), from, to, stableDays }))
}

/** At most so many characters (code points), as JSON Schema counts them; a cut shows. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text
  const characters = [...text]
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`
}

function dayOf(time: string): string {
  return time.slice(0, 10)
}
