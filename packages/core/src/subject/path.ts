/**
 * The canonical form of a path that begins with a slash: no empty segments, `.` and `..` resolved, a slash at its end kept.
 *
 * Runs of slashes are collapsed first, so `/a//../b` is `/b`. A `.` or `..` at the very end leaves a slash, as RFC 3986
 * §5.2.4 and browsers have it; the published rules are silent there.
 */
export function canonicalPath(path: string): string {
  if (!/\/\/|\/\./.test(path)) return path
  const kept: string[] = []
  const segments = path.split('/')
  for (const segment of segments) {
    if (segment === '..') kept.pop()
    else if (segment !== '' && segment !== '.') kept.push(segment)
  }
  const last = segments.at(-1)
  const isDirectory = kept.length > 0 && (last === '' || last === '.' || last === '..')
  return `/${kept.join('/')}${isDirectory ? '/' : ''}`
}
