import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { describe, it } from 'node:test'
import { type Entry, packEntry } from '@tocsin/core/verdict'
import { openDatabase } from '../../storage/sqlite.ts'
import { phasesOf } from '../history.ts'
import { readHistory } from './history-reader.ts'
import { HistoryTable, KEPT_MS, ROWS_PER_SUBJECT, sinceOf } from './history-table.ts'

const NOW = Date.UTC(2026, 5, 30)
const HOUR = 3_600_000
const KEY = new Uint8Array(32).fill(7)
const FOR_GOOD = 63

function listed(score: number, more: Partial<Entry> = {}): Entry {
  const lapses: Entry['lapses'] =
    score <= 50 ? [FOR_GOOD, FOR_GOOD, FOR_GOOD] : score <= 65 ? [0, FOR_GOOD, FOR_GOOD] : [0, 0, FOR_GOOD]
  const rest = { stops: false, scoredAt: 0, restsSafe: false, protection: undefined, organisations: 1 }
  return { score, reason: 'spam', incriminated: true, lapses, ...rest, ...more }
}

/** A book's file with the one subject of the test in it, written as the store writes. */
class Under {
  readonly folder = mkdtempSync(join(tmpdir(), 'tocsin-history-'))
  readonly file: DatabaseSync = openDatabase(
    join(this.folder, 'book.sqlite'),
    new URL('./migrations/', import.meta.url),
  )
  readonly table = new HistoryTable(this.file)
  #entry: Entry | undefined
  #since: number | null = null

  publish(entry: Entry | undefined, at: number, key = KEY): void {
    const after = entry && packEntry(entry)
    this.#since =
      this.#entry === undefined
        ? sinceOf(at)
        : this.table.superseded(0, key, packEntry(this.#entry), this.#since, after, at)
    this.#entry = entry
    this.file.prepare('DELETE FROM entry WHERE type = 0 AND key = ?').run(key)
    if (after === undefined) return
    this.file
      .prepare('INSERT INTO entry (type, key, written, what, value, since) VALUES (0, ?, ?, ?, NULL, ?)')
      .run(key, after.when, after.what, this.#since)
  }

  rows(): number {
    return (this.file.prepare('SELECT count(*) AS rows FROM history').get() as { rows: number }).rows
  }

  phases(now: number): string[] {
    const hours = (time: number | undefined) => (time === undefined ? '' : String((time - NOW) / HOUR))
    return phasesOf(readHistory(this.file, 'ip', KEY), now).map(
      ({ from, until, verdict, score }) => `${hours(from)}..${hours(until)} ${verdict} ${score}`,
    )
  }

  [Symbol.dispose](): void {
    this.file.close()
    rmSync(this.folder, { recursive: true })
  }
}

describe('HistoryTable', () => {
  it('writes no row for a first publication, and tells the present all the same', () => {
    using under = new Under()
    assert.deepEqual(under.phases(NOW), [])
    under.publish(listed(30), NOW)
    assert.equal(under.rows(), 0)
    assert.deepEqual(under.phases(NOW + HOUR), ['0.. dangerous 30'])
  })

  it('tells the whole story without a gap but where nothing was said', () => {
    using under = new Under()
    under.publish(listed(60), NOW)
    under.publish(listed(30), NOW + HOUR)
    under.publish(undefined, NOW + 2 * HOUR)
    under.publish(listed(20), NOW + 5 * HOUR)
    under.publish(listed(14), NOW + 6 * HOUR)
    assert.deepEqual(under.phases(NOW + 9 * HOUR), [
      '0..1 highly-suspicious 60',
      '1..2 dangerous 30',
      '5..6 dangerous 20',
      '6.. dangerous 14',
    ])
  })

  it('lets what nobody would notice go on: 4 points, but 5 are a row, and so is another verdict', () => {
    using under = new Under()
    under.publish(listed(30), NOW)
    under.publish(listed(26), NOW + HOUR)
    assert.equal(under.rows(), 0)
    assert.deepEqual(under.phases(NOW + HOUR), ['0.. dangerous 26'])
    under.publish(listed(21), NOW + 2 * HOUR)
    assert.deepEqual(under.phases(NOW + 2 * HOUR), ['0..2 dangerous 26', '2.. dangerous 21'])
    under.publish(listed(50), NOW + 3 * HOUR)
    under.publish(listed(51), NOW + 4 * HOUR)
    assert.deepEqual(under.phases(NOW + 4 * HOUR).slice(2), ['3..4 dangerous 50', '4.. highly-suspicious 51'])
  })

  it('tells of an entry that lapsed while it was in force, and of the hit that renewed it', () => {
    using under = new Under()
    const fading = { lapses: [2, 4, 9] as const }
    under.publish(listed(30, { ...fading, scoredAt: NOW }), NOW)
    under.publish(listed(30, { ...fading, scoredAt: NOW + 6 * HOUR }), NOW + 6 * HOUR)
    assert.deepEqual(under.phases(NOW + 20 * HOUR), [
      '0..2 dangerous 30',
      '2..4 highly-suspicious 51',
      '4..6 suspicious 66',
      '6..8 dangerous 30',
      '8..10 highly-suspicious 51',
      '10..15 suspicious 66',
      '15.. untested 71',
    ])
  })

  it('keeps 64 rows of a subject, the latest, whatever the clock does', () => {
    using under = new Under()
    for (let n = 0; n < 2 * ROWS_PER_SUBJECT; n++) under.publish(listed(n % 2 === 0 ? 20 : 40), NOW)
    assert.equal(under.rows(), ROWS_PER_SUBJECT)
    const periods = readHistory(under.file, 'ip', KEY)
    for (const [index, { from, until }] of periods.entries()) {
      assert.ok(from! <= (until ?? Number.POSITIVE_INFINITY))
      assert.ok(index === 0 || from! >= periods[index - 1]!.until! - 1000)
    }
  })

  it('sweeps what ended a year ago, slice by slice, and nothing else', () => {
    using under = new Under()
    const many = 12_000
    under.file.exec('BEGIN')
    const add = under.file.prepare(
      'INSERT INTO history (type, key, until, since, written, what) VALUES (?, ?, ?, 0, 0, 0)',
    )
    for (let n = 0; n < many; n++) {
      const key = new Uint8Array(32)
      new DataView(key.buffer).setUint32(0, n)
      add.run(n % 5, key, n % 2 === 0 ? NOW - KEPT_MS - 1 : NOW - KEPT_MS)
    }
    under.file.exec('COMMIT')
    under.table.sweep(NOW)
    assert.ok(under.rows() < many && under.rows() > many / 2)
    under.table.sweep(NOW)
    assert.equal(under.rows(), many / 2)
    under.table.sweep(NOW + 1)
    assert.equal(under.rows(), 0)
  })

  it('gives the time of the evidence for an entry of which no time was noted, and none where there is none', () => {
    using under = new Under()
    const [standing, event] = [packEntry(listed(30)), packEntry(listed(30, { scoredAt: NOW, lapses: [9, 9, 9] }))]
    under.table.superseded(0, KEY, standing, null, undefined, NOW - HOUR)
    under.table.superseded(0, KEY, event, null, undefined, NOW + HOUR)
    assert.deepEqual(under.phases(NOW), ['..-1 dangerous 30', '0..1 dangerous 30'])
  })
})
