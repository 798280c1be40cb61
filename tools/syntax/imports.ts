import { type Token, tokenize } from './tokens.ts'

/** One way in which a file names another module. */
export interface Import {
  /** What is named, as written; absent where it is computed and so cannot be checked. */
  readonly specifier: string | undefined
  /** From 1. */
  readonly line: number
  /** `type` vanishes when types are stripped; a `url` is `new URL('…', import.meta.url)`, as workers are started by. */
  readonly how: 'value' | 'type' | 'dynamic' | 'url'
  /** The names asked for, by the name they have there; `*` for all of them, `default` for the default. */
  readonly names: readonly string[]
}

/** Functions that load a module by a string in their first argument. */
const LOADERS = new Set(['require', 'import.meta.resolve', 'require.resolve', 'process.getBuiltinModule'])

/** Every import, re-export, dynamic import and module URL of a file, in order. Comments and strings do not confuse it. */
export function importsOf(source: string): Import[] {
  return importsIn(tokenize(source).filter(token => token.kind !== 'comment'))
}

/** As {@link importsOf}, for tokens without comments. */
export function importsIn(tokens: readonly Token[]): Import[] {
  return tokens.flatMap((token, index) => {
    if (token.kind !== 'word') return []
    const found = statementAt(tokens, index) ?? callAt(tokens, index) ?? urlAt(tokens, index)
    return found === undefined ? [] : [found]
  })
}

function statementAt(tokens: readonly Token[], index: number): Import | undefined {
  const word = tokens[index]!
  const next = tokens[index + 1]
  if ((word.text !== 'import' && word.text !== 'export') || isMember(tokens, index) || next === undefined)
    return undefined
  if (word.text === 'import' && next.kind === 'string')
    return { specifier: next.text, line: word.line, how: 'value', names: [] }
  const typed = next.text === 'type' && tokens[index + 2]?.text !== 'from' && tokens[index + 2]?.text !== ','
  const start = typed ? index + 2 : index + 1
  if (word.text === 'export' && tokens[start]?.text !== '*' && tokens[start]?.text !== '{') return undefined
  if (word.text === 'import' && /^[(.=]$/.test(tokens[start]?.text ?? '')) return undefined
  for (let end = start; end < tokens.length; end++) {
    const here = tokens[end]!
    if (here.text === 'from' && tokens[end + 1]?.kind === 'string' && end > start) {
      const names = namesIn(tokens.slice(start, end))
      return { specifier: tokens[end + 1]!.text, line: word.line, how: typed ? 'type' : 'value', names }
    }
    // Past the clause without a `from`: an export list of the file's own names, or no import at all.
    if (here.kind !== 'word' && here.kind !== 'string' && !/^[*{},]$/.test(here.text)) return undefined
    if (here.text === '}' && tokens[end + 1]?.text !== 'from') return undefined
  }
  return undefined
}

/** `a, { b as c, type d }` gives default, b and d; `* as e` gives `*`. */
function namesIn(clause: readonly Token[]): string[] {
  const brace = clause.findIndex(token => token.text === '{')
  const outside = clause.slice(0, brace === -1 ? undefined : brace).map(token => token.text)
  const inside = brace === -1 ? [] : clause.slice(brace + 1).map(token => token.text)
  const all = outside.includes('*') ? ['*'] : []
  const byDefault = outside.length > 0 && outside[0] !== '*' ? ['default'] : []
  return [...byDefault, ...all, ...specifiersIn(inside)]
}

function specifiersIn(words: readonly string[]): string[] {
  const ends = words.flatMap((word, index) => (word === ',' || word === '}' ? [index] : []))
  return ends.flatMap((end, index) => {
    const [first, second] = words.slice(index === 0 ? 0 : ends[index - 1]! + 1, end)
    const name = first === 'type' && second !== undefined && second !== 'as' ? second : first
    return name === undefined ? [] : [name]
  })
}

function callAt(tokens: readonly Token[], index: number): Import | undefined {
  const word = tokens[index]!
  const open = tokens[index + 1]
  if (open?.text !== '(') return undefined
  const argument = tokens[index + 2]
  const literal = isLiteral(argument, tokens[index + 3]) ? argument!.text : undefined
  if (word.text === 'import' && !isMember(tokens, index)) {
    const how = tokens[index - 1]?.text === 'typeof' ? 'type' : 'dynamic'
    return { specifier: literal, line: word.line, how, names: ['*'] }
  }
  if (!LOADERS.has(dottedName(tokens, index)) || literal === undefined) return undefined
  return { specifier: literal, line: word.line, how: 'dynamic', names: ['*'] }
}

function urlAt(tokens: readonly Token[], index: number): Import | undefined {
  const expected = ['URL', '(', undefined, ',', 'import', '.', 'meta', '.', 'url']
  if (tokens[index - 1]?.text !== 'new') return undefined
  if (!expected.every((text, step) => text === undefined || tokens[index + step]?.text === text)) return undefined
  const argument = tokens[index + 2]!
  const literal = argument.kind === 'string' || argument.kind === 'template' ? argument.text : undefined
  return { specifier: literal, line: argument.line, how: 'url', names: ['*'] }
}

/** Whether a token is the whole text of an argument; a template with a hole is followed by the hole's tokens. */
function isLiteral(token: Token | undefined, next: Token | undefined): boolean {
  return (token?.kind === 'string' || token?.kind === 'template') && (next?.text === ')' || next?.text === ',')
}

/** Whether the word is a member (`a.import`), or the name of a property or method as in `{ import: 1 }`. */
function isMember(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1]
  return (before?.kind === 'mark' && (before.text === '.' || before.text === '?.')) || tokens[index + 1]?.text === ':'
}

function dottedName(tokens: readonly Token[], index: number): string {
  let first = index
  while (tokens[first - 1]?.text === '.' && tokens[first - 2]?.kind === 'word') first -= 2
  return tokens
    .slice(first, index + 1)
    .map(token => token.text)
    .join('')
}
