import type { Finding } from '../finding.ts'
import type { Edge } from './edges.ts'
import { covers, isTest, type Layer, layerOf } from './layer.ts'
import { type Target, type Workspace, workspaceOf } from './modules.ts'
import { LAYERS, PLUGINS, PORTS, TEST_IMPORTS } from './table.ts'

/** What is wrong with one import and what to do instead, before its place is known. */
type Complaint = Omit<Finding, 'file' | 'line'>

/** Holds one import against the table. Type-only imports count: a type is knowledge too. */
export function bannedImport(edge: Edge, workspaces: readonly Workspace[]): Finding | undefined {
  const layer = layerOf(LAYERS, edge.from)
  if (layer === undefined) return undefined
  const complaint = isTest(edge.from) ? ofTest(edge) : ofSource(edge, layer)
  const found = complaint ?? undeclared(edge, workspaces)
  return found && { file: edge.from, line: edge.imported.line, ...found }
}

function ofSource({ from, imported, target }: Edge, layer: Layer): Complaint | undefined {
  switch (target?.to) {
    case undefined: {
      if (layer.platform === 'any' && layer.packages && !from.startsWith('packages/')) return undefined
      return {
        message: 'imports a computed name, which nothing can check.',
        instead: 'Write the name as a literal string.',
      }
    }
    case 'nothing':
      return {
        message: `imports "${imported.specifier}", but ${target.because}.`,
        instead: 'Import a file by its relative path, or a package by a name that it exports.',
      }
    case 'platform':
      return platformBan(layer, target.name)
    case 'package':
      if (layer.packages) return undefined
      return {
        message: `${layer.name} imports the package "${target.name}": ${layer.because}.`,
        instead: layer.instead,
      }
    case 'file':
      return testBan(target.path) ?? layerBan(from, layer, target) ?? doorstepBan(from, layer, target)
  }
}

function ofTest({ from, imported, target }: Edge): Complaint | undefined {
  if (target?.to === 'nothing')
    return {
      message: `imports "${imported.specifier}", but ${target.because}.`,
      instead: 'Import what the package exports.',
    }
  const allowed = TEST_IMPORTS[/^packages\/([^/]+)\//.exec(from)?.[1] ?? '']
  if (allowed === undefined || target?.to !== 'file') return undefined
  const other = layerOf(LAYERS, target.path)
  if (other === undefined || covers(allowed, other.name)) return undefined
  return {
    message: `imports ${other.name}: the tests of a package stand on the package itself, so that it can be tested alone.`,
    instead: 'Move the test to e2e/, which may start everything.',
  }
}

function platformBan(layer: Layer, name: string): Complaint | undefined {
  if (layer.platform === 'any') return undefined
  if (layer.platform === 'none')
    return { message: `${layer.name} imports node:${name}: ${layer.because}.`, instead: layer.instead }
  if (!layer.platform.but.includes(name)) return undefined
  return { message: `${layer.name} imports node:${name}: ${layer.platform.because}.`, instead: layer.platform.instead }
}

function testBan(path: string): Complaint | undefined {
  if (!isTest(path)) return undefined
  return {
    message: `imports ${path}: tests are imported by tests alone.`,
    instead: 'Move what both need into a file of its own.',
  }
}

function layerBan(from: string, layer: Layer, target: Target & { to: 'file' }): Complaint | undefined {
  const other = layerOf(LAYERS, target.path)
  if (other === undefined) return undefined
  if (other === layer) return siblingBan(from, layer, target.path)
  const ban = layer.bans.find(({ of }) => covers(of, other.name))
  if (ban !== undefined || !covers(layer.imports, other.name)) {
    const { because, instead } = ban ?? layer
    return { message: `${layer.name} imports ${other.name}: ${because}.`, instead }
  }
  const compiledIn = layer.name === 'server/compose' || !from.startsWith('packages/')
  if (compiledIn || !PORTS.includes(other.name) || adapterOf(other, target.path) === undefined) return undefined
  return {
    message: `${layer.name} imports the adapter ${other.name}/${adapterOf(other, target.path)}: which one serves is for the composition to choose.`,
    instead: `Import the port file in ${other.folder}, and take the adapter as an argument.`,
  }
}

/** Inside a layer: plug-ins do not know each other, and a port does not know its adapters, nor they each other. */
function siblingBan(from: string, layer: Layer, path: string): Complaint | undefined {
  const theirs = adapterOf(layer, path)
  const ours = adapterOf(layer, from)
  if (theirs === undefined || theirs === ours) return undefined
  if (PORTS.includes(layer.name)) {
    return {
      message: `imports the adapter ${layer.name}/${theirs}: an adapter is imported by compose, by itself and by tests.`,
      instead: 'Move what both need into the port folder, or take it as an argument.',
    }
  }
  if (!PLUGINS.includes(layer.name) || ours === undefined) return undefined
  return {
    message: `imports ${layer.name}/${theirs} from ${layer.name}/${ours}: plug-ins do not know each other, so each can be left out.`,
    instead: `Move what both need to ${layer.folder} if it is about all of them, or to protocols if it is about bytes.`,
  }
}

/** A core layer is entered by its index.ts; a package is entered by its name. */
function doorstepBan(from: string, layer: Layer, target: Target & { to: 'file' }): Complaint | undefined {
  const other = layerOf(LAYERS, target.path)
  if (other === undefined || other === layer) return undefined
  if (other.name.startsWith('core/') && target.path !== `${other.folder}/index.ts`) {
    return {
      message: `imports ${target.path}: what a layer of core offers is in its index.ts, the rest may change.`,
      instead: `Import @tocsin/${other.name}, and export there what is missing.`,
    }
  }
  const crosses = packageFolder(from) !== packageFolder(target.path)
  if (!crosses || target.byPackage !== undefined || !from.startsWith('packages/')) return undefined
  return {
    message: `imports ${target.path} across packages by its path.`,
    instead: 'Import the package by its name, and export there what is missing.',
  }
}

function undeclared({ from, imported, target }: Edge, workspaces: readonly Workspace[]): Complaint | undefined {
  const name = target?.to === 'package' ? target.name : target?.to === 'file' ? target.byPackage : undefined
  const workspace = workspaceOf(workspaces, from)
  if (name === undefined || workspace === undefined || workspace.name === name) return undefined
  const root = workspaces.find(({ folder }) => folder === '')
  const inProduct = workspace.folder !== '' && !isTest(from)
  const atRuntime = inProduct && imported.how !== 'type' && layerOf(LAYERS, from)?.name !== 'dashboard-build'
  if (workspace.runtime.has(name) || (!atRuntime && workspace.development.has(name))) return undefined
  // Tests, and what surrounds the product, live on the root's packages and on the workspaces themselves.
  if (!inProduct && (root?.runtime.has(name) || root?.development.has(name) || target?.to === 'file')) return undefined
  const manifest = workspace.folder === '' ? 'package.json' : `${workspace.folder}/package.json`
  return {
    message: `imports "${name}", which ${manifest} does not declare.`,
    instead: `Add it there, with a decision record for a new dependency, or do without.`,
  }
}

function adapterOf(layer: Layer, path: string): string | undefined {
  const inside = path.slice(layer.folder.length + 1)
  return inside.includes('/') ? inside.split('/')[0] : undefined
}

function packageFolder(path: string): string {
  return /^packages\/[^/]+/.exec(path)?.[0] ?? ''
}
