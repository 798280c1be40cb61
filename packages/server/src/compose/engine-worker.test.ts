import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { checkSegmentFile } from '../book/table/segment-file.ts'
import { startEngine } from './engine.ts'

/** Starts an engine on a folder, waits for its first new pair of memory, and stops it; gives what was told of segments. */
async function troublesUntilRebuilt(folder: string): Promise<string[]> {
  const troubles: string[] = []
  const { promise: adopted, resolve, reject } = Promise.withResolvers<void>()
  const engine = await startEngine(folder, {
    published: () => undefined,
    failed: reject,
    recovered: () => undefined,
    rebuilt: () => undefined,
    adopted: () => resolve(),
    segmentTrouble: why => troubles.push(why),
    died: reject,
  })
  await adopted
  await engine[Symbol.asyncDispose]()
  return troubles
}

describe('the engine over a segment that it cannot use', () => {
  for (const [what, bytes] of [
    ['of another version', 'TOCSEG1\nand some more, as it was written before'],
    ['that is empty', ''],
  ] as const) {
    it(`tells once of one ${what}, and writes another`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'tocsin-engine-'))
      const path = join(folder, 'book.segment')
      writeFileSync(path, bytes)
      const troubles = await troublesUntilRebuilt(folder)
      assert.equal(troubles.length, 1)
      assert.match(
        troubles[0]!,
        /^Cannot read segment ".*"; building it again from the table$|^Cannot read segment ".*": /,
      )
      assert.ok((await checkSegmentFile(path)).ok)
      rmSync(folder, { recursive: true })
    })
  }
})
