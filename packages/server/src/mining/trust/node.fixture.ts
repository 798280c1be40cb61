/** A whole node in this process, for the tests of trust and appeals: real files, real HTTP, a clock moved by hand. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TocsinClient } from '@tocsin/client'
import { unwrap } from '@tocsin/core/base'
import type { Role } from '@tocsin/core/wire'
import { connect } from '../../cli/connect.ts'
import { run } from '../../cli/run.ts'
import { fakeWorld } from '../../cli/world.fixture.ts'
import { startSingle } from '../../compose/single.ts'
import { loadConfig } from '../../config/index.ts'
import { silentLog } from '../../ops/events.ts'

const NOW = Date.now()

/** Starts a node without feeds, starter set and DNS. */
export async function startTrustedNode() {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-node-'))
  const flags = {
    '--data': folder,
    '--http': '127.0.0.1:0',
    '--dns': 'off',
    '--starter': 'false',
    '--feeds-scheduled': 'false',
    '--mining': 'false',
  }
  let now = NOW
  const start = async () => {
    const config = unwrap(loadConfig({ env: {}, flags }))
    const timers = { after: () => ({ [Symbol.dispose]: () => undefined }) }
    return await startSingle(config, { clock: () => now, timers, log: silentLog, version: '0.0.0' })
  }
  let node = await start()
  const adminKey = readFileSync(join(folder, 'admin.key'), 'utf8').trim()
  const as = (key?: string) => new TocsinClient({ server: node.httpUrl, ...(key === undefined ? {} : { key }) })
  const admin = () => as(adminKey)
  return {
    folder,
    adminKey,
    as,
    admin,
    url: () => node.httpUrl,
    settled: () => node.settled(),
    passes: (milliseconds: number) => void (now += milliseconds),
    /** The token of a new key. */
    async addKey(name: string, role: Role, trust?: number): Promise<string> {
      return (await admin().keys.add({ name, role, ...(trust === undefined ? {} : { trust }) })).token!
    },
    /** One command line, as its user would see it. */
    async tocsin(words: readonly string[], key = adminKey) {
      const world = fakeWorld({ env: { TOCSIN_SERVER: node.httpUrl, TOCSIN_KEY: key } })
      const code = await run(words, { ...world, connect })
      return { code, out: world.told.output, err: world.told.errors }
    },
    async restart() {
      await node[Symbol.asyncDispose]()
      node = await start()
    },
    async [Symbol.asyncDispose]() {
      await node[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true })
    },
  }
}
