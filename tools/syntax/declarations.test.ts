import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { exportsOf } from './declarations.ts'

test('exportsOf() finds every declared name with the docstring directly above it', () => {
  const source = [
    '/** A. */\nexport const a = (b: { c: number }): void => { const d = 1 }',
    '/**\n * E does.\n * More.\n */\nexport async function e<T>(type: T): Promise<void> {}',
    '/** Too far away. */\n\nexport class F {}',
    '// not a docstring\nexport interface G { type: string }',
    '/** H. */\nexport type H = string',
    '/** I, once. */\nexport function i(a: string): void\nexport function i(a: number): void',
    '/** J. */\nconst j = 1\nfunction hidden() {}\nexport { j, type H as K }',
    'export abstract class L {}',
    'export enum M {}',
  ].join('\n')
  deepEqual(
    exportsOf(source).own.map(({ name, docstring }) => [name, docstring]),
    [
      ['a', 'A.'],
      ['e', 'E does.\nMore.'],
      ['F', undefined],
      ['G', undefined],
      ['H', 'H.'],
      ['i', 'I, once.'],
      ['j', 'J.'],
      ['L', undefined],
      ['M', undefined],
    ],
  )
})

test('exportsOf() finds what is passed on, by the name it has there', () => {
  const source = `export * from './a.ts'\nexport { b, type c as d } from './b.ts'\nexport type { e } from './e.ts'\nexport * as f from './f.ts'`
  deepEqual(
    exportsOf(source).passedOn.map(({ name, specifier }) => `${name} ${specifier}`),
    ['* ./a.ts', 'b ./b.ts', 'c ./b.ts', 'e ./e.ts'],
  )
})
