/** The words of a STIX pattern (STIX 2.1 §9), for both versions of STIX 2. */

/** A word: a name, operator or bracket as it stands, or the text of a string; `literal` is a time, hex or binary. */
export interface Token {
  readonly kind: 'word' | 'string' | 'number' | 'literal' | 'sign'
  readonly text: string
}

/** UTF-16 units of a pattern, at most. */
export const PATTERN_LENGTH_MAX = 65_536

const TOKEN =
  /[ \t\r\n]*(?:(?<prefix>[thb])?'(?<single>(?:[^'\\]|\\.)*)'|"(?<double>(?:[^"\\]|\\.)*)"|(?<number>[+-]?\d+(?:\.\d+)?)(?![\w-])|(?<word>[A-Za-z_][\w-]*)|(?<sign>==|!=|<>|<=|>=|[[\](){}:.,=<>*]))/suy

/** The words of a pattern; `undefined` where it holds what is none, or is too long. */
export function tokensOf(pattern: string): readonly Token[] | undefined {
  if (pattern.length > PATTERN_LENGTH_MAX) return undefined
  const tokens: Token[] = []
  const end = pattern.trimEnd().length
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < end) {
    const match = TOKEN.exec(pattern)
    if (match === null) return undefined
    tokens.push(tokenOf(match.groups as Readonly<Record<string, string | undefined>>))
  }
  return tokens
}

function tokenOf(groups: Readonly<Record<string, string | undefined>>): Token {
  const { prefix, single, double, number, word, sign } = groups
  if (single !== undefined) return { kind: prefix === undefined ? 'string' : 'literal', text: unescaped(single) }
  if (double !== undefined) return { kind: 'string', text: unescaped(double) }
  if (number !== undefined) return { kind: 'number', text: number }
  if (word !== undefined) return { kind: 'word', text: word }
  return { kind: 'sign', text: sign as string }
}

function unescaped(text: string): string {
  return text.includes('\\') ? text.replace(/\\(.)/gsu, '$1') : text
}
