/** What miners know is told in explanations, to whoever may look up, and names nobody who reported. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, it } from 'node:test'
import type { WireExplanation } from '@tocsin/core/wire'
import { updateEnrichment } from '../packages/server/src/compose/enrichment.ts'
import { temporaryFolder } from '../testing/process.ts'
import { ask } from './asking.ts'
import { type MiningNode, startMiningNode } from './mining-node.ts'

const DAY_MS = 86_400_000
const BAIT = 'domain:paypal-login-claim-reward.click'
const FILE = `file:${'3'.repeat(64)}`

async function explained({ asked }: MiningNode, subject: string, key = asked.adminKey): Promise<WireExplanation> {
  return await ask({ ...asked, adminKey: key }, `/v1/explain?subject=${encodeURIComponent(subject)}`)
}

describe('explanations', () => {
  it('tell a reader the signs of a name, where it led, and how many sites saw a file from three on', async () => {
    using folder = temporaryFolder()
    const data = join(folder.path, 'data')
    await makePlaces(data)
    await using world = await startMiningNode(data)
    const { token: reader } = await world.post<{ readonly token: string }>('/v1/keys', { name: 'r', role: 'reader' })
    const sites = await Promise.all(['alpha', 'beta', 'gamma'].map(name => world.sensor(name, 0.8)))

    const now = Date.now()
    const day = (ago: number) => new Date(now - ago * DAY_MS).toISOString()
    const resolutions = (host: string) => [
      { domain: host, address: '9.0.0.1', seenAt: day(200) },
      { domain: host, address: '9.0.0.1', seenAt: day(60) },
      { domain: host, address: '9.1.0.1', seenAt: day(3) },
    ]
    await world.post('/v1/resolutions', ['moved.example', 'intranet.moved.example'].flatMap(resolutions), sites[0])
    const seen = async (site: number) => {
      const body = { subject: FILE, kind: 'malware-detected', confidence: 0.5 }
      await world.post('/v1/evidence', body, sites[site])
      await world.node.mined()
    }
    await seen(0)
    await seen(1)

    assert.match((await explained(world, BAIT, reader)).notes?.[0] ?? '', /^by its text alone: .*"claim"/)
    const { notes, hosting } = await explained(world, 'domain:moved.example', reader)
    assert.deepEqual(notes, [])
    assert.deepEqual(hosting, {
      domain: 'moved.example',
      firstSeen: day(200).slice(0, 10),
      moves: [
        {
          host: 'moved.example',
          on: day(3).slice(0, 10),
          from: { asn: 64_500, country: 'DE' },
          to: { asn: 64_501, country: 'FR' },
          stableDays: 140,
        },
      ],
    })
    const few = await explained(world, FILE, reader)
    assert.match(few.notes?.join('\n') ?? '', /^reported by few sites since \d{4}-\d{2}-\d{2}$/)
    assert.equal(few.hosting, undefined)
    await seen(2)
    const more = await explained(world, FILE, reader)
    assert.match(more.notes?.join('\n') ?? '', /^reported by 3 sites since \d{4}-\d{2}-\d{2}$/)
    assert.doesNotMatch(JSON.stringify([few, more, hosting]), /alpha|beta|gamma/)
    // The addresses, the other hosts and the exact count are an analyst's.
    await assert.rejects(ask({ ...world.asked, adminKey: reader }, `/v1/console/notes?subject=${FILE}`), /403/)
  })

  it('have nothing of it where mining is off', async () => {
    using folder = temporaryFolder()
    await using world = await startMiningNode(join(folder.path, 'data'), { mining: 'off' })
    const told = await explained(world, BAIT)
    assert.deepEqual([told.notes, told.notesState, told.hosting], [undefined, undefined, undefined])
  })
})

/** Two networks in two countries. */
async function makePlaces(data: string): Promise<void> {
  const attribution = { text: 'made up', licence: 'CC0-1.0', date: '2026-06-30' }
  const tables = {
    asn: '9.0.0.0,9.0.255.255,64500,Made up\n9.1.0.0,9.1.255.255,64501,Made up\n',
    country: '9.0.0.0,9.0.255.255,DE\n9.1.0.0,9.1.255.255,FR\n',
  }
  for (const [table, text] of Object.entries(tables)) {
    const inputs = [{ name: table, chunks: Readable.from([Buffer.from(text)]) }]
    await updateEnrichment(data, { table: table as keyof typeof tables, inputs, attribution, force: false }, Date.now())
  }
}
