import { BATCHES_MAX } from '@tocsin/core/wire'
import { InvalidArgumentError } from 'commander'

/** A number of batches, 0 to {@link BATCHES_MAX}. */
export function limitOf(text: string): number {
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN
  if (limit <= BATCHES_MAX) return limit
  throw new InvalidArgumentError(`It must be a whole number from 0 to ${BATCHES_MAX}.`)
}
