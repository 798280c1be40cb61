import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { addressOf } from './address-space.ts'
import { chance, hashOf } from './chance.ts'
import { dateOf, dayOf } from './days.ts'
import { diagramOf } from './diagram.ts'
import { ListedMembers } from './listed-members.ts'
import { fit, logOddsOf, matrixOf } from './logistic.ts'
import { binsOf, brierOf, calibrationError, detectionAt, type Judged, thresholdAt } from './metrics.ts'
import { zoneAt, zoneShares } from './zones.ts'

function row(logOdds: number, bad: boolean, weight = 1, batch = String(logOdds)): Judged {
  return { logOdds, bad, weight, batch }
}

test('the threshold lets through at most the share of good rows by weight, and detection is strict', () => {
  const good = Array.from({ length: 100 }, (_, at) => row(at / 100, false))
  equal(thresholdAt(good, 0.01), 0.98)
  const rows = [...good, row(0.98, true), row(0.985, true)]
  equal(detectionAt(rows, 0.01).value, 0.5)
  equal(thresholdAt([row(3, false, 99), row(1, false, 1)], 0.5), 3)
})

test('rows of one batch are drawn together', () => {
  const good = Array.from({ length: 100 }, (_, at) => row(at / 100, false))
  const bad = Array.from({ length: 50 }, (_, at) => row(at < 25 ? 2 : -2, true, 1, at < 25 ? 'a' : 'b'))
  const { value, low, high } = detectionAt([...good, ...bad], 0.01)
  deepEqual([value, low, high], [0.5, 0, 1])
})

test('a judge that says what is true has no calibration error, one that is sure of the opposite has', () => {
  const random = chance(7)
  const rows = Array.from({ length: 20_000 }, () => {
    const logOdds = 4 * random() - 2
    return row(logOdds, random() < 1 / (1 + Math.exp(-logOdds)))
  })
  ok(calibrationError(binsOf(rows)) < 0.03)
  ok(calibrationError(binsOf(rows.map(each => row(-2 * each.logOdds, each.bad)))) > 0.2)
  ok(brierOf(rows) < 0.25)
})

test('bins hold enough rows each, and rows of one value together', () => {
  const rows = [
    ...Array.from({ length: 1000 }, () => row(0, false)),
    ...Array.from({ length: 1000 }, (_, at) => row(at, true)),
  ]
  const bins = binsOf(rows)
  ok(bins.every(bin => bin.rows >= 100))
  equal(bins[0]!.rows, 1001)
})

test('the fit finds weights that made the data, and is the same each time', () => {
  const random = chance(3)
  const rows = Array.from({ length: 5000 }, () => [[0, random() < 0.5 ? 1 : 0] as const, [1, random()] as const])
  const labels = Uint8Array.from(rows, ([a, b]) => (random() < 1 / (1 + Math.exp(1 - 2 * a![1] - b![1])) ? 1 : 0))
  const sample = { matrix: matrixOf(rows, 2), labels, weights: new Float64Array(5000).fill(1) }
  const model = fit(sample, 1, 300)
  ok(Math.abs(model.weights[0]! - 2) < 0.3 && Math.abs(model.weights[1]! - 1) < 0.4)
  deepEqual(fit(sample, 1, 300), model)
  ok(Math.abs(logOddsOf(sample.matrix, model, 0)) < 5)
})

test('members fade by half in ten days, and lists can be left out', () => {
  const members = new ListedMembers(2)
  members.add(1, 100, 0)
  members.add(1, 110, 1)
  equal(members.at(1, 110, 0), 1.5)
  equal(members.at(1, 110, 0b10), 0.5)
  equal(members.at(1, 120, 0), 0.75)
  equal(members.at(2, 160, 0), 0)
})

test('days, addresses, zones and chance are what they say', () => {
  equal(dateOf(dayOf('2026-05-15T12:00:00Z')), '2026-05-15')
  equal(addressOf('192.0.2.1'), 0xc0000201)
  equal(addressOf('192.0.2.256'), -1)
  ok(Math.abs(zoneShares().reduce((sum, [, share]) => sum + share, 0) - 1) < 1e-9)
  equal(zoneAt(0, zoneShares()), 'com')
  equal(hashOf('a'), hashOf('a'))
})

test('a diagram is SVG with a point for each bin', () => {
  const picture = diagramOf('a < b', [{ rows: 200, weight: 1, bad: 0.5, foretold: 0.4 }])
  ok(picture.startsWith('<svg') && picture.includes('a &lt; b') && picture.split('<circle').length === 2)
})
