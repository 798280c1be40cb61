import { deepEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import { plant } from '../fixture.ts'
import { checkLayers } from './check.ts'

const CORE_LAYERS = ['base', 'subject', 'evidence', 'scoring', 'verdict', 'list', 'wire']
const SERVER = 'packages/server/src'

/** A small tree that breaks no rule, with one file of each kind that the tests below spoil. */
const CLEAN: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({ name: 'tocsin', devDependencies: { 'fast-check': '1' } }),
  'packages/core/package.json': JSON.stringify({
    name: '@tocsin/core',
    exports: Object.fromEntries(CORE_LAYERS.map(layer => [`./${layer}`, `./src/${layer}/index.ts`])),
  }),
  'packages/client/package.json': JSON.stringify({
    name: '@tocsin/client',
    exports: { '.': './src/index.ts' },
    dependencies: { '@tocsin/core': '1' },
  }),
  'packages/server/package.json': JSON.stringify({
    name: '@tocsin/server',
    dependencies: { '@tocsin/core': '1', '@tocsin/client': '1', fastify: '1' },
  }),
  'packages/dashboard/package.json': JSON.stringify({
    name: '@tocsin/dashboard',
    dependencies: { '@tocsin/client': '1', react: '1' },
  }),
  ...Object.fromEntries(
    CORE_LAYERS.map(layer => [`packages/core/src/${layer}/index.ts`, `export * from './${layer}.ts'`]),
  ),
  ...Object.fromEntries(CORE_LAYERS.map(layer => [`packages/core/src/${layer}/${layer}.ts`, 'export const one = 1'])),
  'packages/core/src/scoring/score.ts': `import { one } from '../evidence/index.ts'\nexport const two = one`,
  'packages/core/src/scoring/score.test.ts': `import fc from 'fast-check'\nimport 'node:test'\nimport '../../../../testing/network.ts'`,
  'packages/client/src/index.ts': `import '@tocsin/core/wire'\nexport const ask = () => fetch('x')`,
  'packages/dashboard/src/main.tsx': `import 'react'\nimport '@tocsin/client'\nexport const a = <p>Don't</p>`,
  'packages/server/bin/tocsin.js': `await import('../src/main.ts')`,
  [`${SERVER}/main.ts`]: `import './cli/cli.ts'\nawait import('./compose/single.ts')`,
  [`${SERVER}/cli/cli.ts`]: `import '@tocsin/client'\nimport '../config/config.ts'`,
  [`${SERVER}/compose/single.ts`]: `import '../ledger/sqlite/sqlite.ts'\nimport '../doors/http/door.ts'\nimport '../sources/feed/feed.ts'`,
  [`${SERVER}/config/config.ts`]: `import '../ops/events.ts'`,
  [`${SERVER}/ops/events.ts`]: `import '@tocsin/core/base'`,
  [`${SERVER}/ledger/ledger.ts`]: `import '@tocsin/core/evidence'\nexport const port = 1`,
  [`${SERVER}/ledger/ledger.contract.ts`]: `import 'node:test'\nimport './ledger.ts'`,
  [`${SERVER}/ledger/sqlite/sqlite.ts`]: `import 'node:sqlite'\nimport '../ledger.ts'\nimport './rows.ts'\nnew URL('./001.sql', import.meta.url)`,
  [`${SERVER}/ledger/sqlite/rows.ts`]: `export const rows = 1`,
  [`${SERVER}/ledger/sqlite/sqlite.test.ts`]: `import './sqlite.ts'\nimport '../ledger.contract.ts'\nimport 'fast-check'`,
  [`${SERVER}/book/book.ts`]: 'export const book = 1',
  [`${SERVER}/doors/http/door.ts`]: `import 'fastify'\nimport { createServer } from 'node:http'\nimport '../../book/book.ts'\nimport '../../protocols/dns/message.ts'`,
  [`${SERVER}/doors/dns/door.ts`]: `new Worker(new URL('./worker.ts', import.meta.url))`,
  [`${SERVER}/doors/dns/worker.ts`]: `import '../../book/book.ts'`,
  [`${SERVER}/protocols/dns/message.ts`]: `import '@tocsin/core/base'\nexport const message = 1`,
  [`${SERVER}/sources/source.ts`]: `export interface Guarded { fetch(url: string): Promise<string> }`,
  [`${SERVER}/sources/feed/feed.ts`]: `import '../../outbound/outbound.ts'\nimport '../source.ts'\nimport '../../intake/intake.ts'\noutbound.fetch('x')`,
  [`${SERVER}/intake/intake.ts`]: `import '../ledger/ledger.ts'`,
  [`${SERVER}/outbound/outbound.ts`]: `import { request } from 'node:https'\nexport const go = () => fetch('x')`,
  'testing/network.ts': `import '../packages/server/src/compose/single.ts'`,
}

