/** What does not wait for each other starts at the same time. */

/**
 * Resolves with all that was started, in order, each held by the stack, the first for longest. Where one fails, the others are
 * held all the same, so that they end with the stack, and it rejects with why.
 */
export async function together<T extends readonly (AsyncDisposable | undefined)[]>(
  stack: AsyncDisposableStack,
  ...starting: { readonly [Each in keyof T]: Promise<T[Each]> }
): Promise<T> {
  const settled = await Promise.allSettled(starting)
  for (const outcome of settled) if (outcome.status === 'fulfilled') stack.use(outcome.value)
  const failed = settled.find(outcome => outcome.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return settled.map(outcome => (outcome as PromiseFulfilledResult<AsyncDisposable | undefined>).value) as unknown as T
}
