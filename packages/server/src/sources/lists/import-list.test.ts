import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ok, ProblemError } from '@tocsin/core/base'
import type { Generation, Offer, Receipt } from '../../intake/intake.ts'
import { BATCH_OFFERS, importList, importToWire, type ListImport } from './import-list.ts'

/** An intake that remembers, and refuses what `refuse` says. A stand-in for a ledger that this layer must not know. */
class Memory {
  readonly batches: (readonly Offer[])[] = []
  readonly told: string[] = []
  underway = 0
  refuse = (_subject: string): boolean => false

  async begin(): Promise<Generation> {
    this.told.push('begin')
    return { source: 'test', number: 1 }
  }

  async put(offers: readonly Offer[], generation?: Generation): Promise<Receipt> {
    assert.deepEqual(generation, { source: 'test', number: 1 })
    assert.ok(++this.underway <= 2, 'two batches at a time')
    await new Promise(resolve => setImmediate(resolve))
    this.underway--
    this.batches.push(offers)
    const refused = offers.flatMap(({ subject }, index) => (this.refuse(subject) ? [{ index, reason: 'no' }] : []))
    return { accepted: offers.length - refused.length, duplicate: 0, refused }
  }

  async retract(items: readonly { readonly subject: string; readonly kind: string }[]) {
    this.told.push(`retract ${items.map(({ subject, kind }) => `${subject} ${kind}`).join(', ')}`)
    return ok(items.length)
  }

  async commit(): Promise<number> {
    this.told.push('commit')
    return 7
  }
}

async function* bytes(...texts: readonly string[]) {
  for (const text of texts) yield Buffer.from(text)
}

function run(intake: Memory, chunks: AsyncIterable<Uint8Array>, options: Partial<ListImport> = {}) {
  return importList({ intake, chunks, kind: 'listed', confidence: 1, format: 'auto', ...options })
}

test('importList() puts every subject with what the list means, then commits', async () => {
  const intake = new Memory()
  const counts = await run(intake, bytes('# list\n192.0.2.1\nexam', 'ple.com\n\nword\n'), { confidence: 0.5 })
  assert.deepEqual(intake.batches, [
    [
      { subject: 'ip:192.0.2.1', kind: 'listed', confidence: 0.5 },
      { subject: 'domain:example.com', kind: 'listed', confidence: 0.5 },
    ],
  ])
  assert.deepEqual(intake.told, ['begin', 'commit'])
  assert.deepEqual(importToWire('s', counts), {
    source: 's',
    lines: 5,
    accepted: 2,
    refused: 1,
    skipped: 2,
    retracted: 7,
    refusals: [{ line: 5, reason: 'a host must have a whole name as in "host.example.com", found "word"' }],
  })
  assert.deepEqual(counts.causes, { 'not-a-subject': 1 })
  assert.equal(counts.format, 'plain')
})

test('importList() gives --as-of to every line', async () => {
  const intake = new Memory()
  await run(intake, bytes('192.0.2.1'), { kind: 'brute-force', asOf: '2026-06-30T00:00:00Z' })
  assert.equal(intake.batches[0]?.[0]?.observedAt, '2026-06-30T00:00:00Z')
})

test('importList() counts by line: what the intake refuses refuses its line', async () => {
  const intake = new Memory()
  intake.refuse = subject => subject === 'domain:b.example'
  const counts = await run(intake, bytes('0.0.0.0 a.example b.example\n0.0.0.0 c.example\n'))
  assert.equal(counts.format, 'hosts')
  assert.deepEqual([counts.lines, counts.accepted, counts.refused], [2, 1, 1])
  assert.deepEqual(counts.refusals, [{ line: 1, reason: 'no' }])
})

test('importList() sends bounded batches one after another and tells of each', async () => {
  const intake = new Memory()
  const told: number[] = []
  const size = 3 * BATCH_OFFERS + 1
  const list = Array.from({ length: size }, (_, at) => `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}\n`).join('')
  const counts = await run(intake, bytes(list), { onProgress: progress => told.push(progress.accepted) })
  assert.deepEqual(
    intake.batches.map(batch => batch.length),
    [BATCH_OFFERS, BATCH_OFFERS, BATCH_OFFERS, 1],
  )
  assert.deepEqual(told, [BATCH_OFFERS, 2 * BATCH_OFFERS, 3 * BATCH_OFFERS, size])
  assert.equal(counts.bytes, list.length)
})

test('importList() keeps the first 20 refusals in the order of lines and counts all', async () => {
  const counts = await run(new Memory(), bytes(`192.0.2.1\n${'word\n'.repeat(50)}`))
  assert.equal(counts.refused, 50)
  assert.deepEqual(
    counts.refusals.map(({ line }) => line),
    Array.from({ length: 20 }, (_, at) => at + 2),
  )
})

test('importList() commits nothing when nothing was accepted', async () => {
  for (const list of ['', '# only comments\n', 'word\nword\n', '\x1f\x8b\0\0\n', '<html>\n192.0.2.1\n']) {
    const intake = new Memory()
    await assert.rejects(run(intake, bytes(list)), error => {
      return (
        error instanceof ProblemError &&
        error.problem.code === 'invalid' &&
        /^Cannot (?:import|read) list: /.test(error.message)
      )
    })
    assert.deepEqual(intake.told, [], JSON.stringify(list))
  }
  const intake = new Memory()
  intake.refuse = () => true
  await assert.rejects(run(intake, bytes('192.0.2.1')), /found none in 1 lines; the first refused is line 1: no$/)
  assert.deepEqual(intake.told, ['begin'])
})

