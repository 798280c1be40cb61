/** What the platform throws, in our words. */
import { ProblemError } from '@tocsin/core/base'
import type { Stop } from './stop.ts'
import { shown, type Target } from './target.ts'

/** `unavailable`, for what may pass: the network, the server, a body that is not what it should be. */
export function unavailable(target: Target, why: string, cause?: unknown): ProblemError {
  return new ProblemError({ code: 'unavailable', message: `Cannot fetch ${shown(target)}: ${why}` }, { cause })
}

/** `invalid`, for what stays as it is however often one asks. */
export function invalid(target: Target, why: string, cause?: unknown): ProblemError {
  return new ProblemError({ code: 'invalid', message: `Cannot fetch ${shown(target)}: ${why}` }, { cause })
}

/** Why something failed: the reason to stop if there was one, else what happened. */
export function failureOf(target: Target, stop: Stop, error: unknown): ProblemError {
  if (stop.signal.aborted) return stop.signal.reason as ProblemError
  if (error instanceof ProblemError) return error
  const { code = String(error), message = '' } = error as { code?: string; message?: string }
  // What the platform thinks of our own request, before anything is sent.
  if (error instanceof TypeError) return invalid(target, `the request must be well-formed (${code})`, error)
  if (code === 'HPE_HEADER_OVERFLOW')
    return unavailable(target, 'the header of the answer must not be that large', error)
  if (code.startsWith('HPE_')) return unavailable(target, `the answer must be HTTP, found ${code}`, error)
  if (/^(?:Z_|ZSTD_|ERR_ZLIB|ERR_BROTLI|ERR__ERROR)/.test(code)) {
    return unavailable(target, `the content encoding must be whole and undamaged, found "${message}"`, error)
  }
  return unavailable(target, `the connection must be made and hold to the end, found ${code}`, error)
}