/** What the check says about the clean tree after some files were added or replaced. */
function complaints(changes: Readonly<Record<string, string>>): string[] {
  using tree = plant({ ...CLEAN, ...changes })
  return checkLayers(tree).map(({ file, message }) => `${file} ${message}`)
}

test('checkLayers() has nothing against a clean tree', () => {
  deepEqual(complaints({}), [])
})

/** Each ban: the file, what it says, and what the message must hold. */
const BANS: readonly (readonly [name: string, file: string, text: string, expected: RegExp])[] = [
  [
    'a lower core layer from a higher',
    'packages/core/src/evidence/x.ts',
    `import '../scoring/index.ts'`,
    /core\/evidence imports core\/scoring: core is pure/,
  ],
  ['Node from core', 'packages/core/src/base/x.ts', `import 'node:crypto'`, /core\/base imports node:crypto/],
  [
    'Node without its prefix from core',
    'packages/core/src/base/x.ts',
    `import 'crypto'`,
    /core\/base imports node:crypto/,
  ],
  ['a package from core', 'packages/core/src/base/x.ts', `import 'tldts'`, /core\/base imports the package "tldts"/],
  [
    'a deep file of core',
    'packages/core/src/wire/x.ts',
    `import '../base/base.ts'`,
    /what a layer of core offers is in its index\.ts/,
  ],
  [
    'a type, like a value',
    `${SERVER}/doors/dns/x.ts`,
    `import type { E } from '@tocsin/core/evidence'`,
    /a door never sees evidence/,
  ],
  ['what a package does not export', `${SERVER}/book/x.ts`, `import '@tocsin/core/base/base.ts'`, /does not export it/],
  [
    'another package by its path',
    `${SERVER}/book/x.ts`,
    `import '../../../core/src/base/index.ts'`,
    /across packages by its path/,
  ],
  [
    'Node from the client',
    'packages/client/src/x.ts',
    `import 'node:fs'`,
    /client imports node:fs: the client is light/,
  ],
  [
    'the server from core tests',
    'packages/core/src/base/x.test.ts',
    `import '../../../server/src/book/book.ts'`,
    /imports server\/book: the tests of a package/,
  ],
  [
    'the ledger from a door',
    `${SERVER}/doors/http/x.ts`,
    `import '../../ledger/ledger.ts'`,
    /a door never sees evidence/,
  ],
  [
    'a door from a door',
    `${SERVER}/doors/http/x.ts`,
    `import '../dns/door.ts'`,
    /imports server\/doors\/dns from server\/doors\/http/,
  ],
  [
    'a source from a source',
    `${SERVER}/sources/trap/x.ts`,
    `import '../feed/feed.ts'`,
    /imports server\/sources\/feed/,
  ],
  ['the book from a source', `${SERVER}/sources/feed/x.ts`, `import '../../book/book.ts'`, /a source sees the intake/],
  [
    'an adapter from the scorer',
    `${SERVER}/scorer/x.ts`,
    `import '../ledger/sqlite/rows.ts'`,
    /imports the adapter server\/ledger\/sqlite/,
  ],
  [
    'an adapter from its port',
    `${SERVER}/ledger/x.ts`,
    `import './sqlite/rows.ts'`,
    /imports the adapter server\/ledger\/sqlite: an adapter is imported by/,
  ],
  [
    'an adapter from another',
    `${SERVER}/ledger/postgres/x.ts`,
    `import '../sqlite/rows.ts'`,
    /imports the adapter server\/ledger\/sqlite/,
  ],
  [
    'a socket from a protocol',
    `${SERVER}/protocols/dns/x.ts`,
    `import 'node:dgram'`,
    /server\/protocols imports node:dgram/,
  ],
  [
    'a subject from a protocol',
    `${SERVER}/protocols/dns/x.ts`,
    `import '@tocsin/core/subject'`,
    /a protocol knows bytes/,
  ],
  [
    'configuration from a feature',
    `${SERVER}/book/x.ts`,
    `import '../config/config.ts'`,
    /configuration is read once, in main/,
  ],
  [
    'a feature from configuration',
    `${SERVER}/config/x.ts`,
    `import '../book/book.ts'`,
    /configuration imports no feature/,
  ],
  [
    'the composition from a part',
    `${SERVER}/intake/x.ts`,
    `import '../compose/single.ts'`,
    /the composition puts the parts together/,
  ],
  [
    'a part from a command',
    `${SERVER}/cli/x.ts`,
    `import '../ledger/ledger.ts'`,
    /a command asks a node through the client/,
  ],
  ['main', `${SERVER}/compose/x.ts`, `import type {} from '../main.ts'`, /nobody imports main/],
  ['core/evidence from ops', `${SERVER}/ops/x.ts`, `import '@tocsin/core/evidence'`, /ops itself knows nobody/],
  [
    'core from the dashboard',
    'packages/dashboard/src/x.ts',
    `import '@tocsin/core/base'`,
    /talks through the client alone/,
  ],
  [
    'an adapter as a worker',
    `${SERVER}/doors/dns/x.ts`,
    `new Worker(new URL('../../book/table/w.ts', import.meta.url))`,
    /the adapter server\/book\/table/,
  ],
  [
    'a test from a source',
    `${SERVER}/ledger/x.ts`,
    `import './ledger.contract.ts'`,
    /tests are imported by tests alone/,
  ],
  [
    'an undeclared package',
    `${SERVER}/doors/http/x.ts`,
    `import 'express/lib/x.js'`,
    /imports "express", which packages\/server\/package\.json/,
  ],
  ['a development package at run time', `${SERVER}/doors/http/x.ts`, `import 'fast-check'`, /does not declare/],
  ['a computed name', `${SERVER}/book/x.ts`, 'await import(name)', /a computed name/],
  ['fetch()', `${SERVER}/sources/feed/x.ts`, `const a = await fetch('x')`, /server\/sources fetches by itself/],
  [
    'globalThis.fetch as a value',
    `${SERVER}/cli/x.ts`,
    'start({ get: globalThis.fetch })',
    /server\/cli fetches by itself/,
  ],
  ['fetch() in a choice', `${SERVER}/cli/x.ts`, 'const a = b ? fetch(c) : d', /server\/cli fetches by itself/],
  [
    'request() of Node',
    `${SERVER}/doors/http/x.ts`,
    `import { createServer, request } from 'node:http'`,
    /fetches by itself/,
  ],
  ['a folder without a layer', `${SERVER}/odds/x.ts`, 'export const x = 1', /belongs to no layer/],
  ['a name for what has no place', `${SERVER}/book/utils.test.ts`, '', /is called "utils\.test\.ts"/],
  ['a folder for what has no place', 'docs/common/x.md', '', /is called "common"/],
  ['a long file', `${SERVER}/book/x.ts`, '// x\n'.repeat(401), /has 401 lines, more than 400/],
]

