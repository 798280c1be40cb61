/**
 * Room for what lives shortly in a thread beside the doors, in mebibytes. A larger one is filled before it is swept,
 * whatever is in it: three threads that go through a million subjects then hold half a gigabyte of what nobody needs.
 */
export const YOUNG = { maxYoungGenerationSizeMb: 16 } as const
