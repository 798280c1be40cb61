/** What an administrator is told who asks for something that cannot be. */
import { ProblemError } from '@tocsin/core/base'

export function invalid(message: string): ProblemError {
  return new ProblemError({ code: 'invalid', message })
}

export function taken(name: string): ProblemError {
  return invalid(`Cannot add feed "${name}": there is one of this name; remove it first, or edit feeds.yaml`)
}

export function notFound(name: string): ProblemError {
  return new ProblemError({ code: 'not-found', message: `Cannot find feed "${name}": it is not in feeds.yaml` })
}
