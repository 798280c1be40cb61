import { deepEqual, equal, match } from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { plant } from '../fixture.ts'
import { checkDocs } from './check.ts'

const DOOR = 'packages/server/src/doors/dns'
const PLUGIN_PAGE = ['What it speaks', 'What it answers', 'When unsure or broken', 'Limits', 'Try it']
const RECORD = '# Title\n\n## Status\n\n## Context\n\n## Decision\n\n## Consequences\n'

/** The first finding in each tree, as `file:line message`, or as many as there are. */
async function complaints(files: Readonly<Record<string, string>>): Promise<string[]> {
  using tree = plant({ 'package.json': '{"type":"module"}', ...files })
  const findings = await checkDocs(tree)
  return findings.map(({ file, line, message }) => `${file}:${line ?? ''} ${message}`)
}

test('checkDocs() has nothing against a clean tree', async () => {
  const found = await complaints({
    'README.md': `# Front page\n\n[a](docs/a.md#two-words) [door](${DOOR}/) [away](https://example.com/x) [here](#front-page)\n\`[no](link)\`\n`,
    'docs/a.md':
      '# A\n\n## Two words\n\n[up](../README.md "title")\n[ref]: ./b%20c.md\n\n```ts\nthrow new Error()\n```\n',
    'docs/b c.md': '```ts run\nconst a: number = 1\nif (a !== 1) throw new Error()\n```\n',
    'docs/decisions/0001-first.md': RECORD,
    'docs/decisions/README.md': 'All of them.',
    [`${DOOR}/door.ts`]: '',
    [`${DOOR}/README.md`]: PLUGIN_PAGE.map(heading => `## ${heading}\n`).join('\n'),
    'packages/core/src/base/index.ts': `export * from './heap.ts'\nexport { ok as fine } from './result.ts'`,
    'packages/core/src/base/heap.ts': '/** A heap of numbers. */\nexport class Heap {}',
    'packages/core/src/base/result.ts': '/** Wraps a value. */\nexport function ok() {}\nexport function inner() {}',
    'package-lock.json': '{"funding":{"url":"https://example.com/"}}',
  })
  deepEqual(found, [])
})

test('checkDocs() finds an exported symbol without a docstring, or without a sentence in it', async () => {
  const found = await complaints({
    'packages/core/src/base/index.ts': `export * from './heap.ts'\nexport { b } from './deep/index.ts'`,
    'packages/core/src/base/heap.ts': '/** Heap */\nexport class Heap {}\n',
    'packages/core/src/base/deep/index.ts': `export * from './b.ts'`,
    'packages/core/src/base/deep/b.ts': '\nexport const b = 1\nexport const unseen = 2',
    'packages/client/src/index.ts': '// No docstring.\nexport type Answer = string',
    'packages/client/README.md': '`Answer`',
  })
  deepEqual(found, [
    'packages/client/src/index.ts:2 "Answer" is exported and has no docstring directly above it.',
    'packages/core/src/base/heap.ts:2 "Heap" is exported and has a docstring without a whole sentence.',
    'packages/core/src/base/deep/b.ts:2 "b" is exported and has no docstring directly above it.',
  ])
})

test('checkDocs() finds what the client exports and no page mentions', async () => {
  const found = await complaints({
    'packages/client/src/list/index.ts': `export { type Told, ask as question } from './ask.ts'`,
    'packages/client/src/list/ask.ts': 'export type Told = string\nexport const ask = 1',
    'docs/a.md': '`Told`',
  })
  deepEqual(found, ['packages/client/src/list/index.ts: "ask" is exported by the client, and no page mentions it.'])
})

test('checkDocs() finds links that lead nowhere', async () => {
  const found = await complaints({
    'docs/a.md': '# A\n[b](b.md)\n![c](../c.png)\n[d](#b)\n[e](/docs/a.md)\n[f]: ../docs/a.md#x\n',
  })
  deepEqual(
    found.map(line => line.split(' ')[0]),
    ['docs/a.md:2', 'docs/a.md:3', 'docs/a.md:4', 'docs/a.md:5', 'docs/a.md:6'],
  )
})

test('checkDocs() finds an example that fails, shows its words, and leaves nothing behind', async () => {
  using tree = plant({ 'package.json': '{}', 'README.md': '# A\n\n```ts run\nthrow new Error("as expected")\n```\n' })
  const [finding, ...others] = await checkDocs(tree)
  equal(others.length, 0)
  equal(finding?.line, 4)
  match(finding.message, /exit code 1[^]*as expected/)
  deepEqual(readdirSync(join(tree.root, 'var')), [])
})

test('checkDocs() finds decision records without number, with the same number, or without a heading', async () => {
  const found = await complaints({
    'docs/decisions/0001-a.md': RECORD,
    'docs/decisions/0001-b.md': RECORD,
    'docs/decisions/0002-c.md': RECORD.replace('## Status', ''),
    'docs/decisions/d.md': RECORD,
  })
  deepEqual(found, [
    'docs/decisions/0001-b.md: has the number of docs/decisions/0001-a.md.',
    'docs/decisions/0002-c.md: lacks the heading "Status".',
    'docs/decisions/d.md: is a decision record without a number in its name.',
  ])
})

test('checkDocs() finds sources and doors without their page', async () => {
  const found = await complaints({
    [`${DOOR}/door.ts`]: '',
    'packages/server/src/sources/feed/feed.ts': '',
    'packages/server/src/sources/feed/README.md': PLUGIN_PAGE.slice(1)
      .map(heading => `## ${heading}\n`)
      .join('\n'),
    'packages/server/src/sources/source.ts': '',
  })
  deepEqual(found, [
    `${DOOR}/README.md: is missing: an operator has to know what this way in or out does.`,
    'packages/server/src/sources/feed/README.md: lacks the heading "What it speaks".',
  ])
})

test('checkDocs() finds folders of one machine and its registry', async () => {
  const home = ['', 'root', ''].join('/')
  const found = await complaints({
    'docs/a.md': `see ${home}x\nsee docs${home}x and https://example.com${home}\n`,
    'package-lock.json': `{"resolved": "https://registry.example/a.tgz"}`,
    '.npmrc': 'fund=false\n@a:registry=https://registry.example',
  })
  deepEqual(
    found.map(line => line.split(' ')[0]),
    ['.npmrc:2', 'docs/a.md:1', 'package-lock.json:1'],
  )
})
