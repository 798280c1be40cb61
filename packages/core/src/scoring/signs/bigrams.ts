export const BIGRAMS: readonly number[] = new Array(900).fill(300)
