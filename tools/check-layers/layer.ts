/** A part of the tree with rules of its own for what it may import. */
export interface Layer {
  /** What messages and the lists below call it. */
  readonly name: string
  /** Its folder, or its only file. The longest that fits a path wins. */
  readonly folder: string
  /** The layers it may import beside itself; a name that ends in `/` stands for all names that begin so. */
  readonly imports: readonly string[]
  /** Modules of Node: all of them, none, or all but the listed. */
  readonly platform:
    | 'any'
    | 'none'
    | { readonly but: readonly string[]; readonly because: string; readonly instead: string }
  /** Whether it may import npm packages that its package.json declares. */
  readonly packages: boolean
  /** Whether it may reach the network by itself (`fetch`, `node:http` as a client, undici). */
  readonly fetches: boolean
  /** Why it may import no more than that, in one sentence. */
  readonly because: string
  /** What to do instead, in one sentence. */
  readonly instead: string
  /** Closer words for particular targets. */
  readonly bans: readonly Ban[]
}

/** Why one layer may not import some others, for a reader who has just tried. */
export interface Ban {
  /** Names of layers, or beginnings of names that end in `/`. */
  readonly of: readonly string[]
  readonly because: string
  readonly instead: string
}

/** Whether a list of names, or of beginnings that end in `/`, covers a name. */
export function covers(names: readonly string[], name: string): boolean {
  return names.some(entry => entry === name || (entry.endsWith('/') && name.startsWith(entry)))
}

/** The layer that a path belongs to, or `undefined` where no row of the table fits. */
export function layerOf(layers: readonly Layer[], path: string): Layer | undefined {
  const fitting = layers.filter(({ folder }) => path === folder || path.startsWith(`${folder}/`))
  return fitting.toSorted((a, b) => b.folder.length - a.folder.length)[0]
}

/** Whether a file is a test, or a suite or a fixture for tests: it is held to fewer rules, and only tests may import it. */
export function isTest(path: string): boolean {
  return /\.(test|contract|fixture)\.[cm]?[jt]sx?$/.test(path)
}
