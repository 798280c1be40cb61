/** The key of this machine's owner. */
import { existsSync, writeFileSync } from 'node:fs'
import type { KeyRing } from '../intake/keys.ts'
import type { Log } from '../ops/events.ts'

/** The file of the key that a first start makes, readable by its owner only. */
export const ADMIN_KEY_FILE = 'admin.key'

/** A first start leaves a key of role admin for the commands of this machine's owner. */
export async function makeAdminKey(keys: KeyRing, file: string, log: Log): Promise<void> {
  if (existsSync(file) || keys.list().some(key => key.role === 'admin')) return
  const { token } = await keys.add({ name: 'admin', role: 'admin', trust: 1 })
  writeFileSync(file, `${token}\n`, { mode: 0o600, flag: 'wx' })
  log('admin-key-made', { file })
}