for (const [name, file, text, expected] of BANS) {
  test(`checkLayers() bans ${name}`, () => {
    const found = complaints({ [file]: text, [`${SERVER}/book/table/w.ts`]: '' }).filter(line =>
      line.startsWith(`${file} `),
    )
    equal(found.length, 1, found.join('\n'))
    match(found[0]!, expected)
  })
}

test('checkLayers() finds a circle of files once, and none of types', () => {
  const circle = {
    [`${SERVER}/book/a.ts`]: `import './b.ts'`,
    [`${SERVER}/book/b.ts`]: `export * from './c.ts'`,
    [`${SERVER}/book/c.ts`]: `await import('./a.ts')`,
  }
  deepEqual(complaints(circle), [
    `${SERVER}/book/a.ts files import each other in a circle: ${['a', 'b', 'c', 'a'].map(name => `${SERVER}/book/${name}.ts`).join(' → ')}.`,
  ])
  deepEqual(complaints({ ...circle, [`${SERVER}/book/c.ts`]: `import type { A } from './a.ts'` }), [])
})

test('checkLayers() finds a circle of folders, and lets an index gather its own', () => {
  const folders = {
    'tools/a/x.ts': `import '../b/x.ts'`,
    'tools/b/x.ts': '',
    'tools/b/y.ts': `import '../a/y.ts'`,
    'tools/a/y.ts': '',
  }
  deepEqual(complaints(folders), ['tools/a folders import each other in a circle: tools/a → tools/b → tools/a.'])
  deepEqual(
    complaints({
      'tools/a/index.ts': `export * from './b/x.ts'`,
      'tools/a/b/x.ts': `import '../c.ts'`,
      'tools/a/c.ts': '',
    }),
    [],
  )
})
