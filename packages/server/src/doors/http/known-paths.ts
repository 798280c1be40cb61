/** Which methods a path knows, so that a wrong method is told from a wrong path (405 and 404). */
import type { FastifyInstance, RouteOptions } from 'fastify'

/** Collects the routes of an instance as they are added. */
export class KnownPaths {
  readonly #routes: { readonly pattern: RegExp; readonly methods: readonly string[] }[] = []

  constructor(app: FastifyInstance) {
    app.addHook('onRoute', route => this.#add(route))
  }

  /** The methods that are known for a path, sorted; none for a path that is not known. */
  methodsOf(path: string): readonly string[] {
    const methods = this.#routes.filter(({ pattern }) => pattern.test(path)).flatMap(route => route.methods)
    return [...new Set(methods)].sort()
  }

  #add({ url, method }: RouteOptions): void {
    // The dashboard's catch-all knows every path, which says nothing about any.
    if (url === '*' || url === '/*') return
    const source = url
      .replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replaceAll(/:\w+/g, '[^/]+')
      .replaceAll('*', '.*')
    this.#routes.push({ pattern: new RegExp(`^${source}$`), methods: [method].flat() })
  }
}
