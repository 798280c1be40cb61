import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startWorld } from './world.fixture.ts'

test('a report that was acknowledged is sent by the next start, and blocked, though the process was killed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-feedback-'))
  const program = fileURLToPath(new URL('./killed.fixture.ts', import.meta.url))
  const child = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [said] = (await once(child.stdout, 'data')) as [Buffer]
  child.kill('SIGKILL')
  await once(child, 'exit')
  assert.equal(String(said), 'acknowledged 50\n')

  await using world = startWorld({ folder })
  assert.equal(world.feedback.state().waiting.items, 50)
  assert.equal(world.feedback.blocks.subjects.length, 50)
  world.feedback.start()
  await world.settled()
  const sent = world.posted.flatMap(({ body }) => JSON.parse(body) as { readonly subject: string }[])
  assert.equal(new Set(sent.map(({ subject }) => subject)).size, 50)
})