test('importList() commits nothing when the input or the intake breaks', async () => {
  async function* broken() {
    yield* bytes('192.0.2.1\n'.repeat(3 * BATCH_OFFERS))
    throw new Error('cut')
  }
  const intake = new Memory()
  await assert.rejects(run(intake, broken()), /cut/)
  assert.deepEqual(intake.told, ['begin'])
  assert.equal(intake.underway, 0)
  const full = new Memory()
  full.refuse = () => {
    throw new Error('disk full')
  }
  await assert.rejects(run(full, bytes('192.0.2.1\n'.repeat(3 * BATCH_OFFERS))), /disk full/)
  assert.deepEqual(full.told, ['begin'])
})

test('importList() drops dates and --as-of for standing kinds, which have no age', async () => {
  const intake = new Memory()
  await run(intake, bytes('2026-01-02\t+\t192.0.2.1\n'), { asOf: '2026-06-30T00:00:00Z' })
  assert.deepEqual(intake.batches, [[{ subject: 'ip:192.0.2.1', kind: 'listed', confidence: 1 }]])
})

test('importList() takes the state after the last line of a history', async () => {
  const intake = new Memory()
  const history = [
    '2026-01-01\t+\t192.0.2.1',
    '2026-01-01\t+\t192.0.2.2',
    '2026-01-02\t-\t192.0.2.1',
    '2026-01-03\t-\t192.0.2.2',
    '2026-01-04\t+\t192.0.2.2\tagain',
    '2026-01-04\t+\tword',
  ]
  const counts = await run(intake, bytes(history.join('\n')), { kind: 'brute-force' })
  const observedAt = '2026-01-04T00:00:00Z'
  assert.deepEqual(intake.batches, [[{ subject: 'ip:192.0.2.2', kind: 'brute-force', confidence: 1, observedAt }]])
  assert.deepEqual(
    [counts.format, counts.lines, counts.accepted, counts.refused, counts.skipped],
    ['delta', 6, 5, 1, 0],
  )
  const asOf = '2026-06-30T00:00:00Z'
  const dated = new Memory()
  await run(dated, bytes(history.join('\n')), { kind: 'brute-force', asOf })
  assert.equal(dated.batches[0]?.[0]?.observedAt, asOf)
})

test('importList() commits nothing for a history that comes to nothing', async () => {
  const intake = new Memory()
  const history = '2026-01-01\t+\t192.0.2.1\n2026-01-02\t-\t192.0.2.1\n'
  await assert.rejects(run(intake, bytes(history)), /^ProblemError: Cannot import list: /)
  assert.deepEqual(intake.told, [])
})

test('importList() sends a long history in batches and counts each of its lines once', async () => {
  const intake = new Memory()
  const size = 2 * BATCH_OFFERS + 1
  const line = (at: number) => `2026-01-01\t+\t10.${at >> 16}.${(at >> 8) & 255}.${at & 255}\n`
  const counts = await run(intake, bytes(Array.from({ length: size }, (_, at) => line(at)).join('')))
  assert.deepEqual([counts.lines, counts.accepted], [size, size])
  assert.deepEqual(
    intake.batches.map(batch => batch.length),
    [BATCH_OFFERS, BATCH_OFFERS, 1],
  )
})

test('importList() multiplies what a record is sure of by what its list is', async () => {
  const intake = new Memory()
  await run(intake, bytes('192.0.2.1,3,127\n192.0.2.2,3,127\n'), { confidence: 0.5, format: 'iprep' })
  assert.deepEqual(
    intake.batches[0]?.map(({ confidence }) => confidence),
    [0.5, 0.5],
  )
})

test('importList() finds the format however the input is cut, and beyond its sample', async () => {
  const text = `# c\n${'0.0.0.0 a.example\n'.repeat(10_000)}`
  async function* cut(size: number) {
    const whole = Buffer.from(text)
    for (let at = 0; at < whole.length; at += size) yield whole.subarray(at, at + size)
  }
  for (const size of [7, 4096, 65_536, text.length]) {
    const counts = await run(new Memory(), cut(size))
    assert.deepEqual(
      [counts.format, counts.lines, counts.accepted, counts.bytes],
      ['hosts', 10_001, 10_000, text.length],
    )
  }
})

test('importList() refuses a format that it does not know, by name', async () => {
  await assert.rejects(
    run(new Memory(), bytes('192.0.2.1'), { format: 'plian' }),
    /one of auto, .*plain.*found "plian"/,
  )
})

test('importList() refuses wrong options before it reads', async () => {
  await assert.rejects(
    run(new Memory(), bytes('192.0.2.1'), { kind: 'lsited' }),
    /kind "lsited" is not in the catalogue/,
  )
  await assert.rejects(
    run(new Memory(), bytes('192.0.2.1'), { confidence: 0 }),
    /confidence must be above 0 and at most 1/,
  )
})

test('importList() wants it said what a list of harmless things means, and then takes it', async () => {
  const list = '{"name":"Top","type":"string","list":["example.com","198.51.100.1"]}'
  const intake = new Memory()
  await assert.rejects(
    run(intake, bytes(list), { kind: undefined }),
    /MISP warninglist means must be said.*--kind popular, --kind certified or --kind known-good/,
  )
  assert.deepEqual(intake.told, [])
  const counts = await run(intake, bytes(list), { kind: 'popular' })
  assert.deepEqual([counts.format, counts.accepted], ['misp-warninglist', 2])
  await run(intake, bytes('192.0.2.1\n'), { kind: undefined })
  assert.equal(intake.batches.at(-1)?.[0]?.kind, 'listed')
})
