/** The trial of names and pages: rows, fits, figures. */
import type { PublicSuffixes } from '@tocsin/core/subject'
import type { RoutedSpace } from './address-space.ts'
import { type FirstListed, firstListed } from './bad-names.ts'
import { type Figures, figuresOf } from './figures.ts'
import { goodNames } from './good-names.ts'
import type { Judged } from './metrics.ts'
import { fitNames, type NameModel, nameLogOdds, type SignRow, signRows, weightsOf } from './name-model.ts'
import { badRows, bareRows, goodRows, type NameRow, zoneRows } from './name-rows.ts'

/** All rows with their signs. */
export interface NameTrial {
  readonly rows: readonly NameRow[]
  readonly signs: ReadonlyMap<NameRow, SignRow>
  /** Every host that a list ever had. */
  readonly known: ReadonlyMap<string, FirstListed>
}

/** A mistake that may be shown: a row, and how sure the judge was of the opposite. */
export interface Mistake {
  readonly row: NameRow
  /** Nats. */
  readonly logOdds: number
}

/** False alarms at which detection is told. */
export const NAME_ALARMS = [0.001, 0.01]

/** Reads everything, and takes the signs once. */
export function openNames(folder: string, suffixes: PublicSuffixes, space: RoutedSpace): NameTrial {
  const known = firstListed(folder)
  const isListed = (host: string) => known.has(host) || known.has(suffixes.registrableDomain(host) ?? host)
  const good = goodRows(goodNames(folder), isListed)
  const bare = bareRows(good, place => quadOf(space.at(place)))
  const bad = [...badRows(known.values(), false), ...badRows(known.values(), true)]
  const rows = [...bad, ...good, ...bare, ...zoneRows(good, suffixes)]
  return { rows, signs: signRows(rows, suffixes), known }
}

/** What a model is fitted on: all rows before the test, or those with a free licence; the zones only where no new names may be used. */
export function learntRows({ rows }: NameTrial, free: boolean, before: 'inner' | 'test' = 'test'): NameRow[] {
  return rows.filter(
    row =>
      row.part !== 'test' && (before === 'test' || row.part === 'learn') && (free ? row.free : row.group !== 'zone'),
  )
}

/** The figures of a model for test rows. */
export function judgeNames(trial: NameTrial, model: NameModel, title: string, rows: readonly NameRow[]): Figures {
  return figuresOf(title, judged(trial, model, rows), NAME_ALARMS)
}

/** Rows with their log-odds and weights. */
export function judged({ signs }: NameTrial, model: NameModel, rows: readonly NameRow[]): Judged[] {
  const weights = weightsOf(rows, 1)
  return rows.map((row, at) => ({
    logOdds: nameLogOdds(model, signs.get(row)!),
    bad: row.bad,
    weight: weights[at]!,
    batch: row.batch,
  }))
}

/** One table: named hosts by negatives and by list, pages on bare addresses, and everything of the web together. */
export function nameFigures(trial: NameTrial, model: NameModel, part: NameRow['part'] = 'test'): Figures[] {
  const rows = trial.rows.filter(row => row.part === part && row.group !== 'zone')
  const only = (...groups: NameRow['group'][]) => rows.filter(row => groups.includes(row.group))
  const of = (title: string, chosen: readonly NameRow[]) => judgeNames(trial, model, title, chosen)
  const named = only('bad', 'established', 'new')
  return [
    of('named hosts', named),
    of('named hosts, against established names alone', only('bad', 'established')),
    of('named hosts, against newly registered names alone', only('bad', 'new')),
    ...['maltrail', 'urlhaus', 'openphish'].map(origin =>
      of(
        `named hosts of ${origin}`,
        named.filter(row => !row.bad || row.origin === origin),
      ),
    ),
    of('pages on bare addresses, against good names and pages', only('bad-bare', 'established', 'new')),
    of('pages on bare addresses, against good paths on random addresses', only('bad-bare', 'bare')),
    of('web, all of it', rows),
  ]
}

/** Each list judged by a model that never saw a row of it. */
export function strangerFigures(trial: NameTrial): Figures[] {
  const test = trial.rows.filter(row => row.part === 'test' && ['bad', 'established', 'new'].includes(row.group))
  return ['maltrail', 'urlhaus', 'openphish'].map(origin => {
    const learnt = learntRows(trial, false).filter(row => row.origin !== origin)
    const model = fitNames(learnt, trial.signs)
    const rows = test.filter(row => !row.bad || row.origin === origin)
    return judgeNames(trial, model, `named hosts of ${origin}, by a model of the other lists`, rows)
  })
}

/** The worst false alarms and the worst misses among test rows that may be shown, one for each batch. */
export function mistakesOf(
  trial: NameTrial,
  model: NameModel,
  count: number,
): { alarms: Mistake[]; misses: Mistake[] } {
  const shown = trial.rows.filter(
    row => row.part === 'test' && row.free && (row.group === 'bad' || row.group === 'established'),
  )
  const sorted = shown
    .map(row => ({ row, logOdds: nameLogOdds(model, trial.signs.get(row)!) }))
    .toSorted((a, b) => b.logOdds - a.logOdds)
  return {
    alarms: sorted.filter(({ row }) => !row.bad).slice(0, count),
    misses: firstOfBatch(sorted.filter(({ row }) => row.bad).toReversed()).slice(0, count),
  }
}

function firstOfBatch(mistakes: readonly Mistake[]): Mistake[] {
  const seen = new Set<string>()
  return mistakes.filter(({ row }) => !seen.has(row.batch) && seen.add(row.batch))
}

function quadOf(address: number): string {
  return [24, 16, 8, 0].map(shift => (address >>> shift) & 255).join('.')
}
