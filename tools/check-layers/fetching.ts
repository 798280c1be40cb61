import type { Finding } from '../finding.ts'
import type { Token } from '../syntax/tokens.ts'
import type { Source } from './edges.ts'
import { isTest, layerOf } from './layer.ts'
import { FETCHERS, LAYERS } from './table.ts'

const CLIENT_NAMES = new Set(['request', 'get', 'connect', 'Agent', 'globalAgent', 'ClientRequest', 'default', '*'])
const GLOBALS = new Set(['globalThis', 'self', 'window'])

/** Ways to the network that do not pass by the guard in outbound. For the product; tests and tools may fetch. */
export function fetching(source: Source): Finding[] {
  const layer = layerOf(LAYERS, source.path)
  if (layer === undefined || layer.fetches || isTest(source.path)) return []
  const lines = [...calls(source.tokens), ...imports(source)]
  return lines.map(line => ({
    file: source.path,
    line,
    message: `${layer.name} fetches by itself: the guard against forged requests is in outbound, and it has to see every request.`,
    instead:
      'Let a source fetch through outbound, or ask a node through the client; name an injected function otherwise.',
  }))
}

function imports({ edges }: Source): number[] {
  const guilty = edges.filter(({ imported, target }) => {
    if (imported.how === 'type') return false
    if (target?.to === 'package') return FETCHERS.includes(target.name)
    if (target?.to !== 'platform' || !/^https?2?$/.test(target.name)) return false
    return imported.names.some(name => CLIENT_NAMES.has(name))
  })
  return guilty.map(({ imported }) => imported.line)
}

function calls(tokens: readonly Token[]): number[] {
  const guilty = tokens.filter((token, index) => {
    if (token.kind !== 'word' || token.text !== 'fetch') return false
    const before = tokens[index - 1]
    if (before?.text === '.' || before?.text === '?.') return GLOBALS.has(tokens[index - 2]?.text ?? '')
    return tokens[index + 1]?.text === '(' && !isDeclaration(tokens, index)
  })
  return guilty.map(({ line }) => line)
}

/** `fetch(url: string): Promise<…>` in an interface, `fetch(url) {` in a class, `function fetch(`. */
function isDeclaration(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1]?.text ?? ''
  if (before === 'function' || before === 'async') return true
  let depth = 0
  let end = index + 1
  for (; end < tokens.length; end++) {
    if (tokens[end]?.text === '(') depth++
    if (tokens[end]?.text === ')' && --depth === 0) break
  }
  const after = tokens[end + 1]?.text ?? ''
  return (after === ':' || after === '{') && !/^([?:=(]|=>|await|return|void)$/.test(before)
}
