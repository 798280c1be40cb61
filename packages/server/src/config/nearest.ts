/** The known name that a wrong one most likely means: at most a third of it differs. `undefined` where none is near. */
export function nearest(wrong: string, known: readonly string[]): string | undefined {
  const most = Math.max(1, Math.floor(wrong.length / 3))
  const near = known
    .map(name => ({ name, distance: distance(wrong.toLowerCase(), name.toLowerCase()) }))
    .filter(candidate => candidate.distance <= most)
  return near.toSorted((a, b) => a.distance - b.distance)[0]?.name
}

/** Letters to insert, delete, replace or swap with the next one (optimal string alignment) to make `b` of `a`. */
function distance(a: string, b: string): number {
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      const steps = [above[column]! + 1, current[column - 1]! + 1, above[column - 1]! + (same ? 0 : 1)]
      if (a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) steps.push((before[column - 2] ?? 0) + 1)
      current.push(Math.min(...steps))
    }
    before = above
    above = current
  }
  return above[b.length]!
}
