/** Secrets of feeds: they stand in the node's environment, and go nowhere but into the request. */
import { ProblemError } from '@tocsin/core/base'

/**
 * Only variables of this beginning: else whoever may add a feed could send any secret of the process to a server of
 * their own.
 */
const REFERENCE = /\$\{(TOCSIN_FEED_[A-Z0-9_]+)\}/g
const ANY_REFERENCE = /\$\{([^}]*)\}/

/** A text with its references filled in, and the secrets that went into it. Throws `invalid` for what is not set. */
export function fillIn(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): { readonly text: string; readonly secrets: readonly string[] } {
  const secrets: string[] = []
  const filled = text.replaceAll(REFERENCE, (_, name: string) => {
    const value = env[name]
    if (value === undefined || value === '') throw missing(name)
    secrets.push(value)
    return value
  })
  const foreign = ANY_REFERENCE.exec(text.replaceAll(REFERENCE, ''))?.[1]
  if (foreign !== undefined) {
    const message = `Cannot fill in "\${${foreign}}": only variables that begin with TOCSIN_FEED_ are`
    throw new ProblemError({ code: 'invalid', message })
  }
  return { text: filled, secrets }
}

/** A text without any of the secrets, for messages and logs. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const forms = secrets.flatMap(secret => {
    // As the URL parser has it in a path, which encodes less than either of the others.
    const inPath = URL.parse(`http://a/${secret}`)?.pathname.slice(1) ?? ''
    return [secret, encodeURIComponent(secret), encodeURI(secret), ...(inPath === '' ? [] : [inPath])]
  })
  return forms.reduce((rest, form) => rest.replaceAll(form, '(secret)'), text)
}

/** Headers as they may be shown: references as they are, values that were written out hidden. */
export function shownHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const isReference = (value: string) => value.replaceAll(REFERENCE, '').length < value.length
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, isReference(value) ? value : '(hidden)']),
  )
}

function missing(name: string): ProblemError {
  const message = `Cannot fetch: the environment variable "${name}" must be set where the node runs`
  return new ProblemError({ code: 'invalid', message })
}
