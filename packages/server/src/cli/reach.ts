/** Whom a command asks: the node at the configured address or, where none runs, the data folder itself. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ProblemError } from '@tocsin/core/base'
import type { Config } from '../config/index.ts'
import type { OpenFolder, RemoteNode, Respondent, Surroundings } from './surroundings.ts'

/** The file of the admin key, in the data folder. */
export const ADMIN_KEY_FILE = 'admin.key'

/** The node at the configured address, with the configured key or the admin key of the data folder. */
export function remoteNode(config: Config, world: Surroundings): RemoteNode {
  return world.connect(config.server, config.key ?? adminKey(config))
}

/** How a command may ask. */
export interface Reaching {
  /** The data folder may be made; else a missing one is `unavailable`: "nothing known" about everything is a guess. */
  readonly mayBegin?: true
  /** The question cannot be said twice, as a stream cannot be read twice: it is only said to who answers. */
  readonly once?: true
}

/** Asks the node and, if none answers at an address of this machine, the data folder. */
export async function reach<T>(
  config: Config,
  world: Surroundings,
  ask: (respondent: Respondent) => Promise<T>,
  { mayBegin, once }: Reaching = {},
): Promise<T> {
  const node = remoteNode(config, world)
  let answers = false
  try {
    if (once === true) await node.now()
    answers = once === true
    return await ask(node)
  } catch (error) {
    if (answers || !isUnavailable(error) || !isLoopback(config.server)) throw error
    if (mayBegin !== true && !existsSync(config.data)) {
      const message = `Cannot ask anyone: no node answers at "${config.server}", and there is no data folder "${config.data}"`
      throw new ProblemError({ code: 'unavailable', message }, { cause: error })
    }
    await using folder = await openInstead(config, world, error)
    return await ask(folder)
  }
}

/** Opens the data folder. Where that fails, the way there is part of what went wrong. */
async function openInstead(config: Config, world: Surroundings, silence: unknown): Promise<OpenFolder> {
  try {
    return await world.openFolder(config)
  } catch (error) {
    if (!isUnavailable(error) || !(silence instanceof ProblemError)) throw error
    const message = `${silence.message}\n${(error as ProblemError).message}`
    throw new ProblemError({ code: 'unavailable', message }, { cause: error })
  }
}

/** Whether the address is this machine's own, so that the data folder here is that node's. */
export function isLoopback(server: string): boolean {
  const host = new URL(server).hostname
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d+){3}$/.test(host)
}

/** Whether nobody answered. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof ProblemError && error.problem.code === 'unavailable'
}

/** The admin key opens this machine's node alone, so it is never sent to another one. */
function adminKey({ data, server }: Config): string | undefined {
  if (!isLoopback(server)) return undefined
  try {
    return readFileSync(join(data, ADMIN_KEY_FILE), 'utf8').trim()
  } catch {
    // Without a key the node says what is missing; `doctor` says why the file cannot be read.
    return undefined
  }
}
