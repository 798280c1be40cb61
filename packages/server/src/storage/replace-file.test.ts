import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { replaceFile, replaceFileNow } from './replace-file.ts'

const WAYS: ((path: string, text: string) => Promise<void> | void)[] = [replaceFile, replaceFileNow]

for (const replace of WAYS) {
  test(`${replace.name} replaces the whole file, for its owner only, over what a crash has left`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tocsin-replace-'))
    const path = join(folder, 'keys.json')
    writeFileSync(`${path}.new`, 'a left-over that is longer than the new text')
    chmodSync(`${path}.new`, 0o644)
    await replace(path, 'one')
    await replace(path, 'two')
    assert.equal(readFileSync(path, 'utf8'), 'two')
    assert.equal(statSync(path).mode & 0o777, 0o600)
    rmSync(folder, { recursive: true })
  })

  test(`${replace.name} leaves the old file where the new one cannot be written`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tocsin-replace-'))
    const path = join(folder, 'keys.json')
    await replace(path, 'old')
    mkdirSync(`${path}.new`)
    await assert.rejects(async () => replace(path, 'new'), { code: 'EISDIR' })
    assert.equal(readFileSync(path, 'utf8'), 'old')
    rmSync(folder, { recursive: true })
  })
}
