import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { unwrap } from '@tocsin/core/base'
import { loadConfig } from '../config/index.ts'
import { openEdgeFeedback } from './feedback.ts'

test('a damaged file is set aside and told, and nothing is sent until an administrator says so', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-damaged-'))
  const config = unwrap(loadConfig({ env: {}, flags: { '--data': folder } }))
  const told: string[] = []
  const uplink = { send: () => Promise.reject(new Error('must not be asked')) }
  const clock = () => Date.parse('2026-11-22T12:00:00Z')
  const open = () => openEdgeFeedback(config, { uplink, clock, log: event => void told.push(event) })
  try {
    await open()[Symbol.asyncDispose]()
    const path = join(folder, 'feedback.sqlite')
    for (const bytes of [Buffer.alloc(20_000, 7), Buffer.from('SQLite format 3\0'.padEnd(5000, 'x'))]) {
      writeFileSync(path, bytes)
      {
        await using feedback = open()
        feedback.start()
        assert.equal(feedback.mode, 'hold')
        await feedback.intakeOf('sensor').put([{ subject: 'ip:192.0.2.1', kind: 'spam-sent' }])
      }
      assert.equal(told.splice(0).join(), 'feedback-damaged')
      {
        await using feedback = open()
        assert.deepEqual([feedback.mode, feedback.state().waiting.items], ['hold', 1])
      }
    }
    assert.ok(readdirSync(folder).includes('feedback.sqlite.damaged-2026-11-22T120000.000Z'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
