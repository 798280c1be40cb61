import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { BEGINNING, change, type Replica, removal, startCloud, startReplica } from './world.fixture.ts'

const SUBJECTS = [
  'ip:192.0.2.1',
  'ip:2001:db8::1',
  'net:198.51.100.0/24',
  'net:2001:db8:1::/48',
  'domain:bad.example',
  'domain:a.bad.example',
  'url:bad.example/a?b=1',
  `file:${'ab'.repeat(32)}`,
  'file:md5:d41d8cd98f00b204e9800998ecf8427e',
]

const said = fc.record({ at: fc.nat({ max: SUBJECTS.length - 1 }), score: fc.option(fc.integer({ min: 0, max: 60 })) })
const publication = fc.uniqueArray(said, { selector: ({ at }) => at, minLength: 1, maxLength: 5 })

/** What may happen to a cloud and a replica of it. */
const event = fc.oneof(
  { weight: 6, arbitrary: publication.map(changes => ({ is: 'published' as const, changes })) },
  { weight: 4, arbitrary: fc.constant({ is: 'round' as const }) },
  { weight: 1, arbitrary: fc.constant({ is: 'forgotten' as const }) },
  { weight: 1, arbitrary: fc.constant({ is: 'restarted' as const }) },
  { weight: 1, arbitrary: fc.constant({ is: 'stopped' as const }) },
  { weight: 1, arbitrary: fc.nat({ max: 7_000_000 }).map(ms => ({ is: 'waited' as const, ms })) },
)

const SEED = 5

test(`a mirror has its cloud's state after any interleaving of batches, rounds, losses and stops (seed ${SEED})`, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { maxLength: 14 }), async events => {
      const clock = { now: BEGINNING }
      await using cloud = await startCloud(clock)
      let replica: Replica = await startReplica({ clock, urls: [cloud.url] })
      const { folder } = replica
      try {
        for (const happened of [...events, { is: 'round' as const }]) {
          if (happened.is === 'published') {
            cloud.publish(
              happened.changes.map(({ at, score }) =>
                score === null ? removal(SUBJECTS[at]!) : change(SUBJECTS[at]!, score),
              ),
            )
          } else if (happened.is === 'forgotten') cloud.forget()
          else if (happened.is === 'restarted') cloud.restart()
          else if (happened.is === 'waited') {
            clock.now += happened.ms
            cloud.work()
          } else if (happened.is === 'stopped') {
            replica.stop()
            replica = await startReplica({ clock, urls: [cloud.url], folder })
          } else {
            await replica.round()
            assert.deepEqual(replica.head(), cloud.head())
            for (const text of SUBJECTS) {
              assert.deepEqual(replica.entryOf(text), cloud.entryOf(text), text)
            }
          }
        }
      } finally {
        replica.stop()
        rmSync(folder, { recursive: true, force: true })
      }
    }),
    { seed: SEED, numRuns: 15 },
  )
})
