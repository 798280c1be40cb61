/** Calls back once after so many milliseconds, unless called off. */
export type Later = (ms: number, action: () => void) => () => void
