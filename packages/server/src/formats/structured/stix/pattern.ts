/**
 * The grammar of STIX patterns: text to a tree. Of observations: FOLLOWEDBY binds loosest, then OR, then AND, and WITHIN,
 * REPEATS and START … STOP stand behind what they qualify. In brackets: OR binds looser than AND.
 */
import { quote } from '../../content.ts'
import { type Token, tokensOf } from './tokens.ts'

/** A comparison, or expressions that are joined; `scope` tells parts of one observation from several observations. */
export type Expression = Comparison | Joined

/** `object:path operator values`. */
export interface Comparison {
  readonly is: 'comparison'
  /** The type of the object, as `file`. */
  readonly object: string
  /** The path in it: its steps joined by dots, without quotes, indexes as `[*]`. */
  readonly path: string
  readonly negated: boolean
  readonly operator: string
  /** The texts compared with; several for IN. */
  readonly values: readonly string[]
}

/** Expressions joined by one word. */
export interface Joined {
  readonly is: 'AND' | 'OR' | 'FOLLOWEDBY'
  readonly scope: 'comparison' | 'observation'
  readonly parts: readonly Expression[]
}

/** Brackets in one another, at most, and comparisons in one pattern. */
const NESTING_MAX = 32

const OPERATORS: ReadonlySet<string> = new Set(['=', '==', '!=', '<>', '<', '>', '<=', '>='])
const WORD_OPERATORS: ReadonlySet<string> = new Set(['IN', 'LIKE', 'MATCHES', 'ISSUBSET', 'ISSUPERSET'])

/** Reads a pattern. The problem, where there is one, says what was wanted and found. */
export function parsePattern(pattern: string): Expression | { readonly problem: string } {
  const tokens = tokensOf(pattern)
  if (tokens === undefined) return { problem: 'it has characters that no pattern has, or is too long' }
  try {
    return new Parser(tokens).pattern()
  } catch (error) {
    if (error instanceof Unexpected) return { problem: error.message }
    throw error
  }
}

class Unexpected extends Error {}

class Parser {
  readonly #tokens: readonly Token[]
  #at = 0
  #depth = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  pattern(): Expression {
    const expression = this.#observations()
    if (this.#at < this.#tokens.length) throw this.#unexpected('the end')
    return expression
  }

  #observations(): Expression {
    const either = (): Expression => this.#joined('OR', 'observation', both)
    const both = (): Expression => this.#joined('AND', 'observation', () => this.#observation())
    return this.#joined('FOLLOWEDBY', 'observation', either)
  }

  #joined(word: Joined['is'], scope: Joined['scope'], part: () => Expression): Expression {
    const parts = [part()]
    while (this.#takes('word', word)) parts.push(part())
    return parts.length === 1 ? (parts[0] as Expression) : { is: word, scope, parts }
  }

  #observation(): Expression {
    let expression: Expression
    if (this.#takes('sign', '(')) {
      expression = this.#nested(() => this.#observations())
      this.#needs('sign', ')')
    } else {
      this.#needs('sign', '[')
      expression = this.#comparisons()
      this.#needs('sign', ']')
    }
    while (this.#qualifier());
    return expression
  }

  /** `WITHIN n SECONDS`, `REPEATS n TIMES` or `START t'…' STOP t'…'`: when, and not what. */
  #qualifier(): boolean {
    if (this.#takes('word', 'WITHIN')) {
      this.#needs('number')
      this.#needs('word', 'SECONDS')
    } else if (this.#takes('word', 'REPEATS')) {
      this.#needs('number')
      this.#needs('word', 'TIMES')
    } else if (this.#takes('word', 'START')) {
      this.#time()
      this.#needs('word', 'STOP')
      this.#time()
    } else return false
    return true
  }

  /** STIX 2.0 writes the times of a qualifier as strings, STIX 2.1 as t'…'. */
  #time(): void {
    if (this.#peek()?.kind === 'string') this.#at++
    else this.#needs('literal')
  }

  #comparisons(): Expression {
    const both = (): Expression => this.#joined('AND', 'comparison', () => this.#comparison())
    return this.#joined('OR', 'comparison', both)
  }

  #comparison(): Expression {
    if (this.#takes('sign', '(')) {
      const expression = this.#nested(() => this.#comparisons())
      this.#needs('sign', ')')
      return expression
    }
    const negatedBefore = this.#takes('word', 'NOT')
    if (this.#takes('word', 'EXISTS')) {
      return { is: 'comparison', ...this.#objectPath(), negated: negatedBefore, operator: 'EXISTS', values: [] }
    }
    const place = this.#objectPath()
    const negated = this.#takes('word', 'NOT') || negatedBefore
    const operator = this.#operator()
    return { is: 'comparison', ...place, negated, operator, values: operator === 'IN' ? this.#set() : [this.#value()] }
  }

  #objectPath(): { readonly object: string; readonly path: string } {
    const object = this.#needs('word').text.toLowerCase()
    this.#needs('sign', ':')
    let path = this.#step()
    for (;;) {
      if (this.#takes('sign', '.')) path += `.${this.#step()}`
      else if (this.#takes('sign', '[')) {
        this.#at++
        this.#needs('sign', ']')
        path += '[*]'
      } else return { object, path }
    }
  }

  #step(): string {
    const token = this.#peek()
    if (token?.kind !== 'word' && token?.kind !== 'string') throw this.#unexpected('a name')
    this.#at++
    return token.text
  }

  #operator(): string {
    const token = this.#peek()
    const isOperator =
      (token?.kind === 'sign' && OPERATORS.has(token.text)) ||
      (token?.kind === 'word' && WORD_OPERATORS.has(token.text))
    if (!isOperator) throw this.#unexpected('an operator')
    this.#at++
    return token.text
  }

  #set(): readonly string[] {
    this.#needs('sign', '(')
    const values = [this.#value()]
    while (this.#takes('sign', ',')) values.push(this.#value())
    this.#needs('sign', ')')
    return values
  }

  #value(): string {
    const token = this.#peek()
    if (token === undefined || token.kind === 'sign') throw this.#unexpected('a value')
    this.#at++
    return token.text
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > NESTING_MAX) throw new Unexpected(`it nests deeper than ${NESTING_MAX}`)
    const value = read()
    this.#depth--
    return value
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at]
  }

  #takes(kind: Token['kind'], text: string): boolean {
    const token = this.#peek()
    if (token?.kind !== kind || token.text !== text) return false
    this.#at++
    return true
  }

  #needs(kind: Token['kind'], text?: string): Token {
    const token = this.#peek()
    if (token?.kind !== kind || (text !== undefined && token.text !== text)) throw this.#unexpected(text ?? `a ${kind}`)
    this.#at++
    return token
  }

  #unexpected(wanted: string): Unexpected {
    const found = this.#peek()
    return new Unexpected(
      `it must have ${wanted} at its word ${this.#at + 1}, found ${found === undefined ? 'its end' : quote(found.text.slice(0, 40))}`,
    )
  }
}
