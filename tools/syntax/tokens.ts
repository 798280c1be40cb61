/**
 * A lexer for TypeScript that knows just enough to tell code from comments, strings, templates and regular expressions.
 *
 * The checks need imports, exports and docstrings, exactly and of every file, within a second. TypeScript 7 has no
 * JavaScript interface, and a regular expression over the text believes what stands in comments and strings.
 *
 * What it leaves open: JSX text is read as code. A string that does not end on its line is therefore no string but a
 * lone quote, so that an apostrophe in JSX text costs nothing beyond its line.
 */

/** A piece of source text. A template is split: its constant parts are `template`, what is in `${}` are tokens as usual. */
export interface Token {
  readonly kind: 'word' | 'number' | 'string' | 'template' | 'regex' | 'mark' | 'comment'
  /** The text as written; for `string` and `template` without quotes, escapes left as they are. */
  readonly text: string
  /** Where it begins, from 1. */
  readonly line: number
  /** Where it ends, from 1. */
  readonly lineEnd: number
}

const WORD = /[\p{ID_Start}$_#@][\p{ID_Continue}$\u200c\u200d]*/uy
const NUMBER = /\.?\d(?:[eE][+-]|[\w.])*/y
const STRING = /'((?:[^'\\\r\n]|\\[^])*)'|"((?:[^"\\\r\n]|\\[^])*)"/y
const COMMENT = /\/\/[^\r\n]*|\/\*[^]*?\*\//y
const REGEX = /\/(?:[^/\\[\r\n]|\\.|\[(?:[^\]\\\r\n]|\\.)*\])+\/[a-z]*/y
const TEMPLATE_PART = /((?:[^`\\$]|\\[^]|\$(?!\{))*)(`|\$\{)/y
const MARK = /=>|\.\.\.|\?\.|[^]/uy

/** After these words a slash begins a regular expression; after any other word it divides. */
const BEFORE_REGEX = new Set('return typeof case in of do else void delete throw new await yield'.split(' '))

/** Splits source text into tokens, comments included. Never fails: what it does not understand becomes a `mark`. */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = []
  /** The open brackets; `${` for a template's hole, `(if` for brackets after which a statement begins. */
  const open: string[] = []
  let at = source.startsWith('#!') ? source.indexOf('\n') : 0
  let line = 1
  let last: Token | undefined
  let divides = false

  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at
    return pattern.exec(source) ?? undefined
  }
  const push = (kind: Token['kind'], whole: string, text = whole): void => {
    const lineEnd = line + (whole.match(/\n/g)?.length ?? 0)
    const token = { kind, text, line, lineEnd }
    tokens.push(token)
    if (kind !== 'comment') last = token
    at += whole.length
    line = lineEnd
  }
  /** Reads on in a template; `divides` is set as after any value once it is complete. */
  const template = (): void => {
    const part = take(TEMPLATE_PART)
    if (part === undefined) return push('mark', source.slice(at))
    push('template', part[0], part[1])
    if (part[2] === '${') open.push('${')
    divides = part[2] === '`'
  }
  const mark = (text: string): void => {
    const previous = last
    // `value! / 2`: the mark that rules out null leaves a value a value.
    divides = divides && text === '!' && previous?.line === line
    push('mark', text)
    if (text === '(') open.push(/^(if|while|for|with)$/.test(previous?.text ?? '') ? '(if' : '(')
    else if (text === '[' || text === '{') open.push(text)
    else if (text === ')') divides = open.pop() !== '(if'
    else if (text === '}') open.pop()
    else if (text === ']') {
      open.pop()
      divides = true
    }
  }

  while (at < source.length) {
    const character = source[at]!
    if (/\s/.test(character)) {
      if (character === '\n') line++
      at++
      continue
    }
    const comment = take(COMMENT)
    if (comment !== undefined) {
      push('comment', comment[0])
      continue
    }
    const word = take(WORD)
    if (word !== undefined) {
      const isName = last?.text === '.' || last?.text === '?.'
      push('word', word[0])
      divides = isName || !BEFORE_REGEX.has(word[0])
      continue
    }
    const number = take(NUMBER)
    const string = take(STRING)
    const regex = divides || last?.text === '<' ? undefined : take(REGEX)
    if (number !== undefined) push('number', number[0])
    else if (string !== undefined) push('string', string[0], string[1] ?? string[2])
    else if (regex !== undefined) push('regex', regex[0])
    if (number ?? string ?? regex) divides = true
    else if (character === '`') {
      at++
      template()
    } else if (character === '}' && open.at(-1) === '${') {
      open.pop()
      at++
      template()
    } else mark(take(MARK)![0])
  }
  return tokens
}
