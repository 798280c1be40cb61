export const INTERCEPT = -895
export const WEIGHTS: Readonly<Record<string, number>> = {}
export const NEIGHBOURS = { intercept: -895, slope: 1000 } as const
