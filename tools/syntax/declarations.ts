import { type Token, tokenize } from './tokens.ts'

/** A name that a file declares at its top level and exports. */
export interface Declared {
  readonly name: string
  /** From 1. */
  readonly line: number
  /** The text of the docstring directly above it, without its stars; absent where there is none. */
  readonly docstring: string | undefined
}

/** What a file exports: its own declarations, and what it takes from elsewhere. */
export interface Exports {
  readonly own: readonly Declared[]
  /** `name` is what it is called there; `*` passes on everything. */
  readonly passedOn: readonly { readonly name: string; readonly specifier: string }[]
}

const DECLARES = new Set('const let var function class interface type enum'.split(' '))
const BEFORE_NAME = new Set([...DECLARES, 'export', 'declare', 'async', 'abstract', '*'])

/**
 * Reads what a file exports. Of an overloaded function the first signature counts, since it carries the docstring; of
 * `const a = 1, b = 2` only `a` is seen.
 */
export function exportsOf(source: string): Exports {
  const tokens = tokenize(source)
  const code = tokens.filter(({ kind }) => kind !== 'comment')
  const docstrings = docstringsIn(tokens)
  const declared = new Map<string, Declared>()
  const exported = new Set<string>()
  const passedOn: { name: string; specifier: string }[] = []
  for (const start of topLevelStarts(code)) {
    const token = code[start]!
    const list = exportListAt(code, start)
    const name = declaredNameAt(code, start)
    if (list?.specifier !== undefined)
      passedOn.push(...list.names.map(passed => ({ name: passed, specifier: list.specifier! })))
    else if (list !== undefined) list.names.forEach(listed => exported.add(listed))
    else if (name !== undefined) {
      if (token.text === 'export') exported.add(name)
      if (!declared.has(name)) declared.set(name, { name, line: token.line, docstring: docstrings.get(token) })
    }
  }
  return { own: [...exported].map(name => declared.get(name) ?? { name, line: 1, docstring: undefined }), passedOn }
}

/** Where a statement may begin: words outside of all brackets that do not continue the words before them. */
function topLevelStarts(code: readonly Token[]): number[] {
  let depth = 0
  return code.flatMap((token, index) => {
    if (token.kind === 'mark' && '{(['.includes(token.text)) depth++
    if (token.kind === 'mark' && '})]'.includes(token.text)) depth--
    const before = code[index - 1]?.text ?? ''
    return depth === 0 && token.kind === 'word' && !BEFORE_NAME.has(before) && before !== '.' ? [index] : []
  })
}

/** `export * from 'x'`, `export { a, type b, c as d } from 'x'`, `export type { a }`. `* as a` is a name without a declaration. */
function exportListAt(
  code: readonly Token[],
  start: number,
): { names: string[]; specifier: string | undefined } | undefined {
  if (code[start]?.text !== 'export') return undefined
  const first = code[start + 1]?.text === 'type' ? start + 2 : start + 1
  const opening = code[first]?.text
  if (opening !== '*' && opening !== '{') return undefined
  const last =
    opening === '*'
      ? code.findIndex((token, index) => index > first && token.text === 'from')
      : closing(code, first) + 1
  const specifier = code[last]?.text === 'from' && code[last + 1]?.kind === 'string' ? code[last + 1]!.text : undefined
  if (opening === '*') return { names: code[first + 1]?.text === 'as' ? [] : ['*'], specifier }
  const words = code.slice(first + 1, last - 1).flatMap(({ kind, text }) => (kind === 'word' ? [text] : []))
  const isType = (index: number): boolean => words[index] === 'type' && words[index + 1] !== 'as'
  return {
    names: words.filter((word, index) => word !== 'as' && words[index - 1] !== 'as' && !isType(index)),
    specifier,
  }
}

function closing(code: readonly Token[], from: number): number {
  return code.findIndex((token, index) => index > from && token.text === '}')
}

/** The name declared by `export async function name`, `const name`, `type name =` …; `undefined` for anything else. */
function declaredNameAt(code: readonly Token[], start: number): string | undefined {
  let at = start
  while (BEFORE_NAME.has(code[at]?.text ?? '')) at++
  const name = code[at]
  const words = code.slice(start, at).map(({ text }) => text)
  if (name?.kind !== 'word' || !words.some(word => DECLARES.has(word))) return undefined
  // `type` is an ordinary name too: `type` alone in a line declares nothing.
  return words.at(-1) === 'type' && !/^[=<]$/.test(code[at + 1]?.text ?? '') ? undefined : name.text
}

/** The text of each docstring, by the first token of the line directly below it. */
function docstringsIn(tokens: readonly Token[]): Map<Token, string> {
  const found = tokens.flatMap((comment, index): [Token, string][] => {
    const below = tokens[index + 1]
    if (comment.kind !== 'comment' || !comment.text.startsWith('/**') || below === undefined) return []
    return below.line > comment.lineEnd + 1 ? [] : [[below, withoutStars(comment.text)]]
  })
  return new Map(found)
}

function withoutStars(comment: string): string {
  const lines = comment.slice(3, -2).split('\n')
  return lines
    .map(line => line.replace(/^\s*\*? ?/, '').trimEnd())
    .join('\n')
    .trim()
}
