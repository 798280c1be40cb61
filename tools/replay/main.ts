/** `npm run trial:replay`: a year of real feeds, day by day, and whether the book is what they say in the end. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ROOT } from '../repository.ts'
import { TRIAL_FEEDS } from './feeds.ts'
import { daysOf, lastList, since } from './history.ts'
import { openReplayNode } from './node.ts'
import { pageOf, tableOf } from './page.ts'
import { isEqual, replay, subjectsOf } from './replay.ts'
import { compareWith } from './snapshot.ts'

const HELP = `TOCSIN_TRIAL_DATA=FOLDER npm run trial:replay -- [--from DAY] [--write]

Replays six real feeds day by day and holds the book against the lists of the last day.

Options:
  --from DAY  the first day (default 2025-07-01); what was before stands on it
  --write     write docs/replay.md
`

/** The most that the replay may take. */
const SECONDS_MAX = 600

process.exitCode = await main()

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      from: { type: 'string', default: '2025-07-01' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const data = process.env['TOCSIN_TRIAL_DATA']
  if (values.help || data === undefined) {
    process.stdout.write(HELP)
    return values.help ? 0 : 2
  }
  const startedAt = performance.now()
  const seconds = (): number => (performance.now() - startedAt) / 1000
  const histories = new Map(
    TRIAL_FEEDS.map(({ name, history }) => [name, since(daysOf(readFileSync(join(data, history))), values.from)]),
  )
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-replay-'))
  try {
    await using node = openReplayNode(folder)
    let days = 0
    let last = ''
    const outcome = await replay(histories, node, day => {
      last = day
      if (++days % 30 === 0) console.log(`${day}  ${days} days, ${seconds().toFixed(0)} s`)
    })
    const took = seconds()
    const snapshots = new Map(
      TRIAL_FEEDS.map(({ name, snapshot }) => {
        return [name, compareWith(join(data, snapshot), subjectsOf(lastList(histories.get(name)!)))]
      }),
    )
    const parts = { outcome, snapshots, first: values.from, last, seconds: took }
    console.log(tableOf(parts).join('\n'))
    for (const { feed, missing } of outcome.feeds) if (missing.length > 0) console.log(`${feed} lacks ${missing[0]}`)
    const verdict = isEqual(outcome) ? 'equals the lists' : `differs from the lists, ${outcome.beyond.length} beyond`
    console.log(`${outcome.days} days, ${took.toFixed(0)} s: the book has ${outcome.listed} entries and ${verdict}`)
    if (values.write) writeFileSync(join(ROOT, 'docs/replay.md'), pageOf(parts))
    return isEqual(outcome) && took <= SECONDS_MAX ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true })
  }
}
