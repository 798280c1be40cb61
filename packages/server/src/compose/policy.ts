import { unwrap } from '@tocsin/core/base'
import { parseSubject, type Subject } from '@tocsin/core/subject'
import { type Policy, PolicyList } from '@tocsin/core/verdict'
import type { Config } from '../config/index.ts'

/**
 * The policy that a configuration describes. Its subjects were checked when it was read.
 *
 * @param siteBlocks what the site has blocked for a while: what it has approved for good wins over it
 */
export function policyOf({ policy }: Pick<Config, 'policy'>, siteBlocks?: PolicyList): Policy {
  const list = (name: 'site' | 'operator') =>
    new PolicyList(name, policy[name].approved.map(subjectOf), policy[name].blocked.map(subjectOf))
  // The site's own list is asked before the operator's: who is nearer knows better.
  const { level, untested, mail } = policy
  const lists = [list('site'), ...(siteBlocks === undefined ? [] : [siteBlocks]), list('operator')]
  return { level, untested, lists, ...(mail.aggressiveness === undefined ? {} : { mail: mail.aggressiveness }) }
}

function subjectOf(text: string): Subject {
  return unwrap(parseSubject(text))
}
