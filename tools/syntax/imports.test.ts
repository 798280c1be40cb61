import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { importsOf } from './imports.ts'
import { tokenize } from './tokens.ts'

/** Imports in short: how, what, and which names. */
function brief(source: string): string[] {
  return importsOf(source).map(({ how, specifier, names }) => [how, specifier ?? '?', ...names].join(' '))
}

test('importsOf() reads every form of import and re-export', () => {
  const source = [
    `import './a.ts'`,
    `import b, { c as d, type E } from './b.ts'`,
    `import * as f from "./f.ts"`,
    `import type { G } from './g.ts'`,
    `import type H from './h.ts'`,
    `import type from './i.ts'`,
    `import { type, type as j, from } from './j.ts'`,
    `import table from './k.json' with { type: 'json' }`,
    `export * from './l.ts'`,
    `export * as m from './m.ts'`,
    `export {\n  n,\n  o as default,\n} from './n.ts'`,
    `export type { P } from './p.ts'`,
    `export type * from './q.ts'`,
  ].join('\n')
  deepEqual(brief(source), [
    'value ./a.ts',
    'value ./b.ts default c E',
    'value ./f.ts *',
    'type ./g.ts G',
    'type ./h.ts default',
    'value ./i.ts default',
    'value ./j.ts type type from',
    'value ./k.json default',
    'value ./l.ts *',
    'value ./m.ts *',
    'value ./n.ts n o',
    'type ./p.ts P',
    'type ./q.ts *',
  ])
})

test('importsOf() reads what is loaded by a call or a URL', () => {
  const source = [
    `const a = await import('./a.ts')`,
    `const b = await import(name)`,
    'const c = await import(`./${name}.ts`)',
    `type D = typeof import('./d.ts')`,
    `const e = createRequire(import.meta.url), f = require('koffi')`,
    `process.getBuiltinModule('node:fs')`,
    `new Worker(new URL('./worker.ts', import.meta.url))`,
    `new URL('/path', base)`,
    `const g = \`\${await import('./g.ts')}\``,
  ].join('\n')
  deepEqual(brief(source), [
    'dynamic ./a.ts *',
    'dynamic ? *',
    'dynamic ? *',
    'type ./d.ts *',
    'dynamic koffi *',
    'dynamic node:fs *',
    'url ./worker.ts *',
    'dynamic ./g.ts *',
  ])
})

test('importsOf() is not misled by comments, strings, templates and regular expressions', () => {
  const source = [
    `// import './a.ts'`,
    `/* import './b.ts'\n import './c.ts' */`,
    `const d = "import './d.ts'"`,
    "const e = `import './e.ts' ${x} import './f.ts'`",
    `const g = /import '.\\/g.ts' \\/* /`,
    `const h = a / b; import './real.ts'; const i = c / d`,
    `if (x) /['"\`]/.test(y)`,
    'const j = list!.length! / 2 // "',
    `const k = { import: 1, export: [] }; k.import('./l.ts')`,
    `export const from = 'm'`,
    `export { n }\nexport { o as p }`,
    `export function q() { return { from: './q.ts' } }`,
  ].join('\n')
  deepEqual(brief(source), ['value ./real.ts'])
})

test('importsOf() names the line of each import', () => {
  const source = '/*\n\n*/\nconst a = `\n\n`\nimport {\n  b,\n} from "./b.ts"\n\nawait import("./c.ts")'
  deepEqual(
    importsOf(source).map(({ line }) => line),
    [7, 11],
  )
})

test('tokenize() ends on any text', () => {
  const pieces = [
    '`',
    '${',
    '}',
    "'",
    '"',
    '/',
    '/*',
    '//',
    '\\',
    '\n',
    'a',
    '(',
    ')',
    '[',
    ']',
    '1',
    '😀',
    '#',
    '<',
    '!',
  ]
  for (let seed = 1; seed < 3000; seed++) {
    const text = Array.from(
      { length: 12 },
      (_, index) => pieces[(seed * (index + 7) * 31 + index * index) % pieces.length],
    ).join('')
    tokenize(text)
  }
})
