/**
 * Where in a JSON text the elements stand that a format wants, as `objects[*]`, `response[*].Event.Attribute[*]`, `[*]` (of
 * an array at the top) or `{*}[*]` (of every array that is a member of the object at the top).
 */

/** One step down: a member by its name, any member, or any item. */
export type Step = { readonly into: 'member'; readonly name?: string } | { readonly into: 'item' }

/** The steps of a path, from the top. */
export type Path = readonly Step[]

/** A path that fits so far: its number among those asked for, and the steps that are left. */
export interface Trail {
  readonly path: number
  readonly left: Path
}

/** Reads a path. Throws a RangeError where it has another form: paths are written in programs, not by users. */
export function pathOf(text: string): Path {
  const steps = text.match(/\[\*\]|\{\*\}|[^.[\]{}]+/g) ?? []
  if (steps.join('') !== text.replaceAll('.', '')) throw new RangeError(`Cannot read path ${JSON.stringify(text)}`)
  return steps.map(step => {
    if (step === '[*]') return { into: 'item' }
    return step === '{*}' ? { into: 'member' } : { into: 'member', name: step }
  })
}

/** The trails that go on by an item of an array, or by the member called `name` (`undefined`: a name too long to match). */
export function follow(trails: readonly Trail[], into: Step['into'], name: string | undefined): readonly Trail[] {
  const next: Trail[] = []
  for (const { path, left } of trails) {
    const step = left[0]
    if (step?.into !== into) continue
    if (step.into === 'member' && step.name !== undefined && step.name !== name) continue
    next.push({ path, left: left.slice(1) })
  }
  return next
}
