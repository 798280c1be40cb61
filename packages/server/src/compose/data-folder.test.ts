import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { holdDataFolder } from './data-folder.ts'

describe('holdDataFolder()', () => {
  it('lets one hold it at a time, and tells a folder that is held from one that cannot be used', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tocsin-data-'))
    try {
      const held = holdDataFolder(folder)
      assert.throws(() => holdDataFolder(folder), /a node that runs holds it/)
      held[Symbol.dispose]()
      holdDataFolder(folder)[Symbol.dispose]()
      writeFileSync(join(folder, 'lock.sqlite'), 'x'.repeat(5000))
      assert.throws(() => holdDataFolder(folder), /its lock must be a file of ours/)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
